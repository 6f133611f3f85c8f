import type { AudienceFilter } from '../../../../core';
import { SafeAudience } from '../../../../nodes/SafeAudience/SafeAudience.node';
import { registryFor } from '../../../../nodes/shared/registry';
import { executeFunctions, jsonOf } from '../../../support/executeFunctions';
import { auroraParameter, auroraRegistry } from '../../../support/nodeRegistry';

jest.mock('../../../../nodes/shared/registry');

const parameters = {
  controller: auroraParameter,
  campaign: 'autumn-checks',
  purpose: 'prevention',
  template: 'prevention_invitation',
  filters: {},
};

async function run(given: object = {}, continueOnFail = false) {
  const filters: AudienceFilter[] = [];
  jest.mocked(registryFor).mockResolvedValue(
    auroraRegistry({
      audience: {
        select: async (_key, filter) => {
          filters.push(filter);
          return {
            audience: [{ contactRef: 'k1', language: 'de', area: 'north' }],
            leftOut: { noConsent: 3, otherArea: 7 },
          };
        },
      },
    }),
  );
  const context = executeFunctions({ parameters: { ...parameters, ...given }, continueOnFail });
  return { outputs: await new SafeAudience().execute.call(context), filters, hints: context.hints };
}

describe('Safe Audience', () => {
  it('gives each contact by reference alone, and how many were left out and why', async () => {
    const { outputs, hints } = await run();
    expect(outputs).toEqual([
      [
        {
          json: {
            care: {
              controller: 'aurora',
              kind: 'campaign:autumn-checks',
              campaign: 'autumn-checks',
              occurrence: 'autumn-checks:k1',
              stage: 'invitation',
              purpose: 'prevention',
              template: 'prevention_invitation',
              about: 'autumn-checks',
              contactRef: 'k1',
              identifiedBy: 'contactRef',
              language: 'de',
            },
          },
          pairedItem: { item: 0 },
        },
      ],
      [
        {
          json: {
            care: {
              controller: 'aurora',
              campaign: 'autumn-checks',
              count: 3,
              refusal: {
                by: 'safeAudience',
                code: 'noConsent',
                sentence: expect.stringContaining('No consent') as string,
              },
            },
          },
          pairedItem: { item: 0 },
        },
        {
          json: {
            care: {
              controller: 'aurora',
              campaign: 'autumn-checks',
              count: 7,
              refusal: {
                by: 'safeAudience',
                code: 'otherArea',
                sentence: expect.stringContaining('area') as string,
              },
            },
          },
          pairedItem: { item: 0 },
        },
      ],
    ]);
    expect(hints).toMatchObject([
      { message: '1 contact in the audience. 10 left out: 7 × otherArea, 3 × noConsent' },
    ]);
  });

  it('asks by what was chosen, and by nothing that was left empty', async () => {
    const chosen = {
      areas: 'north, centre ,',
      interests: '',
      languages: ['de', 'it'],
      preferredTimes: 'morning',
    };
    const { filters } = await run({ filters: chosen });
    expect(filters).toEqual([
      {
        purpose: 'prevention',
        areas: ['north', 'centre'],
        languages: ['it', 'de'],
        preferredTimes: ['morning'],
      },
    ]);
    expect((await run()).filters).toEqual([{ purpose: 'prevention' }]);
  });

  it('leaves the template open where none was chosen', async () => {
    const [audience] = jsonOf((await run({ template: '' })).outputs);
    expect(audience?.[0]?.care).not.toHaveProperty('template');
  });

  it.each(['', 'Autumn Checks', 'a b', '+1 202-555-0123'])(
    'refuses the campaign key %j',
    async (campaign) => {
      await expect(run({ campaign })).rejects.toMatchObject({
        description: expect.stringContaining('campaign key') as string,
      });
    },
  );

  it('chooses nobody when told to continue on failure', async () => {
    const { outputs } = await run({ campaign: '' }, true);
    expect(outputs.map((items) => items.length)).toEqual([0, 1]);
  });
});
