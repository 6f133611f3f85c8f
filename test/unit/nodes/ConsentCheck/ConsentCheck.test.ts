import { CareError, type ContactRequest, type Decision } from '../../../../core';
import { ConsentCheck } from '../../../../nodes/ConsentCheck/ConsentCheck.node';
import { registryFor, registryWith } from '../../../../nodes/shared/registry';
import { executeFunctions, jsonOf, type FakeRun } from '../../../support/executeFunctions';
import { auroraParameter, auroraRegistry } from '../../../support/nodeRegistry';

jest.mock('../../../../nodes/shared/registry');

const NIGHT_OVER = Date.UTC(2026, 10, 3, 7, 0);
const yes: Decision = {
  allowed: true,
  code: 'ok',
  sentence: 'It may leave.',
  contactRef: 'k1',
  language: 'it',
  eventId: 'e1',
  nextPermittedAt: null,
};
const no: Decision = {
  ...yes,
  allowed: false,
  code: 'noConsent',
  sentence: 'None on record.',
  eventId: null,
};
const later: Decision = { ...no, code: 'quietHours', sentence: 'It is night.', nextPermittedAt: NIGHT_OVER };

const parameters = {
  controller: auroraParameter,
  personFrom: 'phone',
  phoneField: 'phone',
  purpose: 'fromItem',
  options: {},
};

function run(decisions: readonly Decision[], given: FakeRun) {
  const asked: ContactRequest[] = [];
  jest.mocked(registryFor).mockResolvedValue(
    auroraRegistry({
      consent: {
        mayContact: async (_key, requests) => {
          asked.push(...requests);
          return [...decisions];
        },
      },
    }),
  );
  const context = executeFunctions({ ...given, parameters: { ...parameters, ...given.parameters } });
  return { asked, outputs: new ConsentCheck().execute.call(context) };
}

const row = (id: number, phone: string, purpose = 'appointment') => ({ id, phone, care: { purpose } });

describe('Consent Check', () => {
  it('sends each item the way of its decision and keeps the user’s fields', async () => {
    const items = [row(1, '+39 06 0000 0001'), row(2, '+39 06 0000 0002'), row(3, '+39 06 0000 0003')];
    const { outputs } = run([yes, no, later], { items });
    const care = {
      controller: 'aurora',
      purpose: 'appointment',
      identifiedBy: 'phone',
      contactRef: 'k1',
      language: 'it',
    };
    const refusal = { by: 'consentCheck', code: 'noConsent', sentence: 'None on record.' };
    expect(await outputs).toEqual([
      [
        {
          json: {
            ...items[0],
            care: {
              ...care,
              decision: {
                allowed: true,
                code: 'ok',
                sentence: 'It may leave.',
                eventId: 'e1',
                nextPermittedAt: null,
              },
            },
          },
          pairedItem: { item: 0 },
        },
      ],
      [
        {
          json: {
            ...items[1],
            care: {
              ...care,
              decision: { ...refusal, by: undefined, allowed: false, eventId: null, nextPermittedAt: null },
              refusal,
            },
          },
          pairedItem: { item: 1 },
        },
      ],
      [
        {
          json: {
            ...items[2],
            care: {
              ...care,
              decision: {
                allowed: false,
                code: 'quietHours',
                sentence: 'It is night.',
                eventId: null,
                nextPermittedAt: '2026-11-03T07:00:00.000Z',
              },
              refusal: { by: 'consentCheck', code: 'quietHours', sentence: 'It is night.' },
            },
          },
          pairedItem: { item: 2 },
        },
      ],
    ]);
  });

  it('asks for all items at once, by field paths', async () => {
    const items = [
      { contact: { tel: '06 0000 0001', land: 'DE' }, kid: 'S-1', care: { purpose: 'survey' } },
      { contact: { tel: '06 0000 0002' }, care: { purpose: 'survey', subjectRef: 'ignored' } },
    ];
    const options = { countryField: 'contact.land', subjectField: 'kid' };
    const { asked, outputs } = run([yes, yes], { items, parameters: { phoneField: 'contact.tel', options } });
    await outputs;
    expect(asked).toEqual([
      { person: { phone: '06 0000 0001', country: 'DE' }, purpose: 'survey', subjectRef: 'S-1' },
      { person: { phone: '06 0000 0002' }, purpose: 'survey' },
    ]);
  });

  it('finds the person by reference, and takes a fixed purpose over the item’s', async () => {
    const items = [{ care: { contactRef: 'k7', purpose: 'survey' } }, { contactRef: 'k8' }];
    const { asked, outputs } = run([yes, yes], {
      items,
      parameters: { personFrom: 'contactRef', purpose: 'prevention' },
    });
    await outputs;
    expect(asked).toEqual([
      { person: { contactRef: 'k7' }, purpose: 'prevention' },
      { person: { contactRef: 'k8' }, purpose: 'prevention' },
    ]);
  });

  it.each([
    ['no phone number', { phone: '', care: { purpose: 'survey' } }, 'badPhone'],
    ['no purpose', { phone: '06 0000 0001' }, 'purposeUnknown'],
    [
      'a purpose that nobody defined',
      { phone: '06 0000 0001', care: { purpose: 'sales' } },
      'purposeUnknown',
    ],
    [
      'another controller',
      { phone: '06 0000 0001', care: { purpose: 'survey', controller: 'borea' } },
      'controllerMismatch',
    ],
  ])('blocks an item with %s, without asking, and still judges the next', async (_what, item, code) => {
    const { asked, outputs } = run([yes], { items: [item, row(2, '+39 06 0000 0002')] });
    const [allowed, blocked] = jsonOf(await outputs);
    expect(blocked).toMatchObject([{ care: { refusal: { by: 'consentCheck', code } } }]);
    expect(allowed).toMatchObject([{ id: 2, care: { decision: { allowed: true } } }]);
    expect(asked).toHaveLength(1);
  });

  it('blocks everything when the registry cannot be reached', async () => {
    jest.mocked(registryFor).mockRejectedValue(new CareError('registryUnreachable', 'Check its server.'));
    const context = executeFunctions({ items: [row(1, '+39 06 0000 0001'), row(2, '')], parameters });
    const [allowed, blocked, waiting] = jsonOf(await new ConsentCheck().execute.call(context));
    expect(allowed).toEqual([]);
    expect(waiting).toEqual([]);
    expect(blocked).toMatchObject([
      { care: { refusal: { code: 'registryUnreachable' } } },
      { care: { refusal: { code: 'registryUnreachable' } } },
    ]);
  });

  it('blocks what the registry gave no answer to', async () => {
    const { outputs } = run([], { items: [row(1, '+39 06 0000 0001')] });
    const [allowed, blocked] = jsonOf(await outputs);
    expect(allowed).toEqual([]);
    expect(blocked).toMatchObject([{ care: { refusal: { code: 'registryUnreachable' } } }]);
  });

  it('stops at a fault that nobody has named, and tells no more than that', async () => {
    const planted = '+1 202-555-0123';
    jest.mocked(registryFor).mockRejectedValue(new Error(`UNIQUE failed: ${planted}`));
    const context = executeFunctions({ items: [row(1, planted)], parameters });
    const thrown: unknown = await new ConsentCheck().execute.call(context).catch((error: unknown) => error);
    expect(thrown).toMatchObject({ message: expect.stringContaining('"unexpected"') as string });
    expect(JSON.stringify(thrown)).not.toContain(planted);
  });

  it('puts every item into Blocked when told to continue on failure', async () => {
    jest.mocked(registryFor).mockRejectedValue(new Error('down'));
    const context = executeFunctions({ items: [row(1, 'x'), row(2, 'y')], parameters, continueOnFail: true });
    const outputs = await new ConsentCheck().execute.call(context);
    expect(outputs.map((items) => items.length)).toEqual([0, 2, 0]);
    expect(outputs[1]).toMatchObject([
      { json: { id: 1, care: { refusal: { code: 'unexpected' } } }, pairedItem: { item: 0 } },
      { json: { id: 2 }, pairedItem: { item: 1 } },
    ]);
    expect(outputs[1]?.[0]?.error).toBeDefined();
  });

  it('refuses a phone number where the name of a field belongs', async () => {
    const context = executeFunctions({
      items: [{}],
      parameters: { ...parameters, phoneField: '+1 202-555-0123' },
    });
    await expect(new ConsentCheck().execute.call(context)).rejects.toMatchObject({
      description: expect.stringContaining('"Phone Field" takes the name of a field') as string,
    });
  });
});

describe('the test of a registry credential', () => {
  const { methods } = new ConsentCheck();
  const test = () =>
    methods.credentialTest.testRegistry.call({} as never, { id: '1', name: 'Registry', type: 'x', data: {} });

  it('says that the registry is open and how many controllers it holds', async () => {
    jest.mocked(registryWith).mockResolvedValue(auroraRegistry());
    expect(await test()).toEqual({
      status: 'OK',
      message: expect.stringContaining('1 controller ') as string,
    });
  });

  it('says what is wrong', async () => {
    jest.mocked(registryWith).mockRejectedValue(new CareError('registryWrongKey', 'Restore it.'));
    expect(await test()).toEqual({ status: 'Error', message: 'Restore it. (registryWrongKey)' });
  });
});
