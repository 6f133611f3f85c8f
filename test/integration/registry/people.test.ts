import fc from 'fast-check';
import {
  CONSENT_KINDS,
  type InboundEvent,
  type PersonQuery,
  PURPOSES,
  type Rectification,
  type SettableVerification,
} from '../../../core';
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
  testRegistry,
  type TestRegistry,
} from '../../support/registry';

const STAFF = 'Paola Neri';
const PROOF = { recordedBy: STAFF, reference: 'form 12' };
const DAY = 24 * HOUR;

let test: TestRegistry;
beforeEach(async () => {
  test = await testRegistry();
});
afterEach(() => test.close());

const record = (...rows: ReturnType<typeof consent>[]) =>
  test.registry.consent.record('aurora', rows, 'test');
const find = (query: PersonQuery) => test.registry.people.find('aurora', query);
const phone = (number: number) => ({ phone: person(number) });
const may = async (
  query: { contactRef: string } | { phone: string },
  purpose: 'appointment' | 'prevention',
) => (await test.registry.consent.mayContact('aurora', [{ person: query, purpose }]))[0]?.code;
const receive = (...events: InboundEvent[]) => test.registry.inbox.receive('metaCloud', events);
const verify = (query: PersonQuery, state: SettableVerification, handleId?: string) =>
  test.registry.people.setVerification(
    'aurora',
    query,
    { ...PROOF, state, ...(handleId === undefined ? {} : { handleId }) },
    'test',
  );
const merge = (from: PersonQuery, into: PersonQuery) =>
  test.registry.people.merge('aurora', from, into, PROOF, 'test');
const rectify = (query: PersonQuery, change: Omit<Rectification, 'source'>) =>
  test.registry.people.rectify('aurora', query, { ...change, source: 'desk' }, STAFF, 'test');

describe('finding a person', () => {
  it('answers to every handle with one view, and tells no number', async () => {
    await record(consent(1, { profile: { language: 'it', area: 'north', tags: ['events'] } }));
    await receive(message(1, { from: { waId: person(1).slice(1), bsuid: 'GB.one' } }));
    const national = `0${person(1).slice(3)}`;
    const queries: PersonQuery[] = [
      phone(1),
      { phone: national, country: 'GB' },
      { phone: person(1).replace('+', '00') },
      { waId: person(1).slice(1) },
      { bsuid: 'GB.one' },
    ];
    const views = await Promise.all(queries.map(find));
    const [first] = views;
    expect(new Set(views.map((view) => view.contactRef)).size).toBe(1);
    expect(first).toMatchObject({
      flags: { deceased: false, restricted: false, erased: false, wrongNumber: false },
      tags: ['events'],
      suppression: 'none',
    });
    expect(first?.handles.map(({ kind, ending }) => [kind, ending]).sort()).toEqual([
      ['bsuid', null],
      ['phone', '01'],
      ['waId', '01'],
    ]);
    expect(await find({ contactRef: first!.contactRef })).toEqual(first);
    expect(JSON.stringify(views)).not.toContain(person(1).slice(-8));
  });

  it('tells what was said about each purpose, also for a child', async () => {
    const child = { subject: { ref: 'K-1', relation: 'child' as const } };
    await record(consent(1), consent(1, { ...child, kind: 'refused', occurredAt: NOW - HOUR }));
    const { consents, subjects } = await find(phone(1));
    const own = consents.filter(({ subjectId }) => subjectId === null);
    expect(own.map(({ purpose }) => purpose)).toEqual(PURPOSES);
    expect(own).toContainEqual(expect.objectContaining({ purpose: 'appointment', status: 'given' }));
    expect(own).toContainEqual(expect.objectContaining({ purpose: 'prevention', status: 'none' }));
    expect(consents).toContainEqual(
      expect.objectContaining({ subjectId: subjects[0]!.id, status: 'refused' }),
    );
    expect(JSON.stringify(subjects)).not.toContain('K-1');
  });

  it.each([
    ['a number that cannot exist', { phone: '123' }, 'badPhone'],
    ['a number that nobody recorded', { phone: person(77) }, 'unknownContact'],
    ['a pseudonym that was never given', { contactRef: 'nobody' }, 'unknownContact'],
    ['an unknown SendApp id', { sendAppId: '77' }, 'unknownContact'],
  ])('refuses %s', async (_name, query, code) => {
    await expect(find(query)).rejects.toMatchObject({ code });
  });
});

describe('verifying a handle', () => {
  it('needs a named person and what shows it', async () => {
    await record(consent(1));
    const change = (proof: Partial<typeof PROOF>) =>
      test.registry.people.setVerification('aurora', phone(1), { ...PROOF, ...proof, state: 'desk' }, 'test');
    await expect(change({ recordedBy: ' ' })).rejects.toMatchObject({ code: 'staffMemberMissing' });
    await expect(change({ reference: '' })).rejects.toMatchObject({ code: 'proofMissing' });
    await expect(change({ reference: 'diabete' })).rejects.toMatchObject({ code: 'containsPhi' });
  });

  it('voids a number together with the WhatsApp id of its digits, so that nothing goes there', async () => {
    await record(consent(1));
    await receive(message(1));
    await verify(phone(1), 'void');
    expect(await may(phone(1), 'appointment')).toBe('handleVoid');
  });

  it.each([
    ['void', 'desk'],
    ['disputed', 'doubleOptIn'],
  ] as const)('takes a handle back from %s by %s', async (from, to) => {
    await record(consent(1));
    await verify(phone(1), from);
    expect((await verify(phone(1), to)).handles[0]?.state).toBe(to);
  });

  it.each(['void', 'disputed'] as const)('does not take a %s handle back without a check', async (from) => {
    await record(consent(1));
    await verify(phone(1), from);
    await expect(verify(phone(1), 'unverified')).rejects.toMatchObject({ code: 'verificationProofNeeded' });
  });

  it('does not come back by a message from the number alone', async () => {
    await record(consent(1));
    await verify(phone(1), 'void');
    await receive(message(1));
    expect((await find(phone(1))).handles.find(({ kind }) => kind === 'phone')?.state).toBe('void');
  });

  it('asks which number is meant where a person has two', async () => {
    await record(consent(1));
    await receive(message(1, { from: { waId: person(1).slice(1), bsuid: 'GB.one' } }));
    const { contactRef, handles } = await find(phone(1));
    await expect(verify({ contactRef }, 'desk')).rejects.toMatchObject({ code: 'handleUnknown' });
    const bsuid = handles.find(({ kind }) => kind === 'bsuid')!;
    const after = await verify({ contactRef }, 'void', bsuid.id);
    expect(after.handles.filter(({ state }) => state === 'void').map(({ id }) => id)).toEqual([bsuid.id]);
  });
});

describe('merging two contacts', () => {
  it('is refused while one of them has no verified number', async () => {
    const { verification: _verification, ...unverified } = consent(2);
    await record(consent(1), unverified);
    await expect(merge(phone(2), phone(1))).rejects.toMatchObject({ code: 'mergeUnproven' });
    await verify(phone(2), 'desk');
    await expect(merge(phone(2), phone(1))).resolves.toMatchObject({ merged: true });
  });

  it('decides by what either one said last, with all of its proof', async () => {
    await record(
      consent(1, { purpose: 'prevention' }),
      consent(2),
      consent(2, { purpose: 'prevention', kind: 'withdrawn', occurredAt: NOW - HOUR }),
    );
    const { contactRef: from } = await find(phone(2));
    const { contactRef } = await merge(phone(2), phone(1));
    expect(await may({ contactRef }, 'prevention')).toBe('consentWithdrawn');
    expect(await may({ contactRef }, 'appointment')).toBe('ok');
    const exported = await test.registry.rights.exportPerson('aurora', { contactRef }, 'test');
    expect(exported.consents).toHaveLength(3);
    expect(exported.consents.filter(({ proof }) => proof?.textShown)).toHaveLength(3);
    expect(exported.formerRefs).toEqual([from]);
  });

  it('leads every number and every old pseudonym to the one that stays', async () => {
    await record(consent(1), consent(2), consent(3));
    const before = await Promise.all([1, 2, 3].map((number) => find(phone(number))));
    await merge(phone(3), phone(2));
    await merge(phone(2), phone(1));
    const queries = [...[1, 2, 3].map(phone), ...before.map(({ contactRef }) => ({ contactRef }))];
    const found = await Promise.all(queries.map(find));
    expect(new Set(found.map(({ contactRef }) => contactRef))).toEqual(new Set([before[0]!.contactRef]));
  });

  it('keeps a STOP of either one, for every number', async () => {
    await record(consent(1), consent(2));
    await test.registry.consent.withdraw('aurora', phone(2), 'all', 'desk', 'test');
    await merge(phone(2), phone(1));
    expect(await may(phone(1), 'appointment')).toBe('suppressed');
    await receive(message(1, { text: 'START' }));
    test.clock.set(NOW + HOUR);
    expect(await may(phone(2), 'appointment')).toBe('ok');
  });

  it('takes the newer profile with its source, all tags, messages and tasks', async () => {
    await record(consent(1, { profile: { language: 'it', area: 'north', tags: ['events'] } }));
    test.clock.set(NOW + HOUR);
    await record(consent(2, { source: 'new form', profile: { language: 'de', tags: ['prevention'] } }));
    const outboxId = await sent(test.registry, 2);
    const { contactRef: from } = await find(phone(2));
    await test.registry.desk.openTask('aurora', { kind: 'person', contactRef: from }, 'test');
    const { contactRef } = await merge(phone(2), phone(1));
    const view = await find({ contactRef });
    expect(view.tags).toEqual(['events', 'prevention']);
    expect(view.profile).toMatchObject([
      { field: 'area', value: 'north', source: 'desk form' },
      { field: 'language', value: 'de', source: 'new form', setAt: NOW + HOUR },
    ]);
    expect(await test.registry.outbox.list('aurora')).toMatchObject([{ id: outboxId, contactRef }]);
    expect(await test.registry.desk.listTasks('aurora')).toMatchObject([{ contactRef }]);
  });

  it('knows the same child of both as one', async () => {
    const child = { subject: { ref: 'K-1', relation: 'child' as const } };
    await record(consent(1, child), consent(2, { ...child, kind: 'refused', occurredAt: NOW - HOUR }));
    await merge(phone(2), phone(1));
    const { subjects } = await find(phone(1));
    expect(subjects).toHaveLength(1);
    const [decision] = await test.registry.consent.mayContact('aurora', [
      { person: phone(1), purpose: 'appointment', subjectRef: 'K-1' },
    ]);
    expect(decision?.code).toBe('refused');
  });

  it('holds the same state as if one contact had said it all', async () => {
    const events = fc.uniqueArray(
      fc.record({
        mine: fc.boolean(),
        purpose: fc.constantFrom(...PURPOSES),
        kind: fc.constantFrom(...CONSENT_KINDS),
        hoursAgo: fc.integer({ min: 1, max: 30_000 }),
      }),
      { selector: ({ hoursAgo }) => hoursAgo, maxLength: 12 },
    );
    let next = 10;
    const stateOf = async (number: number) =>
      (await find(phone(number))).consents.map(({ purpose, status }) => [purpose, status]);
    await fc.assert(
      fc.asyncProperty(events, async (all) => {
        const [mine, others, whole] = [next, next + 1, next + 2];
        next += 3;
        const start = { occurredAt: NOW - 40_000 * HOUR };
        await record(consent(mine, start), consent(others, start), consent(whole, start));
        for (const { mine: own, hoursAgo, ...said } of all) {
          const event = { ...said, occurredAt: NOW - hoursAgo * HOUR };
          await record(consent(own ? mine : others, event), consent(whole, event));
        }
        await merge(phone(others), phone(mine));
        expect(await stateOf(mine)).toEqual(await stateOf(whole));
      }),
      { numRuns: 10 },
    );
  });

  it('does not double a row that is imported again', async () => {
    await record(consent(1), consent(2));
    await merge(phone(2), phone(1));
    expect(await record(consent(2))).toMatchObject([{ ok: true, repeated: true }]);
  });

  it('is written into an unbroken audit, and a second time does nothing', async () => {
    await record(consent(1), consent(2));
    await merge(phone(2), phone(1));
    expect(await merge(phone(2), phone(1))).toMatchObject({ merged: false });
    const rows = await test.registry.audit.list('aurora');
    expect(rows.filter(({ action }) => action === 'person.merge')).toMatchObject([
      { outcome: 'vouched', details: { person: STAFF, reference: 'form 12' } },
    ]);
    expect(await test.registry.audit.verify('aurora')).toMatchObject({ ok: true });
  });

  it('leaves a parent’s phone with two children one contact with two subjects', async () => {
    const child = (ref: string) => consent(1, { subject: { ref, relation: 'child' }, source: ref });
    await record(child('K-1'), child('K-2'));
    expect((await find(phone(1))).subjects).toHaveLength(2);
  });

  const moved = (next: { waId?: string; bsuid?: string }): InboundEvent => ({
    kind: 'identity',
    dedupeKey: 'identity:1',
    phoneNumberId: PHONE_NUMBER_ID,
    from: { waId: person(1).slice(1) },
    at: NOW,
    next,
  });

  it('follows Meta’s word that a user id is the same person', async () => {
    await record(consent(1));
    await receive(message(2, { from: { bsuid: 'GB.one' } }));
    await receive(moved({ bsuid: 'GB.one' }));
    expect((await find({ bsuid: 'GB.one' })).contactRef).toBe((await find(phone(1))).contactRef);
  });

  it('never follows a number that somebody else had before', async () => {
    await record(consent(1), consent(2));
    await receive(moved({ waId: person(2).slice(1) }));
    expect((await find(phone(2))).contactRef).not.toBe((await find(phone(1))).contactRef);
  });
});

describe('rectifying', () => {
  it('replaces a wrong number, and takes a STOP along', async () => {
    await record(consent(1));
    await test.registry.consent.withdraw('aurora', phone(1), 'all', 'desk', 'test');
    const view = await rectify(phone(1), { phone: { number: person(2) } });
    expect(view.handles.map(({ ending, state }) => [ending, state]).sort()).toEqual([
      ['01', 'void'],
      ['02', 'unverified'],
    ]);
    expect(await may(phone(2), 'appointment')).toBe('suppressed');
  });

  it.each([
    ['a number that another person has', { phone: { number: person(2) } }, 'handleTaken'],
    ['a number that cannot exist', { phone: { number: '12' } }, 'badPhone'],
    ['a child that is not on record', { subject: { ref: 'K-9', birthDate: '2015-01-01' } }, 'subjectUnknown'],
    ['a birth date in the future', { birthDate: '2030-01-01' }, 'birthDateInvalid'],
    ['an area that tells something about health', { profile: { area: 'oncologia' } }, 'containsPhi'],
  ] as const)('refuses %s and changes nothing', async (_name, change, code) => {
    await record(consent(1), consent(2));
    const before = await find(phone(1));
    await expect(rectify(phone(1), { deceased: true, ...change })).rejects.toMatchObject({ code });
    expect(await find(phone(1))).toEqual(before);
  });

  it('refuses a correction of nothing, and one that nobody answers for', async () => {
    await record(consent(1));
    await expect(rectify(phone(1), {})).rejects.toMatchObject({ code: 'inputInvalid' });
    const change = { deceased: true, source: 'desk' };
    const unnamed = test.registry.people.rectify('aurora', phone(1), change, ' ', 'test');
    await expect(unnamed).rejects.toMatchObject({ code: 'staffMemberMissing' });
  });

  it('keeps the 18th birthday only', async () => {
    const child = { subject: { ref: 'K-1', relation: 'caredFor' as const } };
    await record(consent(1, child));
    const view = await rectify(phone(1), {
      birthDate: '2010-05-04',
      subject: { ref: 'K-1', relation: 'child', birthDate: '2015-05-04' },
    });
    const midnight = (day: string) => Date.parse(`${day}T00:00:00Z`);
    expect(view.subjects).toMatchObject([{ relation: 'child', adultAt: midnight('2033-05-04') }]);
    expect(await test.database.sql('select adult_at from contacts')).toMatchObject([
      { adult_at: expect.anything() as unknown },
    ]);
    expect(await test.database.everything()).not.toContain('2015-05-04');
  });

  it('records a death and takes it back', async () => {
    await record(consent(1));
    await rectify(phone(1), { deceased: true });
    expect(await may(phone(1), 'appointment')).toBe('deceased');
    await rectify(phone(1), { deceased: false });
    expect(await may(phone(1), 'appointment')).toBe('ok');
  });

  it('lets a value run out, for the view, the audience and the language of answers', async () => {
    await record(consent(1, { purpose: 'prevention', profile: { area: 'north' } }));
    await rectify(phone(1), { profile: { language: 'de' }, profileExpiresAt: NOW + DAY });
    expect((await receive(message(1)))[0]?.language).toBe('de');
    test.clock.set(NOW + 2 * DAY);
    expect((await find(phone(1))).profile.map(({ field }) => field)).toEqual(['area']);
    expect((await receive(message(1)))[0]?.language).toBe('it');
    const chosen = await test.registry.audience.select('aurora', {
      purpose: 'prevention',
      languages: ['de'],
    });
    expect(chosen.audience).toEqual([]);
  });

  it('sets a value that had run out anew, without the old end', async () => {
    await record(consent(1, { profile: { language: 'de', expires: { language: NOW - 1 } } }));
    expect((await find(phone(1))).profile).toEqual([]);
    const view = await rectify(phone(1), { profile: { language: 'fr' } });
    expect(view.profile).toMatchObject([{ value: 'fr', expiresAt: null }]);
  });

  it('takes a value away', async () => {
    await record(consent(1, { profile: { area: 'north' } }));
    expect((await rectify(phone(1), { profile: { area: null } })).profile).toEqual([]);
  });
});

describe('restricting', () => {
  it('stops every message until a named person lifts it', async () => {
    await record(consent(1));
    const restrict = (on: boolean, by: string) =>
      test.registry.people.restrict('aurora', phone(1), on, by, 'test');
    await expect(restrict(true, '')).rejects.toMatchObject({ code: 'staffMemberMissing' });
    expect((await restrict(true, STAFF)).flags.restricted).toBe(true);
    const [claim] = await test.registry.outbox.claim(context(), [request(1)]);
    expect(claim).toMatchObject({ claimed: false, code: 'restricted' });
    await restrict(false, STAFF);
    expect(await may(phone(1), 'appointment')).toBe('ok');
  });
});
