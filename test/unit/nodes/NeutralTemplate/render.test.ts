import type { IDataObject } from 'n8n-workflow';
import type { RenderedMessage } from '../../../../core';
import { NeutralTemplate } from '../../../../nodes/NeutralTemplate/NeutralTemplate.node';
import { registryFor } from '../../../../nodes/shared/registry';
import { executeFunctions, jsonOf } from '../../../support/executeFunctions';
import { aurora, auroraParameter, auroraRegistry } from '../../../support/nodeRegistry';

jest.mock('../../../../nodes/shared/registry');

const parameters = {
  operation: 'render',
  controller: auroraParameter,
  template: 'fromItem',
  languageFrom: 'item',
  values: {},
};

async function render(items: IDataObject[], given: object = {}, controller = aurora) {
  jest
    .mocked(registryFor)
    .mockResolvedValue(auroraRegistry({ controllers: { get: async () => controller } }));
  const context = executeFunctions({ items, parameters: { ...parameters, ...given } });
  const [rendered = [], rejected = []] = jsonOf(await new NeutralTemplate().execute.call(context));
  const messages = rendered.map(({ care }) => (care as { message: RenderedMessage }).message);
  const refusals = rejected.map(({ care }) => (care as IDataObject).refusal as IDataObject);
  return { rendered, messages, refusals };
}

const due = {
  template: 'appointment_reminder_48h',
  purpose: 'appointment',
  at: '2026-11-05T08:30:00.000Z',
  zone: 'Europe/Rome',
  language: 'en',
};
const location = { locationField: 'place' };

describe('Neutral Template: Render', () => {
  beforeEach(() => jest.useFakeTimers({ now: new Date('2026-11-03T09:00:00Z') }));
  afterEach(() => jest.useRealTimers());

  it('writes the message beside what the item had', async () => {
    const item = { id: 1, place: 'Aurora Centro', care: due };
    const { rendered, messages } = await render([item], { values: location });
    expect(rendered).toEqual([{ ...item, care: { ...due, message: messages[0] } }]);
    expect(messages[0]).toMatchObject({ template: due.template, language: 'en', purpose: 'appointment' });
    expect(messages[0]?.text).toContain('Poliambulatorio Aurora');
    expect(messages[0]?.text).toContain('9:30');
  });

  it('writes the time of the place where the person has to be', async () => {
    const { messages } = await render([{ place: 'Aurora Lisboa', care: due }], { values: location });
    expect(messages[0]?.text).toContain('8:30');
  });

  it('takes the start from a field, in a zone from a field', async () => {
    const item = { place: 'Aurora Centro', when: '2026-11-05T15:45', tz: 'Europe/London', care: due };
    const { messages } = await render([item], {
      values: { ...location, startField: 'when', zoneField: 'tz' },
    });
    expect(messages[0]?.text).toContain('15:45');
  });

  it.each([
    ['the contact’s language', { care: { ...due, language: 'es' } }, {}, 'es'],
    [
      'the language of an answer from the Inbox',
      { language: 'fr', care: { ...due, language: undefined } },
      {},
      'fr',
    ],
    [
      'the clinic’s language where the contact’s is not known',
      { care: { ...due, language: undefined } },
      {},
      'it',
    ],
    [
      'the clinic’s language where the template lacks the contact’s',
      { care: { ...due, language: 'pt' } },
      {},
      'it',
    ],
    ['a fixed language', { care: due }, { languageFrom: 'fixed', language: 'de' }, 'de'],
    [
      'a language from a field',
      { lang: 'DE', care: due },
      { languageFrom: 'field', languageField: 'lang' },
      'de',
    ],
  ])('uses %s', async (_what, item, given, language) => {
    const place = { place: 'Aurora Centro', ...item };
    const { messages } = await render([place], { values: location, ...given });
    expect(messages[0]?.language).toBe(language);
  });

  it('needs no location field where the clinic has one place only', async () => {
    const single = { ...aurora, locations: aurora.locations.slice(0, 1) };
    expect((await render([{ care: due }], {}, single)).messages[0]?.text).toContain('Aurora Centro');
    expect((await render([{ care: due }])).refusals).toMatchObject([{ code: 'variableMissing' }]);
  });

  it('offers the open appointments to choose from, written from their starts', async () => {
    const options = [
      { id: 'r1', at: Date.UTC(2026, 10, 5, 8, 30), zone: 'Europe/Rome' },
      { id: 'r2', at: Date.UTC(2026, 10, 9, 14, 0), zone: 'Europe/Rome' },
    ];
    const { messages } = await render(
      [{ language: 'it', intent: 'cancel', replyTo: { status: 'several', options } }],
      {
        template: 'which_appointment',
      },
    );
    expect(messages[0]?.choices.map(({ id }) => id)).toEqual(['r1.cancel', 'r2.cancel']);
    expect(messages[0]?.choices[1]?.description).toContain('15:00');
  });

  it('offers the clinic’s locations to choose from', async () => {
    const { messages } = await render([{}], { template: 'prevention_location' });
    expect(messages[0]?.choices).toEqual([
      { id: 'location_1', label: 'Aurora Centro' },
      { id: 'location_2', label: 'Aurora Lisboa' },
    ]);
  });

  it.each([
    ['a fixed link', { link: 'https://portal.aurora.example/r' }, {}],
    ['each person’s own link', { linkField: 'url' }, { url: 'https://portal.aurora.example/r' }],
  ])('puts in %s', async (_what, values, item) => {
    const { messages } = await render([item], { template: 'review_request', values });
    expect(JSON.stringify(messages)).toContain('https://portal.aurora.example/r');
  });

  it.each([
    [
      'a link to somewhere else',
      { template: 'review_request', values: { link: 'https://evil.example/' } },
      {},
      'linkNotAllowed',
    ],
    ['no template', {}, {}, 'templateUnknown'],
    ['a template that nobody wrote', {}, { care: { template: 'sale' } }, 'templateUnknown'],
    [
      'a place that the clinic does not have',
      { values: location },
      { place: 'Cardiology', care: due },
      'variableInvalid',
    ],
    [
      'no start',
      { values: location },
      { place: 'Aurora Centro', care: { ...due, at: undefined } },
      'variableMissing',
    ],
    [
      'a text for another purpose than consent was checked for',
      { template: 'prevention_invitation' },
      { care: due },
      'purposeMismatch',
    ],
    ['no open appointments', { template: 'which_appointment' }, { replyTo: 'x' }, 'variableMissing'],
  ])('rejects %s, and still writes the next', async (_what, given, item, code) => {
    const good = { place: 'Aurora Centro', care: due };
    const { refusals } = await render([item, good], given);
    expect(refusals[0]).toMatchObject({ by: 'neutralTemplate', code });
  });

  it('never repeats a value that it refuses', async () => {
    const planted = 'Giulia Esposito';
    const item = {
      who: planted,
      place: 'Aurora Centro',
      care: { ...due, template: 'appointment_reminder_48h_named' },
    };
    const { refusals } = await render([item], { values: { ...location, firstNameField: 'who' } });
    expect(refusals).toMatchObject([{ code: 'variableInvalid' }]);
    expect(JSON.stringify(refusals)).not.toContain('Giulia');
  });

  it('rejects everything when told to continue on failure', async () => {
    jest.mocked(registryFor).mockRejectedValue(new Error('down'));
    const context = executeFunctions({ items: [{}, {}], parameters, continueOnFail: true });
    const outputs = await new NeutralTemplate().execute.call(context);
    expect(outputs.map((items) => items.length)).toEqual([0, 2]);
  });
});
