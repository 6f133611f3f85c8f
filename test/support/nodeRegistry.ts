import type { Controller, Registry } from '../../core';
import { fakeRegistry } from './fakeRegistry';

/** An invented clinic for node tests. */
export const aurora: Controller = {
  id: 'c1',
  key: 'aurora',
  name: 'Poliambulatorio Aurora',
  country: 'IT',
  languages: ['it', 'de'],
  zone: 'Europe/Rome',
  privacyNoticeUrl: 'https://aurora.example/privacy',
  allowedDomains: ['aurora.example'],
  locations: [
    { name: 'Aurora Centro', zone: 'Europe/Rome' },
    { name: 'Aurora Lisboa', zone: 'Europe/Lisbon' },
  ],
  paused: false,
};

export const auroraParameter = { __rl: true, mode: 'key', value: 'aurora' };

type Fakes = NonNullable<Parameters<typeof fakeRegistry>[0]>;

/** A registry that knows this clinic; everything else must be given. */
export const auroraRegistry = (fakes: Fakes = {}): Registry =>
  fakeRegistry({
    ...fakes,
    controllers: {
      list: async () => [aurora],
      get: async () => aurora,
      policy: async () => ({
        version: 1,
        pack: 'it',
        campaignAbove: 50,
        acknowledgements: [],
        conversationDays: 30,
        phi: { forbiddenTerms: ['sanatorium'] },
      }),
      phiPolicy: async () => ({ forbiddenTerms: ['sanatorium'], registeredNames: [aurora.name] }),
      ...fakes.controllers,
    },
  });
