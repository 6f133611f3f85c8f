import type { ConsentInput, Purpose } from '../../../core';
import {
  consent,
  context,
  HOUR,
  message,
  NOW,
  person,
  PHONE_NUMBER_ID,
  PROOF,
  request,
  testRegistry,
  type TestRegistry,
} from '../../support/registry';

const CHILD = { ref: 'child-1', relation: 'child' } as const;
const MANDATE = {
  acknowledgements: [
    { what: 'publicScreeningMandate', by: 'Pat Example', at: NOW - HOUR, reference: 'Resolution 1 of 2026' },
  ],
};

const BORN_18_YEARS_BEFORE_TOMORROW = '2008-11-25';

let test: TestRegistry;
beforeEach(async () => {
  test = await testRegistry();
});
afterEach(() => test.close());

const record = (...rows: ConsentInput[]) => test.registry.consent.record('aurora', rows, 'test');

const may = async (purpose: Purpose, subjectRef?: string): Promise<string | undefined> => {
  const asked = { person: { phone: person(1) }, purpose, ...(subjectRef ? { subjectRef } : {}) };
  const [decision] = await test.registry.consent.mayContact('aurora', [asked]);
  return decision?.code;
};

const claimCode = async (change = {}): Promise<string> => {
  const [result] = await test.registry.outbox.claim(context(), [request(1, change)]);
  return result?.claimed ? 'claimed' : (result?.code ?? 'nothing');
};

const screening = (change: Partial<ConsentInput> = {}): ConsentInput =>
  consent(1, {
    purpose: 'screening',
    scope: 'publicScreening',
    proof: { ...PROOF, mandate: 'Resolution 1 of 2026' },
    ...change,
  });

describe('an age gate by whom the message is about', () => {
  beforeEach(async () => {
    await record(consent(1), consent(1, { purpose: 'review' }), consent(1, { subject: CHILD }));
    await record(consent(1, { purpose: 'review', subject: CHILD }));
  });

  it('lets the parent have the reminder of a child, and nothing else about it', async () => {
    expect(await may('appointment', CHILD.ref)).toBe('ok');
    expect(await may('review', CHILD.ref)).toBe('underAge');
    expect(await may('review')).toBe('ok');
    const about = { subjectRef: CHILD.ref, purpose: 'review', kind: 'review', occurrence: 'V-1' };
    expect(await claimCode(about)).toBe('underAge');
  });

  it('opens on the 18th birthday', async () => {
    await record(consent(1, { subject: { ...CHILD, birthDate: BORN_18_YEARS_BEFORE_TOMORROW } }));
    expect(await may('review', CHILD.ref)).toBe('underAge');
    test.clock.set(NOW + 24 * HOUR);
    expect(await may('review', CHILD.ref)).toBe('ok');
  });

  it('holds for a contact that is under age itself, also in an answer to its own message', async () => {
    const [item] = await test.registry.inbox.receive('metaCloud', [message(1)]);
    await record(consent(1, { birthDate: BORN_18_YEARS_BEFORE_TOMORROW }));
    expect(await may('review')).toBe('underAge');
    expect(await may('appointment')).toBe('ok');
    const reply = {
      person: { contactRef: item?.contactRef ?? '' },
      basis: { kind: 'reply', eventId: item?.eventId ?? '' },
      kind: 'reply',
      occurrence: 'reply-1',
    };
    expect(await claimCode({ ...reply, stage: 'review_request', purpose: 'review' })).toBe('underAge');
    expect(await claimCode({ ...reply, stage: 'help', purpose: 'appointment' })).toBe('claimed');
  });
});

describe('a number that was collected in a protected service', () => {
  beforeEach(async () => {
    await record(consent(1), consent(1, { purpose: 'prevention' }));
    await record(consent(1, { collectedIn: 'protectedService' }));
  });

  it('is used for appointments only, whatever consent says', async () => {
    expect(await may('appointment')).toBe('ok');
    expect(await may('prevention')).toBe('appointmentsOnly');
    expect(await claimCode({ purpose: 'prevention', kind: 'campaign:autumn' })).toBe('appointmentsOnly');
  });

  it('is left out of an audience under a name that tells nothing', async () => {
    const { audience, leftOut } = await test.registry.audience.select('aurora', { purpose: 'prevention' });
    expect([audience, leftOut]).toEqual([[], { appointmentsOnly: 1 }]);
  });
});

describe('invitations to public screening', () => {
  it('need the mandate in the policy and its record, and no consent', async () => {
    await record(consent(1), consent(1, { purpose: 'prevention' }));
    expect(await may('screening')).toBe('mandateMissing');
    await test.registry.controllers.setPolicy('aurora', MANDATE, 'test');
    expect(await may('screening')).toBe('screeningNotRecorded');
    await record(screening());
    expect(await may('screening')).toBe('ok');
  });

  it('end with an objection that no later record overrules, and with a STOP', async () => {
    await test.registry.controllers.setPolicy('aurora', MANDATE, 'test');
    await record(screening(), screening({ kind: 'objected', source: 'desk', occurredAt: NOW - HOUR }));
    expect(await may('screening')).toBe('objected');
    await record(screening({ source: 'next round', occurredAt: NOW - 1 }));
    expect(await may('screening')).toBe('objected');

    await test.registry.consent.withdraw('aurora', { phone: person(1) }, 'all', 'desk', 'test');
    expect(await may('screening')).toBe('suppressed');
  });

  it('are not lost when the person leaves marketing', async () => {
    await test.registry.controllers.setPolicy('aurora', MANDATE, 'test');
    await record(consent(1, { purpose: 'prevention' }), screening());
    await test.registry.consent.withdraw('aurora', { phone: person(1) }, 'prevention', 'desk', 'test');
    expect([await may('prevention'), await may('screening')]).toEqual(['consentWithdrawn', 'ok']);
  });

  it('leave only while somebody hears the objection to them', async () => {
    await test.registry.controllers.setPolicy('aurora', MANDATE, 'test');
    await record(screening());
    const invitation = { purpose: 'screening', kind: 'campaign:round', occurrence: 'round-1' };
    await test.database.sql('update senders set inbox_seen_at = null');
    expect(await claimCode(invitation)).toBe('noEars');
    await test.registry.senders.stampInbox('metaCloud', PHONE_NUMBER_ID, NOW);
    expect(await claimCode(invitation)).toBe('claimed');
  });
});

describe('rows that are recorded', () => {
  it('are refused one by one, with the field at fault', async () => {
    const results = await record(
      consent(1),
      consent(2, { birthDate: '2999-01-01' }),
      consent(3, { purpose: 'prevention', scope: 'hipaaAuthorization' }),
      screening({ person: { phone: person(4) }, proof: PROOF }),
    );
    expect(results.map((result) => (result.ok ? 'ok' : [result.code, result.field]))).toEqual([
      'ok',
      ['birthDateInvalid', 'birthDate'],
      ['authorizationIncomplete', 'proof.authorization.information'],
      ['scopeInvalid', 'proof.mandate'],
    ]);
  });
});
