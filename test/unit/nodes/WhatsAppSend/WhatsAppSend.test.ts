import type { IDataObject, IWorkflowSettings } from 'n8n-workflow';
import { CareError, renderTemplate, type ClaimContext, type SendRequest } from '../../../../core';
import { WhatsAppSend } from '../../../../nodes/WhatsAppSend/WhatsAppSend.node';
import { registryFor } from '../../../../nodes/shared/registry';
import { executeFunctions, type FakeRun } from '../../../support/executeFunctions';
import { fakeRegistry } from '../../../support/fakeRegistry';
import { approvedCatalogue, graph, throughTo } from './graph';

jest.mock('../../../../nodes/shared/registry');

const PHONE = '+12025550143';
const OUTBOX = 'abcdefghijklmnopqrstuvwxyz';
const CLINIC = {
  country: 'US',
  name: 'Clinica Aurora',
  allowedDomains: ['aurora.example'],
  locations: [{ name: 'North', zone: 'Europe/Rome' }],
};
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
  /** What Meta lists as templates; absent: the whole catalogue, approved. */
  templates?: () => unknown;
  messageId?: string | null;
  run?: Partial<FakeRun>;
}

async function send(items: IDataObject[], setup: Setup = {}) {
  const host = await graph(undefined, { templates: setup.templates });
  const claims: { context: ClaimContext; requests: readonly SendRequest[] }[] = [];
  const registry = fakeRegistry({
    controllers: { get: async () => CLINIC as never },
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
    inbox: { messageIdOf: async () => setup.messageId ?? null },
    templates: { states: async () => [] },
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
    helpers: { httpRequestWithAuthentication: throughTo(host.origin) },
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

  const reminderAtMeta = (patch: IDataObject) => () => ({
    data: approvedCatalogue().map((one) =>
      one.name === 'care_appointment_reminder_48h_v1' ? { ...one, ...patch } : one,
    ),
  });

  it.each<[string, string, () => unknown]>([
    ['templateNotApproved', 'is paused', reminderAtMeta({ status: 'PAUSED' })],
    ['templateNotApproved', 'was never submitted', () => ({ data: [] })],
    [
      'templateChanged',
      'says something else',
      reminderAtMeta({ components: [{ type: 'BODY', text: 'Your ECG.' }] }),
    ],
    ['templateListUnreadable', 'is on a list that nobody can read', () => ({ error: { code: 2 } })],
    ['providerAuth', 'is on a list that the token does not open', () => ({ error: { code: 190 } })],
  ])(
    'refuses with %s, before anything is claimed, when the template at Meta %s',
    async (code, _what, templates) => {
      const { outputs, claims, calls } = await send([reminder()], { templates });
      expect(codes(outputs[1])).toEqual([code]);
      expect([claims, calls]).toEqual([[], []]);
    },
  );

  it('asks for a marketing consent once Meta files the reminder under marketing', async () => {
    const { claims } = await send([reminder()], { templates: reminderAtMeta({ category: 'MARKETING' }) });
    expect(claims[0]?.requests).toMatchObject([{ purpose: 'prevention' }]);
  });

  const visit = {
    name: 'visit_file',
    language: 'en_US',
    status: 'APPROVED',
    category: 'UTILITY',
    parameter_format: 'POSITIONAL',
    components: [
      { type: 'HEADER', format: 'DOCUMENT' },
      { type: 'BODY', text: 'Hello {{1}}, your appointment is at {{2}} as agreed.' },
      { type: 'BUTTONS', buttons: [{ type: 'QUICK_REPLY', text: 'Fine' }] },
    ],
  };
  const own = (patch: IDataObject = {}): IDataObject => ({
    ...rendered('appointment_reminder_48h'),
    ...{ template: 'visit_file', metaName: 'visit_file', version: 1, use: 'template', asks: null, text: 'x' },
    ttlSeconds: null,
    ...patch,
    origin: {
      source: 'approved',
      language: 'en_US',
      bindings: [
        { part: 'body', name: '1', type: 'firstName', values: { firstName: 'Ada' } },
        {
          part: 'body',
          name: '2',
          type: 'time',
          values: { at: Date.UTC(2027, 2, 1, 9, 30), zone: 'Europe/Rome' },
        },
      ],
      header: { kind: 'media', link: 'https://aurora.example/way.pdf', fileName: 'Way.pdf' },
      buttons: [{ index: 0, choice: 'confirm' }],
      ...(patch.origin as IDataObject | undefined),
    },
  });

  it('takes the words of an own template from Meta and never from the item', async () => {
    const forged = own({
      text: 'Your biopsy',
      footer: 'Ward 3',
      buttons: [{ choice: 'stop', title: 'Result' }],
    });
    const { claims, calls } = await send([reminder({}, { message: forged })], {
      templates: () => ({ data: [visit] }),
    });
    const [request] = claims[0]?.requests ?? [];
    expect(request?.screened).toEqual(
      expect.arrayContaining([
        'Hello Ada, your appointment is at 10:30 as agreed.',
        'Fine',
        'https://aurora.example/way.pdf',
        'Way.pdf',
      ]),
    );
    expect(JSON.stringify(request)).not.toMatch(/biopsy|Ward|Result/);
    expect(calls).toMatchObject([
      {
        body: {
          template: {
            name: 'visit_file',
            language: { code: 'en_US' },
            components: [
              { type: 'header', parameters: [{ type: 'document', document: { filename: 'Way.pdf' } }] },
              {
                type: 'body',
                parameters: [
                  { type: 'text', text: 'Ada' },
                  { type: 'text', text: '10:30' },
                ],
              },
              { sub_type: 'quick_reply', index: '0', parameters: [{ payload: `${OUTBOX}.confirm` }] },
            ],
          },
        },
      },
    ]);
  });

  it.each<[string, string, IDataObject]>([
    [
      'linkNotAllowed',
      'a file elsewhere',
      { header: { kind: 'media', link: 'https://else.example/a.pdf', fileName: 'A.pdf' } },
    ],
    [
      'messageInvalid',
      'a button that answers another message',
      { buttons: [{ index: 0, choice: 'abc.confirm' }] },
    ],
    ['variableMissing', 'a value too few', { bindings: [] }],
    ['templateNotApproved', 'another language', { language: 'de' }],
  ])('refuses with %s an item that was changed to %s', async (code, _what, origin) => {
    const { outputs, calls } = await send([reminder({}, { message: own({ origin }) })], {
      templates: () => ({ data: [visit] }),
    });
    expect(codes(outputs[1])).toEqual([code]);
    expect(calls).toEqual([]);
  });

  const composed = (part: IDataObject, patch: IDataObject = {}): IDataObject => ({
    eventId: 'e1',
    contactRef: 'c1',
    care: {
      message: {
        ...rendered('emergency'),
        origin: {
          source: 'composed',
          id: '3f0c9f3e-0000-4000-8000-000000000001',
          sentBy: 'Maria Rossi',
          quote: false,
          part,
          ...patch,
        },
      },
    },
  });
  const asReply = { parameters: { basis: 'reply' } };

  it('sends the words of a named person inside the window, and tells the registry who wrote them', async () => {
    const { claims, calls } = await send([composed({ kind: 'text', body: 'See you then.' })], asReply);
    expect(claims[0]?.requests).toMatchObject([
      { basis: { kind: 'reply', eventId: 'e1' }, sentBy: 'Maria Rossi', screened: ['See you then.'] },
    ]);
    expect(calls).toMatchObject([{ body: { type: 'text', text: { body: 'See you then.' } } }]);
    expect(calls[0]?.body).not.toHaveProperty('context');
  });

  it('hangs a reaction and a quote on the message that is answered', async () => {
    const items = [
      composed({ kind: 'reaction', emoji: '👍' }),
      composed(
        { kind: 'text', body: 'Thank you.' },
        { quote: true, id: '3f0c9f3e-0000-4000-8000-000000000002' },
      ),
    ];
    const { calls } = await send(items, { ...asReply, messageId: 'wamid.IN' });
    expect(calls.map(({ body }) => body)).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ type: 'reaction', reaction: { message_id: 'wamid.IN', emoji: '👍' } }),
        expect.objectContaining({ type: 'text', context: { message_id: 'wamid.IN' } }),
      ]),
    );
  });

  it.each<[string, IDataObject, IDataObject]>([
    ['quotedMessageUnknown', composed({ kind: 'reaction', emoji: '👍' }), { basis: 'reply' }],
    ['templateUseMismatch', composed({ kind: 'text', body: 'Hello.' }), { basis: 'purpose' }],
    ['linkNotAllowed', composed({ kind: 'image', link: 'https://else.example/a.png' }), { basis: 'reply' }],
    ['messageInvalid', composed({ kind: 'text', body: 'Hello.' }, { sentBy: '' }), { basis: 'reply' }],
  ])('refuses words of a person with %s', async (code, item, parameters) => {
    const named = {
      ...item,
      care: {
        ...(item.care as IDataObject),
        ...(reminder().care as IDataObject),
        message: (item.care as IDataObject).message,
      },
    };
    const { outputs, calls } = await send([named], { parameters });
    expect(codes(outputs[1])).toEqual([code]);
    expect(calls).toEqual([]);
  });

  it('has no parameter by which n8n could inject a custom API call', () => {
    const names = new WhatsAppSend().description.properties.map(({ name }) => name);
    expect(names).not.toContain('operation');
    expect(names).not.toContain('resource');
  });
});
