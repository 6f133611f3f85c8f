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
});
afterEach(() => test.close());

const claimCode = async (number: number, change = {}, ctx = {}): Promise<string> => {
  const [result] = await test.registry.outbox.claim(context(ctx), [request(number, change)]);
  return result?.claimed ? 'claimed' : (result?.code ?? 'nothing');
};

describe('no message leaves without a recorded right to send it', () => {
  it('refuses a person that the registry does not know', async () => {
    expect(await claimCode(1)).toBe('unknownContact');
  });

  it('refuses a number that cannot exist', async () => {
    expect(await claimCode(1, { person: { phone: '12' } })).toBe('badPhone');
  });

  it('lets a person with a consent on record have the message', async () => {
    await test.registry.consent.record('aurora', [consent(1)], 'test');
    expect(await claimCode(1)).toBe('claimed');
  });

  it('refuses marketing on the strength of an appointment opt-in', async () => {
    await test.registry.consent.record('aurora', [consent(1)], 'test');
    expect(await claimCode(1, { purpose: 'prevention', kind: 'campaign:autumn' })).toBe('noConsent');
  });

  it('refuses once the consent has run out', async () => {
    await test.registry.consent.record('aurora', [consent(1, { validUntil: NOW - 1 })], 'test');
    expect(await claimCode(1)).toBe('consentExpired');
  });

  it('refuses after a withdrawal', async () => {
    await test.registry.consent.record('aurora', [consent(1)], 'test');
    await test.registry.consent.withdraw('aurora', { phone: person(1) }, 'appointment', 'desk', 'test');
    expect(await claimCode(1)).toBe('consentWithdrawn');
  });

  it('refuses a message about somebody whom the contact does not answer for', async () => {
    await test.registry.consent.record(
      'aurora',
      [consent(1, { subject: { ref: 'child-1', relation: 'child' } })],
      'test',
    );
    expect(await claimCode(1, { subjectRef: 'child-1' })).toBe('claimed');
    expect(await claimCode(1, { subjectRef: 'child-2', occurrence: 'other' })).toBe('subjectUnknown');
  });

  it('refuses at night in the zone of the person, and says when it may', async () => {
    await test.registry.consent.record('aurora', [consent(1)], 'test');
    test.clock.set(Date.parse('2026-11-24T23:30:00Z'));
    const [decision] = await test.registry.consent.mayContact('aurora', [
      { person: { phone: person(1) }, purpose: 'appointment' },
    ]);
    expect(decision).toMatchObject({ allowed: false, code: 'quietHours' });
    expect(decision?.nextPermittedAt).toBeGreaterThan(test.clock.now());
  });

  it('sends a text that gives something away to nobody', async () => {
    await test.registry.consent.record('aurora', [consent(1)], 'test');
    expect(await claimCode(1, { screened: ['Tomorrow 10:30 cardiology with ECG'] })).toBe('containsPhi');
  });
});

describe('each message once', () => {
  beforeEach(() => test.registry.consent.record('aurora', [consent(1)], 'test'));

  it('refuses the same occurrence and stage a second time', async () => {
    await sent(test.registry, 1);
    expect(await claimCode(1)).toBe('alreadySent');
  });

  it('refuses a second claim while the first is on its way', async () => {
    expect(await claimCode(1)).toBe('claimed');
    expect(await claimCode(1)).toBe('inFlight');
  });

  it('lets two processes claim the same message only once', async () => {
    const other = await test.again();
    const answers = await Promise.all([
      test.registry.outbox.claim(context(), [request(1)]),
      other.outbox.claim(context({ owner: 'here/2/1' }), [request(1)]),
    ]);
    expect(answers.flat().filter((answer) => answer.claimed)).toHaveLength(1);
  });

  it('refuses a request without an occurrence instead of guessing one', async () => {
    expect(await claimCode(1, { occurrence: '' })).toBe('noOccurrence');
  });

  it('judges a refusal that was not final again', async () => {
    expect(await claimCode(2)).toBe('unknownContact');
    await test.registry.consent.record('aurora', [consent(2)], 'test');
    expect(await claimCode(2)).toBe('claimed');
  });

  it('takes the same row twice in one batch once', async () => {
    const results = await test.registry.outbox.claim(context(), [request(1), request(1)]);
    expect(results.map((each) => (each.claimed ? 'claimed' : each.code))).toEqual([
      'claimed',
      'duplicateRow',
    ]);
  });
});

describe('after a crash', () => {
  beforeEach(() => test.registry.consent.record('aurora', [consent(1), consent(2)], 'test'));

  it('releases a claim without a call and keeps a call without an answer as unknown', async () => {
    const claims = await test.registry.outbox.claim(context({ owner: 'gone/1/1' }), [request(1), request(2)]);
    const [, second] = claims;
    if (!second?.claimed) throw new Error('not claimed');
    await test.registry.outbox.markCalling([second.outboxId]);
    expect(await claimCode(1)).toBe('claimed');
    expect(await claimCode(2)).toBe('answerLost');
  });

  it('offers what was only claimed again, also when nobody else is written to, and never what was sent', async () => {
    const gone = context({ owner: 'gone/1/1' });
    const [, second] = await test.registry.outbox.claim(gone, [request(1), request(2)]);
    if (!second?.claimed) throw new Error('not claimed');
    const [one, two] = [request(1).occurrence, request(2).occurrence];
    await test.registry.outbox.markCalling([second.outboxId]);
    await test.registry.outbox.settleCall(second.outboxId, { state: 'accepted', messageId: 'wamid.2' });
    expect(await test.registry.outbox.done('aurora', 'reminder', [one, two])).toEqual(
      new Set([`${two}\0reminder48h`]),
    );
    expect(await claimCode(1)).toBe('claimed');
  });

  it('settles a lost answer by the status webhook that carries our own id', async () => {
    const [claim] = await test.registry.outbox.claim(context({ owner: 'gone/1/1' }), [request(1)]);
    if (!claim?.claimed) throw new Error('not claimed');
    await test.registry.outbox.markCalling([claim.outboxId]);
    await test.registry.outbox.recover('here/1/1');
    expect((await test.registry.outbox.list('aurora', { states: ['unknown'] })).map((row) => row.id)).toEqual(
      [claim.outboxId],
    );
    await test.registry.inbox.receive('metaCloud', [status(claim.outboxId, 'delivered')]);
    const [row] = await test.registry.outbox.list('aurora');
    expect(row).toMatchObject({ state: 'delivered', code: null });
  });

  it('never moves a message backwards when statuses arrive out of order', async () => {
    const outboxId = await sent(test.registry, 1);
    await test.registry.inbox.receive('metaCloud', [
      status(outboxId, 'read'),
      status(outboxId, 'sent'),
      status(outboxId, 'delivered'),
    ]);
    expect((await test.registry.outbox.list('aurora'))[0]?.state).toBe('read');
  });
});

describe('brakes', () => {
  beforeEach(() => test.registry.consent.record('aurora', [consent(1), consent(99)], 'test'));

  it('reaches only test numbers while the sender is in Test', async () => {
    await test.registry.senders.setMode('metaCloud', PHONE_NUMBER_ID, 'test', 'test');
    expect(await claimCode(1)).toBe('testMode');
    expect(await claimCode(99)).toBe('claimed');
  });

  it.each([
    ['senderPaused', () => test.registry.senders.pause('metaCloud', PHONE_NUMBER_ID, true, 'test')],
    ['controllerPaused', () => test.registry.controllers.pause('aurora', true, 'test')],
  ])('stops at the next claim: %s', async (code, pause) => {
    await pause();
    expect(await claimCode(1)).toBe(code);
  });

  it('sends no marketing for a sender that hears nothing', async () => {
    await test.registry.senders.stampInbox('metaCloud', PHONE_NUMBER_ID, null);
    const invitation = { purpose: 'prevention', kind: 'campaign:autumn' } as const;
    expect(await claimCode(1, invitation)).toBe('noConsent');
    await test.registry.consent.record('aurora', [consent(1, { purpose: 'prevention' })], 'test');
    expect(await claimCode(1, invitation)).toBe('noEars');
    expect(await claimCode(1)).toBe('claimed');
  });

  it('does not send what would arrive too late', async () => {
    expect(await claimCode(1, { closesAt: NOW })).toBe('tooLate');
  });

  it('demands an approved campaign for a large run', async () => {
    await test.registry.consent.record('aurora', [consent(1, { purpose: 'prevention' })], 'test');
    const invitation = { purpose: 'prevention', kind: 'campaign:autumn', campaignKey: 'autumn' } as const;
    await test.registry.campaigns.save(
      'aurora',
      { key: 'autumn', name: 'Autumn', purpose: 'prevention' },
      'test',
    );
    expect(await claimCode(1, invitation, { runSize: 1000 })).toBe('purposeNeedsCampaign');
    await test.registry.campaigns.approve('aurora', 'autumn', 'Paola', 'test');
    expect(await claimCode(1, invitation, { runSize: 1000 })).toBe('claimed');
  });

  it('writes nothing in a dry run', async () => {
    expect(await claimCode(1, {}, { dryRun: true })).toBe('claimed');
    expect(await test.registry.outbox.list('aurora')).toEqual([]);
  });
});

describe('answers inside the service window', () => {
  const reply = (eventId: string, stage: string): object => ({
    basis: { kind: 'reply', eventId },
    kind: 'reply',
    occurrence: eventId,
    stage,
    template: stage,
  });

  it('go to whoever wrote, at most two for one message, also after a STOP', async () => {
    const [item] = await test.registry.inbox.receive('metaCloud', [message(7, { text: 'STOP' })]);
    if (!item) throw new Error('nothing heard');
    const to = { person: { contactRef: item.contactRef } };
    expect(await claimCode(7, { ...reply(item.eventId, 'opt_out_confirmation'), ...to })).toBe('claimed');
    expect(await claimCode(7, { ...reply(item.eventId, 'help'), ...to })).toBe('claimed');
    expect(await claimCode(7, { ...reply(item.eventId, 'hand_over'), ...to })).toBe('replyLimit');
  });

  it('confirm a STOP once, however often it is said', async () => {
    const [first] = await test.registry.inbox.receive('metaCloud', [message(7, { text: 'STOP' })]);
    const [second] = await test.registry.inbox.receive('metaCloud', [message(7, { text: 'stop' })]);
    const to = { person: { contactRef: first?.contactRef ?? '' } };
    expect(await claimCode(7, { ...reply(first?.eventId ?? '', 'opt_out_confirmation'), ...to })).toBe(
      'claimed',
    );
    expect(await claimCode(7, { ...reply(second?.eventId ?? '', 'opt_out_confirmation'), ...to })).toBe(
      'optOutAlreadyConfirmed',
    );
  });

  it('do not go to anybody else', async () => {
    const [item] = await test.registry.inbox.receive('metaCloud', [message(7)]);
    await test.registry.consent.record('aurora', [consent(8)], 'test');
    expect(await claimCode(8, reply(item?.eventId ?? '', 'help'))).toBe('eventUnknown');
  });

  it('end with the window', async () => {
    const [item] = await test.registry.inbox.receive('metaCloud', [message(7)]);
    test.clock.set(NOW + 24 * HOUR);
    expect(
      await claimCode(7, {
        ...reply(item?.eventId ?? '', 'help'),
        person: { contactRef: item?.contactRef ?? '' },
      }),
    ).toBe('noOpenWindow');
  });
});
