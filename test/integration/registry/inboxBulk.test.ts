import fc from 'fast-check';
import type { AccountEvent, InboundEvent } from '../../../core';
import {
  consent,
  context,
  HOUR,
  message,
  NOW,
  person,
  PHONE_NUMBER_ID,
  request,
  sent,
  status,
  testRegistry,
  type TestRegistry,
} from '../../support/registry';

let test: TestRegistry;
beforeEach(async () => {
  test = await testRegistry();
  await test.registry.consent.record(
    'aurora',
    [1, 2, 3].map((who) => consent(who)),
    'test',
  );
});
afterEach(() => test.close());

const receive = (...events: InboundEvent[]) => test.registry.inbox.receive('metaCloud', events);
const statesOf = async () =>
  new Map((await test.registry.outbox.list('aurora')).map((row) => [row.id, `${row.state}/${row.code}`]));

describe('a batch of statuses', () => {
  const kinds = ['sent', 'delivered', 'read', 'failed', 'played'] as const;

  it('ends as the same statuses one by one, whatever their order and repetitions', async () => {
    let round = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ who: fc.integer({ min: 1, max: 3 }), kind: fc.constantFrom(...kinds) }), {
          minLength: 1,
          maxLength: 12,
        }),
        async (told) => {
          round += 1;
          // New people each time, so that no cap is in the way.
          const people = [1, 2, 3].map((who) => round * 3 + who);
          await test.registry.consent.record(
            'aurora',
            people.map((who) => consent(who)),
            'test',
          );
          const make = async (occurrence: string): Promise<string[]> => {
            const ids: string[] = [];
            for (const who of people)
              ids.push(await sent(test.registry, who, { occurrence: `${occurrence}${who}`, asks: null }));
            return ids;
          };
          const [bulk, single] = [await make('a'), await make('b')];
          const eventsFor = (ids: readonly string[]) =>
            told.map(({ who, kind }) =>
              status(ids[who - 1] ?? '', kind, kind === 'failed' ? { errorCode: '131000' } : {}),
            );
          await receive(...eventsFor(bulk), ...eventsFor(bulk));
          for (const event of eventsFor(single)) await receive(event);
          const states = await statesOf();
          expect(bulk.map((id) => states.get(id))).toEqual(single.map((id) => states.get(id)));
        },
      ),
      { numRuns: 12 },
    );
  });

  it('settles each message that is named by our id, by the id of Meta, or by both', async () => {
    const [mine, theirs] = [await sent(test.registry, 1), await sent(test.registry, 2)];
    const items = await receive(
      status(mine, 'sent'),
      status('', 'delivered', { messageId: `wamid.${mine}`, outboxId: null, dedupeKey: 'x1' }),
      status('', 'read', { messageId: `wamid.${theirs}`, outboxId: 'of another system', dedupeKey: 'x2' }),
      status('', 'read', { messageId: 'wamid.nobody', outboxId: null, dedupeKey: 'x3' }),
    );
    expect(items.map(({ replyTo }) => replyTo.outboxId)).toEqual([mine, mine, theirs]);
    const states = await statesOf();
    expect([states.get(mine), states.get(theirs)]).toEqual(['delivered/null', 'read/null']);
  });

  it('takes a thousand events of one request, and none of them twice', async () => {
    const id = await sent(test.registry, 1);
    const events = Array.from({ length: 500 }, (_, index) =>
      status(id, 'read', { dedupeKey: `many:${index % 400}` }),
    );
    const words = Array.from({ length: 100 }, (_, index) =>
      message((index % 3) + 1, { dedupeKey: `w:${index}` }),
    );
    expect(await receive(...events, ...words, ...events)).toHaveLength(500);
    expect(await receive(...words)).toEqual([]);
  });
});

describe('a batch of messages', () => {
  it('lets the second answer of a person find the question answered', async () => {
    const first = await sent(test.registry, 1);
    const items = await receive(
      message(1, { text: '1' }),
      message(1, { text: '1' }),
      message(2, { text: '1' }),
    );
    expect(items.map(({ replyTo }) => replyTo.outboxId)).toEqual([first, first, null]);
  });

  it('does what people want in the order in which they said it', async () => {
    await receive(message(1, { text: 'STOP' }), message(1, { text: 'START' }), message(2, { text: 'STOP' }));
    test.clock.set(NOW + 1000);
    const claims = await test.registry.outbox.claim(context(), [request(1), request(2)]);
    expect(claims).toMatchObject([{ claimed: true }, { code: 'suppressed' }]);
  });

  it('knows a stranger who writes twice as one person, also after a change of identity between', async () => {
    const from = { waId: person(7).slice(1) };
    const items = await receive(
      message(7, { from }),
      message(7, { from }),
      {
        kind: 'identity',
        dedupeKey: 'identity:7',
        phoneNumberId: PHONE_NUMBER_ID,
        from,
        at: NOW,
        next: { waId: person(8).slice(1), bsuid: 'GB.seven' },
      },
      message(8, { from: { bsuid: 'GB.seven' } }),
    );
    expect(new Set(items.map(({ contactRef }) => contactRef)).size).toBe(1);
  });

  it('does not shorten the window of a person by a message that comes late', async () => {
    test.clock.set(NOW + 23 * HOUR);
    const [item] = await receive(message(1, { at: NOW + 23 * HOUR }), message(1, { at: NOW - 20 * HOUR }));
    const reply = {
      basis: { kind: 'reply', eventId: item?.eventId ?? '' } as const,
      kind: 'reply',
      stage: 'r',
    };
    expect(await test.registry.outbox.claim(context(), [request(1, reply)])).toMatchObject([
      { claimed: true },
    ]);
  });

  it('gives the advertisement along, and a person to whom nobody can read', async () => {
    const [ad, lost, back] = await receive(
      message(1, { ad: { type: 'ad', id: '120210' } }),
      message(2, { text: null, form: 'unsupported' }),
      message(3, { text: null, form: 'reactionRemoved' }),
    );
    expect(ad).toMatchObject({ ad: { type: 'ad', id: '120210' } });
    expect(lost).toMatchObject({ intent: 'human', sensitive: false });
    expect(back).toMatchObject({ intent: 'other', sensitive: false });
    expect(lost).not.toHaveProperty('ad');
    expect(await test.database.everything()).toContain('120210');
  });
});

describe("Meta's id of a message", () => {
  it('is given back while the conversation is kept, sealed like the words, and to its own controller only', async () => {
    const [item] = await receive(message(1, { messageId: 'wamid.HBgMNDQyMDc5' }));
    const { inbox } = test.registry;
    expect(await inbox.messageIdOf('aurora', item?.eventId ?? '')).toBe('wamid.HBgMNDQyMDc5');
    expect(await test.database.everything()).not.toContain('HBgMNDQyMDc5');
    expect(await inbox.messageIdOf('aurora', 'unknown')).toBeNull();
    test.clock.set(NOW + 400 * 24 * HOUR);
    await receive(message(2));
    expect(await inbox.messageIdOf('aurora', item?.eventId ?? '')).toBeNull();
  });
});

describe('what Meta tells of templates and accounts', () => {
  type Template = Extract<AccountEvent, { kind: 'template' }>;
  let keys = 0;
  const template = (change: Template['change'], more: Partial<Template> = {}): Template => ({
    kind: 'template',
    dedupeKey: `template:${(keys += 1)}`,
    businessAccountId: '900',
    at: NOW,
    event: 'EVENT',
    name: 'reminder_48h',
    language: 'en_US',
    change,
    ...more,
  });
  const account = (more: Partial<Extract<AccountEvent, { kind: 'account' }>>): AccountEvent => ({
    kind: 'account',
    dedupeKey: `account:${(keys += 1)}`,
    businessAccountId: '900',
    phoneNumberId: null,
    at: NOW,
    event: 'EVENT',
    halt: null,
    told: false,
    ...more,
  });
  const told = (...events: AccountEvent[]) => test.registry.inbox.receiveAccount('metaCloud', events);
  const state = async () => (await test.registry.templates.states('900', ['reminder_48h']))[0];
  const tasks = async () =>
    (await test.registry.desk.listTasks('aurora')).map(({ kind, about }) => `${kind} ${about ?? ''}`);

  it('keeps the state of each template and language, and nothing of the names not asked for', async () => {
    await told(template({ status: 'APPROVED' }), template({ status: 'PAUSED' }, { language: 'it' }));
    await told(template({ quality: 'RED' }), template({ status: 'APPROVED' }, { name: 'other' }));
    const states = await test.registry.templates.states('900', ['reminder_48h', 'missing']);
    expect(states.sort((a, b) => (a.language < b.language ? -1 : 1))).toEqual([
      {
        name: 'reminder_48h',
        language: 'en_US',
        status: 'APPROVED',
        category: null,
        quality: 'RED',
        changedAt: NOW,
      },
      {
        name: 'reminder_48h',
        language: 'it',
        status: 'PAUSED',
        category: null,
        quality: null,
        changedAt: NOW,
      },
    ]);
    expect(await test.registry.templates.states('901', ['reminder_48h'])).toEqual([]);
  });

  it('does not let an older event undo a newer one, but believes that a template became marketing', async () => {
    await told(template({ status: 'PAUSED', category: 'UTILITY' }));
    await told(template({ status: 'APPROVED', category: 'UTILITY' }, { at: NOW - HOUR }));
    expect(await state()).toMatchObject({ status: 'PAUSED', category: 'UTILITY' });
    await told(template({ category: 'MARKETING' }, { at: NOW - HOUR }));
    expect(await state()).toMatchObject({ status: 'PAUSED', category: 'MARKETING', changedAt: NOW });
    await told(template({ category: 'UTILITY' }, { at: NOW + HOUR }));
    expect(await state()).toMatchObject({ category: 'UTILITY' });
  });

  it('tells the staff once of a template that stands still or becomes marketing', async () => {
    const paused = template({ status: 'PAUSED' }, { event: 'PAUSED' });
    const notice = template(
      { category: 'UTILITY', nextCategory: 'MARKETING' },
      { event: 'CATEGORY_NOTICE', language: 'it' },
    );
    expect(await told(paused, notice, template({ status: 'APPROVED' }))).toHaveLength(3);
    expect(await told(paused, notice)).toEqual([]);
    expect((await tasks()).sort()).toEqual([
      'templateChanged reminder_48h/en_US: PAUSED',
      'templateChanged reminder_48h/it: CATEGORY_NOTICE',
    ]);
  });

  it('halts the senders of the account, and names no person in its item', async () => {
    const [item] = await told(account({ halt: 'providerHalted', event: 'DISABLE' }));
    expect(item).toEqual({
      eventId: expect.any(String) as string,
      kind: 'account',
      senders: [PHONE_NUMBER_ID],
      event: 'DISABLE',
      template: null,
      language: null,
      category: null,
      nextCategory: null,
      halted: true,
    });
    expect(await tasks()).toEqual([`senderHalted ${PHONE_NUMBER_ID}`]);
  });

  it('notes the limit of the portfolio, and opens a task where somebody should look', async () => {
    await told(account({ limit: 2000 }), account({ told: true, event: 'ACCOUNT_VIOLATION' }));
    expect(await test.registry.audit.list('aurora')).toContainEqual(
      expect.objectContaining({ action: 'account.changed', details: { limit: 2000 } }),
    );
    expect(await tasks()).toEqual([`accountNotice ${PHONE_NUMBER_ID}: ACCOUNT_VIOLATION`]);
  });

  it('refuses an account that has no sender here', async () => {
    await expect(told(account({ businessAccountId: '999' }))).rejects.toMatchObject({
      code: 'senderUnknown',
    });
  });

  it('leaves a chain of the audit that holds', async () => {
    await told(template({ status: 'PAUSED' }), account({ halt: 'providerHalted' }));
    expect(await test.registry.audit.verify('aurora')).toMatchObject({ ok: true });
  });
});
