import { parseMetaDelivery } from '../../../core/messaging/providers/metaCloud/webhook';
import type { InboundEvent, Registry } from '../../../core';
import {
  consent,
  context,
  HOUR,
  message,
  NOW,
  person,
  PHONE_NUMBER_ID,
  request,
  status,
  testRegistry,
  type TestRegistry,
} from '../../support/registry';

const WHO = 1;
const phone = person(WHO);

let test: TestRegistry;
beforeEach(async () => {
  test = await testRegistry();
  const purposes = ['appointment', 'prevention'] as const;
  await test.registry.consent.record(
    'aurora',
    [WHO, 2].flatMap((each) => purposes.map((purpose) => consent(each, { purpose }))),
    'test',
  );
  await test.registry.campaigns.save(
    'aurora',
    { key: 'spring', name: 'Spring', purpose: 'prevention' },
    'test',
  );
  await test.registry.campaigns.approve('aurora', 'spring', 'Ada Rossi', 'test');
});
afterEach(() => test.close());

const invitation = (who: number, occurrence: string) =>
  request(who, {
    kind: 'campaign:spring',
    purpose: 'prevention',
    occurrence,
    stage: 'invitation',
    campaignKey: 'spring',
    asks: null,
  });

/** One batch of a campaign's run. */
async function claim(registry: Registry, occurrence: string, ...who: number[]): Promise<string[]> {
  const requests = who.map((each) => invitation(each, `${occurrence}:${each}`));
  const results = await registry.outbox.claim(context({ runSize: 5 }), requests);
  return results.map((result) => (result.claimed ? 'claimed' : result.code));
}

/** The webhook of Meta as it comes, so that a door is a request and not our own event. */
const fromMeta = (field: string, value: object): readonly InboundEvent[] =>
  parseMetaDelivery({
    object: 'whatsapp_business_account',
    entry: [
      {
        id: '900',
        changes: [{ field, value: { metadata: { phone_number_id: PHONE_NUMBER_ID }, ...value } }],
      },
    ],
  }).events;
const said = (what: object) =>
  fromMeta('messages', {
    messages: [{ id: 'wamid.STOP', from: phone.slice(1), timestamp: String(NOW / 1000), ...what }],
  });
const button = (text: string, payload: string) => said({ type: 'button', button: { text, payload } });

type Door = (registry: Registry, sentId: string) => Promise<unknown>;
const byWebhook =
  (events: () => readonly InboundEvent[]): Door =>
  (registry) =>
    registry.inbox.receive('metaCloud', events());

const DOORS: readonly (readonly [string, Door])[] = [
  ['words', byWebhook(() => said({ type: 'text', text: { body: 'Non scrivetemi più' } }))],
  [
    'a forwarded STOP',
    byWebhook(() => said({ type: 'text', text: { body: 'STOP' }, context: { forwarded: true } })),
  ],
  [
    'a tap on our own button',
    (registry, sentId) => registry.inbox.receive('metaCloud', button('Basta', `${sentId}.stop`)),
  ],
  ['a button whose payload is its label', byWebhook(() => button('STOP', 'STOP'))],
  ['a button of another system', byWebhook(() => button('Weiter', 'STOP_PROMOTIONS'))],
  ['a label with a payload that says nothing', byWebhook(() => button('Stop promotions', 'BTN_7'))],
  [
    'the row of a list',
    byWebhook(() =>
      said({ type: 'interactive', interactive: { list_reply: { id: 'row-3', title: 'Unsubscribe' } } }),
    ),
  ],
  [
    "Meta's own switch",
    byWebhook(() =>
      fromMeta('user_preferences', {
        user_preferences: [
          { wa_id: phone.slice(1), category: 'marketing_messages', value: 'stop', timestamp: NOW / 1000 },
        ],
      }),
    ),
  ],
  [
    'a status 131050',
    (registry, sentId) =>
      registry.inbox.receive('metaCloud', [status(sentId, 'failed', { errorCode: '131050' })]),
  ],
  [
    'a status 131050 after the message was delivered all the same',
    (registry, sentId) =>
      registry.inbox.receive('metaCloud', [
        status(sentId, 'delivered'),
        status(sentId, 'failed', { errorCode: '131050' }),
      ]),
  ],
  [
    'a call to the desk',
    (registry) => registry.consent.withdraw('aurora', { phone }, 'all', 'phone call', 'user:ada'),
  ],
  [
    'the desk, from a conversation',
    async (registry) => {
      const [item] = await registry.inbox.receive('metaCloud', [message(WHO, { text: 'Una domanda' })]);
      const contactRef = item?.contactRef ?? '';
      return registry.consent.withdraw('aurora', { contactRef }, 'all', 'conversation', 'user:ada');
    },
  ],
  [
    'an imported list of people who opted out',
    async (registry) => {
      const rows = [consent(WHO, { purpose: 'prevention', kind: 'withdrawn', occurredAt: NOW - HOUR })];
      for await (const batch of await registry.consent.import('aurora', rows, 'test'))
        expect(batch).toHaveLength(1);
    },
  ],
];

/** A message that Meta took before, for the doors that name one. */
async function takenBefore(): Promise<string> {
  const [claimed] = await test.registry.outbox.claim(context(), [invitation(WHO, 'before')]);
  if (!claimed?.claimed) throw new Error('The first invitation was refused');
  await test.registry.outbox.markCalling([claimed.outboxId]);
  await test.registry.outbox.settleCall(claimed.outboxId, { state: 'accepted', messageId: 'wamid.B' });
  return claimed.outboxId;
}

describe.each(DOORS)('a STOP by %s', (_name, door) => {
  it('refuses the person from that moment: queued, in the running campaign, and in every later one', async () => {
    const { registry } = test;
    const sentId = await takenBefore();
    // Another run is between its first batch and the one with this person.
    expect(await claim(registry, 'run', 2)).toEqual(['claimed']);
    // A claim that was never called is queued again when its process is gone.
    const queued = await registry.outbox.claim(context({ owner: 'gone/1/1' }), [invitation(WHO, 'queued')]);
    expect(queued).toMatchObject([{ claimed: true }]);

    await door(registry, sentId);

    const refusals = [
      ...(await claim(registry, 'run', WHO)),
      ...(await registry.outbox.claim(context(), [invitation(WHO, 'queued')])).map((result) =>
        result.claimed ? 'claimed' : result.code,
      ),
    ];
    test.clock.set(NOW + 30 * 24 * HOUR);
    refusals.push(...(await claim(registry, 'later', WHO)));
    for (const code of refusals) expect(['suppressed', 'objected', 'consentWithdrawn']).toContain(code);
    expect(await claim(registry, 'control', 2)).toEqual(['claimed']);
  });
});

describe("a platform's resume", () => {
  const resume = () =>
    fromMeta('user_preferences', {
      user_preferences: [{ wa_id: phone.slice(1), value: 'resume', timestamp: NOW / 1000 + 60 }],
    });

  it.each(DOORS)('does not lift a STOP by %s', async (_name, door) => {
    await door(test.registry, await takenBefore());
    await test.registry.inbox.receive('metaCloud', resume());
    const [code] = await claim(test.registry, 'after', WHO);
    expect(['suppressed', 'objected', 'consentWithdrawn']).toContain(code);
  });
});

describe('the words of somebody else', () => {
  it('do not open what a STOP has closed', async () => {
    await test.registry.inbox.receive('metaCloud', [message(WHO, { text: 'STOP' })]);
    const [item] = await test.registry.inbox.receive('metaCloud', [
      message(WHO, { text: 'START', forwarded: true }),
    ]);
    expect(item).toMatchObject({ intent: 'other' });
    expect(await test.registry.outbox.claim(context(), [request(WHO)])).toMatchObject([
      { code: 'suppressed' },
    ]);
  });

  it('leave service messages alone where only promotions were stopped', async () => {
    await test.registry.inbox.receive('metaCloud', button('Stop promotions', 'BTN_7'));
    expect(await test.registry.outbox.claim(context(), [request(WHO)])).toMatchObject([{ claimed: true }]);
  });
});
