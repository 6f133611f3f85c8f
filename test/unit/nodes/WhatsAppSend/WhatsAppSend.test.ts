import type { IDataObject, IWorkflowSettings } from 'n8n-workflow';
import { CareError, renderTemplate, type ClaimContext, type SendRequest } from '../../../../core';
import { WhatsAppSend } from '../../../../nodes/WhatsAppSend/WhatsAppSend.node';
import { registryFor } from '../../../../nodes/shared/registry';
import { executeFunctions, type FakeRun } from '../../../support/executeFunctions';
import { fakeRegistry } from '../../../support/fakeRegistry';
import { graph } from './graph';

jest.mock('../../../../nodes/shared/registry');

const PHONE = '+12025550143';
const OUTBOX = 'abcdefghijklmnopqrstuvwxyz';
const NOTHING_KEPT: IWorkflowSettings = {
  saveDataSuccessExecution: 'none',
  saveDataErrorExecution: 'none',
  saveManualExecutions: false,
  saveExecutionProgress: false,
};

function rendered(key: string): IDataObject {
  const result = renderTemplate(
    key,
    'en',
    { at: Date.UTC(2027, 2, 1, 9, 30), zone: 'Europe/Rome', clinicName: 'Clinica Aurora', location: 'North' },
    { now: Date.UTC(2027, 1, 27), allowedDomains: [], locations: ['North'] },
  );
  if (!result.ok) throw new Error(result.code);
  return result.message as unknown as IDataObject;
}

const reminder = (patch: IDataObject = {}, care: IDataObject = {}): IDataObject => ({
  row: 7,
  ...patch,
  care: {
    contactRef: 'c1',
    kind: 'reminder',
    occurrence: 'a1@2027-03-01T09:30:00.000Z',
    stage: 'reminder48h',
    purpose: 'appointment',
    message: rendered('appointment_reminder_48h'),
    ...care,
  },
});

interface Setup {
  mode?: 'test' | 'live';
  parameters?: Record<string, unknown>;
  settings?: IWorkflowSettings;
  refuse?: string;
  down?: Error;
  run?: Partial<FakeRun>;
}

async function send(items: IDataObject[], setup: Setup = {}) {
  const host = await graph();
  const claims: { context: ClaimContext; requests: readonly SendRequest[] }[] = [];
  const registry = fakeRegistry({
    controllers: { get: async () => ({ country: 'US' }) as never },
    senders: { get: async () => ({ mode: setup.mode ?? 'test' }) as never },
    outbox: {
      claim: async (context, requests) => {
        claims.push({ context, requests });
        return requests.map(() =>
          setup.refuse === undefined
            ? { claimed: true, outboxId: OUTBOX, contactRef: 'c1', to: { kind: 'phone', e164: PHONE } }
            : {
                claimed: false,
                code: setup.refuse,
                sentence: 'No.',
                contactRef: 'c1',
                outboxId: null,
                nextPermittedAt: Date.UTC(2027, 2, 1),
              },
        );
      },
      markCalling: async () => undefined,
      settleCall: async () => undefined,
      keepText: async () => undefined,
    },
  });
  jest.mocked(registryFor).mockImplementation(async () => {
    if (setup.down) throw setup.down;
    return registry;
  });
  const context = executeFunctions({
    items,
    parameters: {
      controller: { __rl: true, mode: 'list', value: 'aurora' },
      basis: 'purpose',
      personFrom: 'contactRef',
      phoneField: 'phone',
      eventField: 'eventId',
      purpose: 'fromItem',
      campaignKey: '',
      options: {},
      ...setup.parameters,
    },
    credentials: {
      careCampaignWhatsAppApi: {
        accessToken: 'planted-token',
        phoneNumberId: '1001',
        businessAccountId: '2001',
        baseUrl: host.origin,
        apiVersion: 'v25.0',
        simulator: true,
      },
    },
    ...setup.run,
  });
  const withSettings = Object.assign(context, { getWorkflowSettings: () => setup.settings ?? {} });
  try {
    const outputs = await new WhatsAppSend().execute.call(withSettings);
    return { outputs, claims, calls: host.calls, hints: context.hints };
  } finally {
    await host.close();
  }
}

const codes = (items: { json: IDataObject }[] | undefined) =>
  items?.map(({ json }) => ((json.care as IDataObject).refusal as IDataObject).code);

describe('WhatsApp Send', () => {
  it('sends what the gate lets out and keeps the fields of the item', async () => {
    const { outputs, calls, claims, hints } = await send([reminder()]);
    expect(outputs).toEqual([
      [
        {
          json: {
            row: 7,
            care: { ...(reminder().care as IDataObject), send: { state: 'accepted', outboxId: OUTBOX } },
          },
          pairedItem: { item: 0 },
        },
      ],
      [],
    ]);
    expect(calls).toMatchObject([
      {
        url: '/v25.0/1001/messages',
        body: { to: PHONE, type: 'template', biz_opaque_callback_data: OUTBOX },
      },
    ]);
    expect(claims[0]).toMatchObject({
      context: {
        controllerKey: 'aurora',
        phoneNumberId: '1001',
        provider: 'metaCloud',
        actor: 'workflow:wf1/execution:7/unattended',
      },
      requests: [
        {
          kind: 'reminder',
          person: { contactRef: 'c1' },
          purpose: 'appointment',
          asks: { question: 'appointment' },
        },
      ],
    });
    expect(hints).toMatchObject([{ message: '1 sent' }]);
  });

  it("puts the gate's refusal into Not Sent with its next permitted time", async () => {
    const { outputs, calls } = await send([reminder()], { refuse: 'quietHours' });
    expect(outputs[0]).toEqual([]);
    expect(outputs[1]).toMatchObject([
      {
        json: {
          row: 7,
          care: {
            refusal: { by: 'whatsAppSend', code: 'quietHours', sentence: 'No.' },
            send: { state: 'refused', code: 'quietHours', nextPermittedAt: '2027-03-01T00:00:00.000Z' },
          },
        },
        pairedItem: { item: 0 },
      },
    ]);
    expect(calls).toEqual([]);
  });

  it.each([
    ['messageMissing', reminder({}, { message: undefined })],
    [
      'messageInvalid',
      reminder({}, { message: { ...rendered('appointment_reminder_48h'), text: 'Bring your ECG' } }),
    ],
    ['noOccurrence', reminder({}, { occurrence: '' })],
    ['unknownContact', reminder({}, { contactRef: '' })],
    ['purposeUnknown', reminder({}, { purpose: 'newsletter' })],
    ['controllerMismatch', reminder({}, { controller: 'borea' })],
    ['badInstant', reminder({}, { closesAt: 'tomorrow' })],
    ['templateUseMismatch', reminder({}, { message: rendered('emergency') })],
  ])('refuses an item with %s and sends the others', async (code, item) => {
    const { outputs, calls } = await send([item, reminder()]);
    expect(codes(outputs[1])).toEqual([code]);
    expect(outputs[0]).toHaveLength(1);
    expect(calls).toHaveLength(1);
  });

  it('answers an event of the Inbox Trigger inside its window', async () => {
    const item = { eventId: 'e1', contactRef: 'c1', care: { message: rendered('emergency') } };
    const { claims, calls } = await send([item], { parameters: { basis: 'reply' } });
    expect(claims[0]?.requests).toMatchObject([
      { basis: { kind: 'reply', eventId: 'e1' }, kind: 'reply', occurrence: 'e1', stage: 'emergency' },
    ]);
    expect(calls).toMatchObject([{ body: { type: 'text' } }]);
  });

  it.each([
    ['the person comes by phone', reminder({ phone: PHONE }), { personFrom: 'phone' }],
    ['a field holds a number', reminder({ note: `call ${PHONE}` }), {}],
    ['Consent Check was asked by phone', reminder({}, { identifiedBy: 'phone' }), {}],
  ])('refuses Live when n8n keeps the run and %s', async (_name, item, parameters) => {
    const run = send([item], { mode: 'live', parameters });
    await expect(run).rejects.toMatchObject({
      message: expect.stringContaining('executionDataKept') as string,
      description: expect.stringContaining('"Save manual executions"') as string,
    });
  });

  it('sends Live with numbers once n8n keeps nothing, and without numbers in any case', async () => {
    const kept = await send([reminder({ phone: PHONE })], { mode: 'live', settings: NOTHING_KEPT });
    const none = await send([reminder()], { mode: 'live' });
    expect([kept.calls.length, none.calls.length]).toEqual([1, 1]);
  });

  it('sends nothing and keeps every item when the registry is away', async () => {
    const down = new CareError('registryUnreachable', 'Away.');
    const { outputs, calls } = await send([reminder(), reminder()], { down });
    expect(codes(outputs[1])).toEqual(['registryUnreachable', 'registryUnreachable']);
    expect(calls).toEqual([]);
  });

  it('lets the fixed emergency answer out all the same, where the item has an address', async () => {
    const item = { eventId: 'e1', phone: PHONE, care: { message: rendered('emergency') } };
    const down = new CareError('registryUnreachable', 'Away.');
    const { outputs, calls } = await send([item], {
      down,
      parameters: { basis: 'reply', personFrom: 'phone' },
    });
    expect(outputs[0]).toHaveLength(1);
    expect(calls).toHaveLength(1);
  });

  it('with Continue On Fail puts everything on the Not Sent side', async () => {
    const down = new CareError('registryWrongKey', 'The key does not fit.');
    const { outputs } = await send([reminder()], { down, run: { continueOnFail: true } });
    expect(outputs[0]).toEqual([]);
    expect(codes(outputs[1])).toEqual(['registryWrongKey']);
  });

  it('sends nothing in a dry run', async () => {
    const { outputs, calls } = await send([reminder()], { parameters: { options: { dryRun: true } } });
    expect(codes(outputs[1])).toEqual(['dryRun']);
    expect(calls).toEqual([]);
  });

  it('writes neither token nor number into any output', async () => {
    const { outputs, hints } = await send([reminder(), reminder({}, { occurrence: '' })]);
    expect(JSON.stringify([outputs, hints])).not.toMatch(/planted|202555/);
  });

  it('has no parameter by which n8n could inject a custom API call', () => {
    const names = new WhatsAppSend().description.properties.map(({ name }) => name);
    expect(names).not.toContain('operation');
    expect(names).not.toContain('resource');
  });
});
