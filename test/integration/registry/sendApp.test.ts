import {
  parseSendAppCloudWebhook,
  type ClaimContext,
  type InboundEvent,
  type SendRequest,
} from '../../../core';
import {
  consent,
  context,
  HOUR,
  NOW,
  person,
  request,
  testRegistry,
  type TestRegistry,
} from '../../support/registry';

const INSTANCE = 'INSTANCE1';
const AGENT = 'aurora-desk';
const REMINDER: Partial<SendRequest> = { kind: 'second', asks: null };

let test: TestRegistry;
beforeEach(async () => {
  test = await testRegistry();
  for (const [provider, phoneNumberId] of [
    ['sendAppCloud', INSTANCE],
    ['sendAppAgent', AGENT],
  ] as const) {
    const sender = { controllerKey: 'aurora', provider, phoneNumberId, businessAccountId: phoneNumberId };
    await test.registry.senders.save({ ...sender, displayName: 'Aurora', testNumbers: [] }, 'test');
    await test.registry.senders.stampInbox(provider, phoneNumberId, NOW);
    await test.registry.senders.setMode(provider, phoneNumberId, 'live', 'test');
  }
  await test.registry.consent.record('aurora', [consent(1), consent(1, { purpose: 'prevention' })], 'test');
});
afterEach(() => test.close());

const at = (provider: ClaimContext['provider'], phoneNumberId: string) =>
  context({ provider, phoneNumberId });
const cloud = at('sendAppCloud', INSTANCE);
const agent = at('sendAppAgent', AGENT);

async function accepted(where: ClaimContext, messageId: string | null, change: Partial<SendRequest> = {}) {
  const [claim] = await test.registry.outbox.claim(where, [request(1, change)]);
  if (!claim?.claimed) throw new Error(claim?.code ?? 'nothing');
  await test.registry.outbox.markCalling([claim.outboxId]);
  await test.registry.outbox.settleCall(claim.outboxId, { state: 'accepted', messageId });
  return claim.outboxId;
}

const stateOf = async (id: string) =>
  (await test.registry.outbox.list('aurora')).find((row) => row.id === id)?.state;

const session = (key: object, message: object): InboundEvent[] =>
  parseSendAppCloudWebhook(
    {
      instance_id: INSTANCE,
      data: { event: 'messages.upsert', data: [{ key, messageTimestamp: NOW / 1000, message }] },
    },
    INSTANCE,
    NOW,
  );
const heard = (events: InboundEvent[]) => test.registry.inbox.receive('sendAppCloud', events);
const jid = `${person(1).slice(1)}@s.whatsapp.net`;

describe('a message that SendApp accepted without naming it', () => {
  it('stands as accepted and is never sent again', async () => {
    const outboxId = await accepted(agent, null);
    expect(await stateOf(outboxId)).toBe('accepted');
    const [again] = await test.registry.outbox.claim(agent, [request(1)]);
    expect(again).toMatchObject({ claimed: false, code: 'alreadySent' });
  });

  it('is one of many: rows without an id do not take each other for the same message', async () => {
    const first = await accepted(agent, null);
    const second = await accepted(agent, null, REMINDER);
    await heard(session({ remoteJid: jid, fromMe: false, id: 'K1' }, { conversation: '1' }));
    expect([await stateOf(first), await stateOf(second)]).toEqual(['accepted', 'accepted']);
  });

  it('still gets its answer by what it asked', async () => {
    await accepted(cloud, null);
    const [item] = await heard(session({ remoteJid: jid, fromMe: false, id: 'K1' }, { conversation: '1' }));
    expect(item).toMatchObject({ intent: 'confirm', replyTo: { status: 'one', about: 'A-1' } });
  });

  it('whose answer was lost stays unknown for good', async () => {
    const [claim] = await test.registry.outbox.claim(agent, [request(1)]);
    if (!claim?.claimed) throw new Error('refused');
    await test.registry.outbox.markCalling([claim.outboxId]);
    await test.registry.outbox.settleCall(claim.outboxId, { state: 'unknown' });
    test.clock.set(NOW + 26 * HOUR);
    const [again] = await test.registry.outbox.claim(agent, [request(1)]);
    expect(again?.claimed).toBe(false);
  });
});

describe('ears of a sender that hears no statuses', () => {
  const invitation: Partial<SendRequest> = {
    kind: 'campaign:autumn',
    purpose: 'prevention',
    template: 'prevention_invitation',
    asks: null,
  };

  it('are not doubted for statuses that never come', async () => {
    await accepted(agent, null);
    test.clock.set(NOW + HOUR);
    const [claim] = await test.registry.outbox.claim(agent, [request(1, invitation)]);
    expect(claim).toMatchObject({ claimed: true });
  });

  it('are missing all the same where no inbox is published', async () => {
    await test.registry.senders.stampInbox('sendAppAgent', AGENT, null);
    const [claim] = await test.registry.outbox.claim(agent, [request(1, invitation)]);
    expect(claim).toMatchObject({ claimed: false, code: 'noEars' });
  });
});

describe('what a session of SendApp Cloud brings', () => {
  it('settles a message forward by a weak status', async () => {
    const outboxId = await accepted(cloud, 'K9');
    const update = (status: number) =>
      parseSendAppCloudWebhook(
        {
          instance_id: INSTANCE,
          data: { event: 'messages.update', data: [{ key: { id: 'K9', fromMe: true }, update: { status } }] },
        },
        INSTANCE,
        NOW,
      );
    await heard(update(4));
    await heard(update(3));
    expect(await stateOf(outboxId)).toBe('read');
  });

  it('ends messages by STOP for every sender of the controller', async () => {
    await heard(session({ remoteJid: jid, fromMe: false, id: 'K1' }, { conversation: 'STOP' }));
    const claims = await Promise.all(
      [cloud, agent, context()].map((where) => test.registry.outbox.claim(where, [request(1)])),
    );
    expect(claims.flat()).toMatchObject([
      { code: 'suppressed' },
      { code: 'suppressed' },
      { code: 'suppressed' },
    ]);
  });

  it('hears a STOP by a private id that quotes our message, for the person who got it', async () => {
    await accepted(cloud, 'K9');
    const quoting = { extendedTextMessage: { text: 'STOP', contextInfo: { stanzaId: 'K9' } } };
    await heard(session({ remoteJid: '777@lid', fromMe: false, id: 'K1' }, quoting));
    const [claim] = await test.registry.outbox.claim(cloud, [request(1, REMINDER)]);
    expect(claim).toMatchObject({ claimed: false, code: 'suppressed' });
  });

  it('knows the private id again, once it came beside the number', async () => {
    await heard(
      session({ remoteJid: '777@lid', senderPn: jid, fromMe: false, id: 'K1' }, { conversation: 'hi' }),
    );
    await heard(session({ remoteJid: '777@lid', fromMe: false, id: 'K2' }, { conversation: 'STOP' }));
    const [claim] = await test.registry.outbox.claim(cloud, [request(1)]);
    expect(claim).toMatchObject({ claimed: false, code: 'suppressed' });
  });

  it('asks a person to find out whom a STOP by an unknown private id means, once', async () => {
    const stop = session({ remoteJid: '778@lid', fromMe: false, id: 'K1' }, { conversation: 'STOP' });
    await heard(stop);
    await heard(stop);
    expect(await test.registry.desk.listTasks('aurora')).toMatchObject([{ kind: 'other', state: 'open' }]);
  });

  it('asks nobody where the private id is known by then', async () => {
    await heard(
      session({ remoteJid: '777@lid', senderPn: jid, fromMe: false, id: 'K1' }, { conversation: 'STOP' }),
    );
    expect(await test.registry.desk.listTasks('aurora')).toEqual([]);
  });

  it('makes a person of their own of an unknown private id, whom nobody can be written to by', async () => {
    const [item] = await heard(
      session({ remoteJid: '778@lid', fromMe: false, id: 'K1' }, { conversation: 'Hello' }),
    );
    const reply: SendRequest = {
      ...request(1),
      person: { contactRef: item?.contactRef ?? '' },
      basis: { kind: 'reply', eventId: item?.eventId ?? '' },
      kind: 'reply',
      template: 'help',
      asks: null,
    };
    const [claim] = await test.registry.outbox.claim(cloud, [reply]);
    expect(claim?.claimed).toBe(false);
  });
});
