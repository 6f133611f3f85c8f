import {
  consent,
  context,
  HOUR,
  message,
  NOW,
  person,
  request,
  sent,
  testRegistry,
  type TestRegistry,
} from '../../support/registry';

let test: TestRegistry;
beforeEach(async () => {
  test = await testRegistry();
  await test.registry.consent.record('aurora', [consent(1), consent(2)], 'test');
});
afterEach(() => test.close());

const hear = async (...events: Parameters<typeof test.registry.inbox.receive>[1]) =>
  test.registry.inbox.receive('metaCloud', events);

describe('hearing', () => {
  it('does the work of one message once, however often the webhook comes', async () => {
    const event = message(1, { text: 'STOP' });
    expect(await hear(event)).toHaveLength(1);
    expect(await hear(event)).toHaveLength(0);
    expect(await hear(event, event)).toHaveLength(0);
  });

  it('refuses an event for a sender that is not ours and writes nothing', async () => {
    await expect(hear(message(1), message(1, { phoneNumberId: 'somebody-else' }))).rejects.toMatchObject({
      code: 'senderUnknown',
    });
    expect(await test.registry.desk.listTasks('aurora')).toEqual([]);
  });

  it.each(['STOP', 'non scrivetemi più', 'unsubscribe', 'Bitte keine Nachrichten mehr'])(
    'ends messages at once when somebody writes "%s"',
    async (text) => {
      const [item] = await hear(message(1, { text }));
      expect(item).toMatchObject({ intent: 'stop', alreadyStopped: false });
      const [claim] = await test.registry.outbox.claim(context(), [request(1)]);
      expect(claim).toMatchObject({ claimed: false, code: 'suppressed' });
    },
  );

  it('knows a second STOP from the first', async () => {
    await hear(message(1, { text: 'STOP' }));
    expect(await hear(message(1, { text: 'stop' }))).toMatchObject([{ alreadyStopped: true }]);
  });

  it('keeps a STOP when the person is imported again', async () => {
    await hear(message(1, { text: 'STOP' }));
    await test.registry.consent.record(
      'aurora',
      [consent(1, { occurredAt: NOW - HOUR, source: 'second import' })],
      'test',
    );
    const [claim] = await test.registry.outbox.claim(context(), [request(1)]);
    expect(claim).toMatchObject({ claimed: false, code: 'suppressed' });
  });

  it('lets START open service messages again, and no marketing', async () => {
    await test.registry.consent.record('aurora', [consent(1, { purpose: 'prevention' })], 'test');
    await hear(message(1, { text: 'STOP' }));
    test.clock.set(NOW + 1000);
    await hear(message(1, { text: 'START' }));
    test.clock.set(NOW + 2000);
    const decisions = await test.registry.consent.mayContact('aurora', [
      { person: { phone: person(1) }, purpose: 'appointment' },
      { person: { phone: person(1) }, purpose: 'prevention' },
    ]);
    expect(decisions.map((decision) => decision.code)).toEqual(['ok', 'consentWithdrawn']);
  });

  it('joins an answer to the appointment it is about', async () => {
    const outboxId = await sent(test.registry, 1);
    const [item] = await hear(message(1, { text: '2' }));
    expect(item).toMatchObject({ intent: 'reschedule', replyTo: { status: 'one', outboxId, about: 'A-1' } });
  });

  it('joins a tap to the message that carried the button, whatever else is open', async () => {
    const first = await sent(test.registry, 1);
    await sent(test.registry, 1, {
      occurrence: 'B',
      asks: { question: 'appointment', about: 'B', at: NOW + 50 * HOUR, zone: 'Europe/Rome' },
    });
    const [item] = await hear(message(1, { text: 'Confirm', payload: `${first}.confirm` }));
    expect(item).toMatchObject({ intent: 'confirm', replyTo: { status: 'one', about: 'A-1' } });
  });

  it("does not let a tap answer somebody else's message", async () => {
    const theirs = await sent(test.registry, 2);
    const [item] = await hear(message(1, { text: 'Confirm', payload: `${theirs}.confirm` }));
    expect(item?.replyTo.status).toBe('none');
  });

  it('asks which appointment a bare number means when two are open', async () => {
    await sent(test.registry, 1);
    await sent(test.registry, 1, {
      occurrence: 'B',
      asks: { question: 'appointment', about: 'B', at: NOW + 50 * HOUR, zone: 'Europe/Rome' },
    });
    const [item] = await hear(message(1, { text: '1' }));
    expect(item).toMatchObject({ intent: 'confirm', replyTo: { status: 'several', about: null } });
    expect(item?.replyTo.options.map((option) => option.at).sort()).toEqual([
      NOW + 48 * HOUR,
      NOW + 50 * HOUR,
    ]);
  });

  it('takes a picture without words to a person', async () => {
    const [item] = await hear(message(1, { text: null, mediaIds: ['media-1'] }));
    expect(item).toMatchObject({ intent: 'other', sensitive: true });
  });

  it('stops writing to a number that somebody says is wrong', async () => {
    await hear(message(1, { text: 'Sorry, you have the wrong number' }));
    const [claim] = await test.registry.outbox.claim(context(), [request(1)]);
    expect(claim).toMatchObject({ claimed: false, code: 'handleDisputed' });
  });

  it('voids the old number when WhatsApp says that it changed', async () => {
    await hear({
      kind: 'identity',
      dedupeKey: 'identity:1',
      phoneNumberId: '100200300',
      from: { waId: person(1).slice(1) },
      at: NOW,
      next: { waId: person(5).slice(1) },
    });
    const [decision] = await test.registry.consent.mayContact('aurora', [
      { person: { phone: person(1) }, purpose: 'appointment' },
    ]);
    expect(decision?.allowed).toBe(true);
    const [claim] = await test.registry.outbox.claim(context(), [request(1)]);
    expect(claim?.claimed && claim.to).toEqual({ kind: 'phone', e164: person(5) });
  });
});

describe('the words of people', () => {
  const SECRET = 'Ho dolore al petto da ieri sera';

  it('are in no item and nowhere readable in the file', async () => {
    const items = await hear(message(1, { text: SECRET }));
    expect(items).toMatchObject([{ intent: 'emergency', sensitive: true }]);
    expect(JSON.stringify(items)).not.toContain('petto');
    const stored = await test.database.everything();
    expect(stored).toContain('inbound_events');
    expect(stored).not.toContain('petto');
    expect(stored).not.toContain(person(1).slice(1));
  });

  it('are read only by a named person, and each reading is on record', async () => {
    const [item] = await hear(message(1, { text: SECRET }));
    const task = await test.registry.desk.openTask(
      'aurora',
      { kind: 'emergency', eventId: item?.eventId ?? '' },
      'workflow:1',
    );
    const conversation = task.conversationId ?? '';
    await expect(test.registry.desk.read('aurora', conversation, '', 'n8n')).rejects.toMatchObject({
      code: 'staffMemberMissing',
    });
    const entries = await test.registry.desk.read('aurora', conversation, 'Paola Neri', 'n8n');
    expect(entries).toMatchObject([{ direction: 'in', text: SECRET }]);
    const [last] = await test.registry.audit.list('aurora', 1);
    expect(last).toMatchObject({ action: 'conversation.read', details: { person: 'Paola Neri' } });
    expect(JSON.stringify(await test.registry.audit.list('aurora'))).not.toContain('petto');
  });

  it('stay while somebody of the staff has a task about them', async () => {
    const [item] = await hear(message(1, { text: SECRET }));
    const task = await test.registry.desk.openTask(
      'aurora',
      { kind: 'emergency', eventId: item?.eventId ?? '' },
      'n8n',
    );
    test.clock.set(NOW + 400 * 24 * HOUR);
    await hear(message(2));
    const entries = await test.registry.desk.read('aurora', task.conversationId ?? '', 'Paola Neri', 'n8n');
    expect(entries).toHaveLength(1);
  });

  it('go after the time that the policy sets', async () => {
    const [item] = await hear(message(1, { text: SECRET }));
    const task = await test.registry.desk.openTask(
      'aurora',
      { kind: 'emergency', eventId: item?.eventId ?? '' },
      'n8n',
    );
    await test.registry.desk.close('aurora', task.id, 'Paola Neri', 'n8n');
    test.clock.set(NOW + 400 * 24 * HOUR);
    await hear(message(2));
    await expect(
      test.registry.desk.read('aurora', task.conversationId ?? '', 'Paola Neri', 'n8n'),
    ).rejects.toMatchObject({
      code: 'conversationUnknown',
    });
  });
});
