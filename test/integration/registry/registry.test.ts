import { randomBytes } from 'node:crypto';
import { defaultPolicy, detectPhi, openRegistry } from '../../../core';
import { emptyDatabase } from '../../support/database';
import {
  consent,
  NOW,
  person,
  PROOF,
  saveController,
  testRegistry,
  type TestRegistry,
} from '../../support/registry';

let test: TestRegistry;
beforeEach(async () => {
  test = await testRegistry();
});
afterEach(() => test.close());

describe('opening', () => {
  it('refuses a key that does not fit', async () => {
    await expect(test.again(randomBytes(32))).rejects.toMatchObject({ code: 'registryWrongKey' });
  });

  it('refuses a registry that a newer version has changed', async () => {
    await test.database.sql(
      "insert into kysely_migration (name, timestamp) values ('9999_future', '2027-01-01')",
    );
    await expect(test.again()).rejects.toMatchObject({ code: 'registryNewer' });
  });

  it('migrates once when several start together', async () => {
    const empty = await emptyDatabase();
    const options = {
      database: empty.options,
      masterKey: randomBytes(32),
      clock: { now: () => NOW },
      random: { bytes: (length: number) => randomBytes(length) },
    };
    const opened = await Promise.all(Array.from({ length: 10 }, () => openRegistry(options)));
    await saveController(opened[0]!);
    expect((await opened[9]!.controllers.list()).map((each) => each.key)).toEqual(['aurora']);
    await Promise.all(opened.map((registry) => registry.close()));
    await empty.remove();
  });
});

describe('recording consents', () => {
  const record = (...rows: ReturnType<typeof consent>[]) =>
    test.registry.consent.record('aurora', rows, 'test');

  it('refuses a row without proof, names the field and takes the others', async () => {
    const { proof: _proof, ...bare } = consent(2);
    const results = await record(consent(1), bare, consent(3));
    expect(results.map((result) => result.ok)).toEqual([true, false, true]);
    expect(results[1]).toMatchObject({ code: 'proofMissing', field: 'proof' });
  });

  it.each([
    ['a phone that cannot exist', consent(1, { person: { phone: '123' } }), 'badPhone'],
    ['a date in the future', consent(1, { occurredAt: NOW + 1 }), 'occurredInFuture'],
    ['an empty source', consent(1, { source: '' }), 'rowInvalid'],
    [
      'a tag that tells something about health',
      consent(1, { profile: { tags: ['diabetes'] } }),
      'containsPhi',
    ],
  ])('refuses %s and writes nothing of the row', async (_name, row, code) => {
    expect(await record(row)).toMatchObject([{ ok: false, code }]);
    const [decision] = await test.registry.consent.mayContact('aurora', [
      { person: { phone: person(1) }, purpose: 'appointment' },
    ]);
    expect(decision).toMatchObject({ allowed: false, code: 'unknownContact' });
  });

  it('takes the same import twice once', async () => {
    const [first] = await record(consent(1));
    const [second] = await record(consent(1));
    expect(second).toMatchObject({ ok: true, repeated: true });
    expect(first?.ok && second?.ok && first.eventId === second.eventId).toBe(true);
  });

  it('writes nothing in a dry run', async () => {
    const results = await test.registry.consent.record('aurora', [consent(1)], 'test', { dryRun: true });
    expect(results).toMatchObject([{ ok: true }]);
    const [decision] = await test.registry.consent.mayContact('aurora', [
      { person: { phone: person(1) }, purpose: 'appointment' },
    ]);
    expect(decision?.code).toBe('unknownContact');
  });

  it('reads a phone number in any usual form as the same person', async () => {
    await record(consent(1));
    const decisions = await test.registry.consent.mayContact(
      'aurora',
      [person(1), person(1).replace('+', '00'), `0${person(1).slice(3)}`].map((phone) => ({
        person: { phone, country: 'GB' },
        purpose: 'appointment' as const,
      })),
    );
    expect(decisions.map((decision) => decision.code)).toEqual(['ok', 'ok', 'ok']);
  });

  it('keeps the proof unreadable in the file', async () => {
    await record(consent(1, { proof: { ...PROOF, textShown: 'unmistakable words of proof' } }));
    const rows = await test.database.sql('select * from consent_events');
    expect(rows).toHaveLength(1);
    expect(JSON.stringify(rows)).not.toContain('unmistakable');
  });
});

describe('the names of a clinic', () => {
  it('may stand in its messages although they look like a person', async () => {
    const controller = await test.registry.controllers.get('aurora');
    const { version: _version, ...policy } = defaultPolicy('it');
    const locations = [{ name: 'Aurora Milano', zone: 'Europe/Rome' }];
    await test.registry.controllers.save({ ...controller, locations, policy }, 'test');
    const phi = await test.registry.controllers.phiPolicy('aurora');
    expect(detectPhi('Sie haben einen Termin (Aurora Milano).', { policy: phi })).toEqual([]);
  });

  it('are refused where a location tells what people are treated for', async () => {
    const controller = await test.registry.controllers.get('aurora');
    const { version: _version, ...policy } = defaultPolicy('it');
    const locations = [{ name: 'Reparto Cardiologia', zone: 'Europe/Rome' }];
    const saving = test.registry.controllers.save({ ...controller, locations, policy }, 'test');
    await expect(saving).rejects.toMatchObject({ code: 'containsPhi', at: { field: 'locations', index: 0 } });
  });
});

describe('preferences', () => {
  it('need an answer or a named person as proof', async () => {
    await test.registry.consent.record('aurora', [consent(1)], 'test');
    const change = (proof: object) =>
      test.registry.tags.update('aurora', { phone: person(1) }, { add: ['events'] }, proof, 'test');
    await expect(change({})).rejects.toMatchObject({ code: 'proofMissing' });
    expect(await change({ recordedBy: 'Paola Neri' })).toMatchObject({ tags: ['events'] });
  });
});

describe('choosing an audience', () => {
  it('takes only people with consent, interest and area, and counts the others by reason', async () => {
    const invited = {
      purpose: 'prevention' as const,
      profile: { area: 'north', language: 'it', tags: ['prevention'] },
    };
    await test.registry.consent.record(
      'aurora',
      [
        consent(1, invited),
        consent(2, { ...invited, profile: { area: 'south', language: 'it', tags: ['prevention'] } }),
        consent(3, { ...invited, profile: { area: 'north', language: 'it', tags: ['events'] } }),
        consent(4, { ...invited, purpose: 'appointment' }),
      ],
      'test',
    );
    const result = await test.registry.audience.select('aurora', {
      purpose: 'prevention',
      areas: ['north'],
      interests: ['Prevention'],
    });
    expect(result.audience).toHaveLength(1);
    expect(result.leftOut).toEqual({ otherArea: 1, noInterest: 1, noConsent: 1 });
  });
});
