import {
  type ErasureReason,
  type InboundEvent,
  personExportSchema,
  processingRecordSchema,
} from '../../../core';
import {
  consent,
  context,
  HOUR,
  message,
  NOW,
  person,
  PROOF,
  request,
  sent,
  testRegistry,
  type TestRegistry,
} from '../../support/registry';

const STAFF = 'Paola Neri';
const WORDS = 'unmistakable words of the person';
const CHILD = 'K-77';

let test: TestRegistry;
beforeEach(async () => {
  test = await testRegistry();
});
afterEach(() => test.close());

const phone = (number: number) => ({ phone: person(number) });
const record = (...rows: ReturnType<typeof consent>[]) =>
  test.registry.consent.record('aurora', rows, 'test');
const receive = (...events: InboundEvent[]) => test.registry.inbox.receive('metaCloud', events);
const exported = (number: number) => test.registry.rights.exportPerson('aurora', phone(number), 'test');
const erase = (who: { phone: string } | { contactRef: string }, options?: { dryRun: boolean }) =>
  test.registry.rights.erase('aurora', who, 'consentWithdrawn', STAFF, 'test', options);
const may = async (number: number) =>
  (await test.registry.consent.mayContact('aurora', [{ person: phone(number), purpose: 'appointment' }]))[0]
    ?.code;
const rows = (table: string) => test.database.sql(`select * from ${table}`);

/** A person of whom there is something in every table. */
async function fullLife(number: number): Promise<string> {
  await record(
    consent(number, { profile: { language: 'it', area: 'north', tags: ['events'] } }),
    consent(number, { subject: { ref: CHILD, relation: 'child' }, purpose: 'prevention' }),
  );
  const outboxId = await sent(test.registry, number);
  const [item] = await receive(message(number, { text: WORDS }));
  await test.registry.desk.openTask('aurora', { kind: 'person', eventId: item!.eventId }, 'test');
  const frequency = { purpose: 'prevention' as const, messages: 1, days: 30 };
  await test.registry.tags.update('aurora', phone(number), { frequency }, { recordedBy: STAFF }, 'test');
  return outboxId;
}

describe('exporting a person', () => {
  it('gives everything that is held, in clear, as the schema says', async () => {
    const outboxId = await fullLife(1);
    await test.registry.consent.withdraw('aurora', phone(1), 'events', 'desk', 'test');
    const document = await exported(1);
    expect(personExportSchema.parse(document)).toEqual(document);
    expect(document).toMatchObject({
      handles: [
        { kind: 'phone', value: person(1) },
        { kind: 'waId', value: person(1).slice(1) },
      ],
      profile: [{ field: 'area', value: 'north' }, { field: 'language' }],
      subjects: [{ ref: CHILD, relation: 'child' }],
      tags: [{ tag: 'events' }],
      frequencies: [{ purpose: 'prevention', messages: 1, days: 30 }],
      messages: [{ id: outboxId, template: 'appointment_reminder_48h' }],
      inbound: [{ kind: 'message' }],
      conversations: [{ entries: [{ direction: 'in', text: WORDS }] }],
      tasks: [{ kind: 'person' }],
      windows: [{ sender: 'Aurora' }],
    });
    expect(document.consents.map(({ kind, proof }) => [kind, proof?.textShown])).toEqual([
      ['given', PROOF.textShown],
      ['given', PROOF.textShown],
      ['withdrawn', undefined],
    ]);
  });

  it('says why, to whom, how long and what the person may do about it', async () => {
    await record(consent(1));
    const { processing } = await exported(1);
    expect(processing.purposes).toContainEqual(
      expect.objectContaining({
        purpose: 'appointment',
        legalBasis: expect.arrayContaining(['GDPR Art. 6(1)(b)']) as unknown,
      }),
    );
    expect(processing.recipients[0]?.name).toContain('Meta');
    expect(processing.retention.length).toBeGreaterThan(0);
    expect(processing.rights.join(' ')).toContain('Art. 17');
  });

  it('holds nobody else, and no name of the staff beyond what the person was shown', async () => {
    await fullLife(1);
    await record(consent(2));
    await test.registry.people.restrict('aurora', phone(1), true, 'Ida Bianchi', 'test');
    const text = JSON.stringify(await exported(1));
    expect(text).not.toContain(person(2));
    expect(text).not.toContain('Ida Bianchi');
  });

  it('is written into the audit each time, and shows itself the next time', async () => {
    await record(consent(1));
    await exported(1);
    await test.registry.rights.exportFhir('aurora', phone(1), 'test');
    const { audit } = await exported(1);
    expect(audit.map(({ action, outcome }) => [action, outcome])).toEqual([
      ['person.export', 'person'],
      ['person.export', 'fhir'],
    ]);
  });

  it('knows nothing of somebody who is not on record, and writes nothing', async () => {
    await expect(exported(9)).rejects.toMatchObject({ code: 'unknownContact' });
    expect((await test.registry.audit.list('aurora')).map(({ action }) => action)).not.toContain(
      'person.export',
    );
  });
});

describe('erasing a person', () => {
  const GONE = [
    'handles',
    'contact_profile',
    'contact_tags',
    'contact_frequencies',
    'service_windows',
    'data_subjects',
    'conversations',
    'conversation_entries',
  ];

  it('destroys what leads to the person, and counts it', async () => {
    await fullLife(1);
    const erasure = await erase(phone(1));
    expect(erasure).toMatchObject({
      repeated: false,
      counts: {
        handles: 2,
        subjects: 1,
        profile: 2,
        tags: 1,
        words: 1,
        tasks: 1,
        inbound: 1,
        messages: 1,
        suppressed: 1,
      },
    });
    for (const table of GONE) expect([table, await rows(table)]).toEqual([table, []]);
    expect(await rows('contacts')).toMatchObject([
      { id: erasure.contactRef, erased_at: expect.anything() as unknown, adult_at: null, merged_into: null },
    ]);
  });

  it('keeps consents and messages as facts that lead nowhere', async () => {
    await fullLife(1);
    const { contactRef } = await erase(phone(1));
    expect(await rows('consent_events')).toHaveLength(2);
    expect(await rows('outbox')).toMatchObject([{ contact_id: contactRef, subject_id: null, about: null }]);
    expect(await rows('tasks')).toMatchObject([{ contact_id: null, conversation_id: null, about: null }]);
    expect(await rows('inbound_events')).toMatchObject([
      { contact_id: null, intent: null, categories: null },
    ]);
    expect(await test.registry.people.find('aurora', { contactRef: contactRef! })).toMatchObject({
      flags: { erased: true },
      handles: [],
    });
    expect(await test.registry.audit.verify('aurora')).toMatchObject({ ok: true });
  });

  it('leaves everybody else as they were', async () => {
    await fullLife(1);
    await fullLife(2);
    const before = await exported(2);
    await erase(phone(1));
    const after = await exported(2);
    expect({ ...after, audit: [], exportedAt: '' }).toEqual({ ...before, audit: [], exportedAt: '' });
  });

  it('changes nothing in a dry run, and tells what it would do', async () => {
    await fullLife(1);
    const before = await test.database.sql('select count(*) as rows from audit_entries');
    const planned = await erase(phone(1), { dryRun: true });
    expect(await may(1)).toBe('ok');
    expect(await test.database.sql('select count(*) as rows from audit_entries')).toEqual(before);
    expect((await erase(phone(1))).counts).toEqual(planned.counts);
  });

  it('may be asked for twice, by number and by pseudonym', async () => {
    await record(consent(1));
    const { contactRef } = await erase(phone(1));
    expect(await erase(phone(1))).toEqual({ contactRef: null, repeated: true, counts: {} });
    expect(await erase({ contactRef: contactRef! })).toEqual({ contactRef, repeated: true, counts: {} });
  });

  it.each([
    ['somebody who was never on record', person(8), 'consentWithdrawn', STAFF, 'unknownContact'],
    ['without a named person', person(1), 'consentWithdrawn', '', 'staffMemberMissing'],
    ['for no ground of the law', person(1), 'because', STAFF, 'inputInvalid'],
  ])('refuses to erase %s', async (_name, number, reason, by, code) => {
    await record(consent(1));
    const erasing = test.registry.rights.erase(
      'aurora',
      { phone: number },
      reason as ErasureReason,
      by,
      'test',
    );
    await expect(erasing).rejects.toMatchObject({ code });
    expect(await may(1)).toBe('ok');
  });

  it('reaches the contacts that were merged into the person', async () => {
    await record(consent(1), consent(2));
    const { contactRef: old } = await test.registry.people.find('aurora', phone(2));
    const proof = { recordedBy: STAFF, reference: 'form 12' };
    await test.registry.people.merge('aurora', phone(2), phone(1), proof, 'test');
    await erase(phone(1));
    expect((await test.registry.people.find('aurora', { contactRef: old })).flags.erased).toBe(true);
    await record(consent(2, { source: 'second list' }));
    expect(await may(2)).toBe('suppressed');
  });

  it('finds also what a workflow did under a pseudonym from before the merge', async () => {
    await record(consent(1), consent(2));
    const { contactRef: old } = await test.registry.people.find('aurora', phone(2));
    const proof = { recordedBy: STAFF, reference: 'form 12' };
    await test.registry.people.merge('aurora', phone(2), phone(1), proof, 'test');
    await test.registry.desk.openTask('aurora', { kind: 'person', contactRef: old }, 'test');
    expect((await exported(1)).tasks).toHaveLength(1);
    expect((await erase(phone(1))).counts).toMatchObject({ tasks: 1 });
    expect(await rows('tasks')).toMatchObject([{ contact_id: null }]);
  });

  it('holds against an import of the same number, in whatever form', async () => {
    await record(consent(1));
    await erase(phone(1));
    const national = { phone: `0${person(1).slice(3)}`, country: 'GB' };
    await record(consent(1, { person: national, source: 'old list', occurredAt: NOW - HOUR }));
    expect(await may(1)).toBe('suppressed');
    const [claim] = await test.registry.outbox.claim(context(), [request(1)]);
    expect(claim).toMatchObject({ claimed: false, code: 'suppressed' });
  });

  it('holds against a message from the number, which can still be answered', async () => {
    await record(consent(1));
    await erase(phone(1));
    const [item] = await receive(message(1));
    expect(await may(1)).toBe('suppressed');
    const reply = { basis: { kind: 'reply' as const, eventId: item!.eventId }, kind: 'reply', asks: null };
    const [claim] = await test.registry.outbox.claim(context(), [request(1, reply)]);
    expect(claim).toMatchObject({ claimed: true });
  });

  it('ends by the START of whoever holds the number, without the old consents', async () => {
    await record(consent(1), consent(1, { purpose: 'prevention' }));
    await erase(phone(1));
    await receive(message(1, { text: 'START' }));
    test.clock.set(NOW + HOUR);
    const decisions = await test.registry.consent.mayContact(
      'aurora',
      (['appointment', 'prevention'] as const).map((purpose) => ({ person: phone(1), purpose })),
    );
    expect(decisions.map(({ code }) => code)).toEqual(['ok', 'noConsent']);
  });

  it('makes a redelivered message of the person no new event', async () => {
    const event = message(1);
    await receive(event);
    await erase(phone(1));
    expect(await receive(event)).toEqual([]);
    expect(await rows('handles')).toEqual([]);
  });
});

describe('the record of processing activities', () => {
  it('names controller, purposes with their legal basis, recipients, retention and measures', async () => {
    const { record: data, markdown } = await test.registry.rights.processingRecord('aurora');
    expect(processingRecordSchema.parse(data)).toEqual(data);
    expect(data).toMatchObject({
      controller: { key: 'aurora', country: 'IT' },
      policy: { pack: 'it', version: 1 },
      thirdCountryTransfers: [{ country: 'US' }],
    });
    expect(data.purposes.map(({ purpose }) => purpose)).toContain('prevention');
    for (const text of ['Aurora', 'GDPR Art. 6(1)(b)', 'Meta', '30 days', 'AES-256-GCM'])
      expect(markdown).toContain(text);
  });
});
