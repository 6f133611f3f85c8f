import Ajv from 'ajv';
import fc from 'fast-check';
import {
  CONSENT_KINDS,
  type ConsentInput,
  consentBundleSchema,
  consentRecordsSchema,
  PURPOSES,
} from '../../../core';
import { consent, HOUR, NOW, person, PROOF, testRegistry, type TestRegistry } from '../../support/registry';

let test: TestRegistry;
beforeAll(async () => {
  test = await testRegistry();
});
afterAll(() => test.close());

const phone = (number: number) => ({ phone: person(number) });
const fhir = (number: number) => test.registry.rights.exportFhir('aurora', phone(number), 'test');
const records = (number: number) =>
  test.registry.rights.exportConsentRecords('aurora', phone(number), 'test');
const record = (...rows: ConsentInput[]) => test.registry.consent.record('aurora', rows, 'test');

/** What R5 demands of a Bundle with Consents, and the codes that it takes. https://hl7.org/fhir/R5/consent.html */
const R5_BUNDLE = {
  type: 'object',
  required: ['resourceType', 'type', 'entry'],
  properties: {
    resourceType: { const: 'Bundle' },
    type: { const: 'collection' },
    entry: {
      type: 'array',
      items: {
        type: 'object',
        required: ['fullUrl', 'resource'],
        properties: {
          fullUrl: {
            type: 'string',
            pattern: '^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$',
          },
          resource: {
            type: 'object',
            required: ['resourceType', 'status'],
            properties: {
              resourceType: { const: 'Consent' },
              id: { type: 'string', pattern: '^[A-Za-z0-9.-]{1,64}$' },
              status: { enum: ['draft', 'active', 'inactive', 'not-done', 'entered-in-error', 'unknown'] },
              date: { type: 'string', pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}$' },
              decision: { enum: ['deny', 'permit'] },
              subject: { type: 'object', required: ['identifier'] },
              verification: { type: 'array', items: { type: 'object', required: ['verified'] } },
              provision: {
                type: 'array',
                items: {
                  type: 'object',
                  properties: {
                    purpose: { type: 'array', items: { type: 'object', required: ['system', 'code'] } },
                  },
                },
              },
            },
          },
        },
      },
    },
  },
};
const isR5 = new Ajv().compile(R5_BUNDLE);

interface Said {
  readonly purpose: (typeof PURPOSES)[number];
  readonly kind: (typeof CONSENT_KINDS)[number];
  readonly hoursAgo: number;
  readonly child: string | null;
}

const said = fc.record<Said>({
  purpose: fc.constantFrom(...PURPOSES),
  kind: fc.constantFrom(...CONSENT_KINDS),
  hoursAgo: fc.integer({ min: 1, max: 50_000 }),
  child: fc.constantFrom(null, 'K-1', 'K-2'),
});

const toRow = (number: number, { purpose, kind, hoursAgo, child }: Said): ConsentInput =>
  consent(number, {
    purpose,
    kind,
    occurredAt: NOW - hoursAgo * HOUR,
    ...(child === null ? {} : { subject: { ref: child, relation: 'child' } }),
  });

describe('consents as FHIR R5', () => {
  it('is a Bundle of Consents with pseudonyms, decision, purpose, period and verification', async () => {
    await record(
      consent(1, { purpose: 'prevention', occurredAt: NOW - 48 * HOUR, validUntil: NOW + HOUR }),
      consent(1, { purpose: 'prevention', kind: 'withdrawn' }),
    );
    const bundle = await fhir(1);
    expect(consentBundleSchema.parse(bundle)).toEqual(bundle);
    const [given, withdrawn] = bundle.entry.map(({ resource }) => resource);
    expect(given).toMatchObject({
      resourceType: 'Consent',
      status: 'inactive',
      decision: 'permit',
      date: '2026-11-22',
      period: { start: '2026-11-22T10:00:00.000Z', end: '2026-11-24T11:00:00.000Z' },
      controller: [{ display: 'Aurora' }],
      verification: [{ verified: true }],
      provision: [{ purpose: [{ code: 'HMARKT' }] }],
    });
    expect(withdrawn).toMatchObject({ status: 'active', decision: 'deny' });
    expect(isR5(bundle)).toBe(true);
  });

  it('names a child as the subject and the contact as who said it', async () => {
    await record(consent(2, { subject: { ref: 'K-1', relation: 'child' } }));
    const view = await test.registry.people.find('aurora', phone(2));
    const [entry] = (await fhir(2)).entry;
    expect(entry?.resource).toMatchObject({
      subject: { type: 'Patient', identifier: { value: view.subjects[0]?.id } },
      grantor: [{ type: 'RelatedPerson', identifier: { value: view.contactRef } }],
    });
  });

  it('holds no number and none of the words of the proof', async () => {
    await record(consent(3, { proof: { ...PROOF, reference: 'private-reference' } }));
    const text = JSON.stringify([await fhir(3), await records(3)]);
    for (const secret of [person(3).slice(-8), 'private-reference', PROOF.textShown])
      expect(text).not.toContain(secret);
  });
});

describe('consents as records in the style of ISO/IEC TS 27560', () => {
  it('has who, by whom, for what, on what basis, how to withdraw, and each event with its state', async () => {
    await record(
      consent(4, { purpose: 'events', occurredAt: NOW - 48 * HOUR }),
      consent(4, { purpose: 'events', kind: 'withdrawn' }),
    );
    const document = await records(4);
    expect(consentRecordsSchema.parse(document)).toEqual(document);
    const { contactRef } = await test.registry.people.find('aurora', phone(4));
    expect(document.records).toMatchObject([
      {
        record_id: `aurora.${contactRef}.events`,
        pii_principal_id: contactRef,
        pii_controller: { party_name: 'Aurora' },
        consent_type: 'expressed',
        consent_state: 'withdrawn',
        processing: { purposes: [{ purpose: 'events' }] },
        events: [{ event_state: 'given', notice_version: '1' }, { event_state: 'withdrawn' }],
      },
    ]);
  });
});

it('tells every consent event of the registry exactly once in each form, also after a merge', async () => {
  let next = 10;
  await fc.assert(
    fc.asyncProperty(fc.array(said, { maxLength: 8 }), fc.array(said, { maxLength: 8 }), async (a, b) => {
      const [one, two] = [next, next + 1];
      next += 2;
      const mine = await record(consent(one), ...a.map((each) => toRow(one, each)));
      const others = await record(consent(two), ...b.map((each) => toRow(two, each)));
      const vouched = { recordedBy: 'Paola Neri', reference: 'form 12' };
      await test.registry.people.merge('aurora', phone(two), phone(one), vouched, 'test');
      const stored = [
        ...new Set([...mine, ...others].flatMap((result) => (result.ok ? [result.eventId] : []))),
      ].sort();
      const inFhir = (await fhir(one)).entry.map(({ resource }) => resource.id).sort();
      const inRecords = (await records(one)).records.flatMap(({ events }) =>
        events.map(({ event_id }) => event_id),
      );
      const whole = await test.registry.rights.exportPerson('aurora', phone(one), 'test');
      expect(inFhir).toEqual(stored);
      expect(inRecords.sort()).toEqual(stored);
      expect(whole.consents.map(({ id }) => id).sort()).toEqual(stored);
    }),
    { numRuns: 15 },
  );
}, 60_000);
