import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { IDataObject, INodeExecutionData, INodeParameters } from 'n8n-workflow';
import {
  consentBundleSchema,
  consentRecordsSchema,
  personExportSchema,
  processingRecordSchema,
} from '../../../core';
import { ConsentRegistry } from '../../../nodes/ConsentRegistry/ConsentRegistry.node';
import { registryWith } from '../../../nodes/shared/registry';
import { auroraParameter } from '../../support/nodeRegistry';
import { consent, person, saveController } from '../../support/registry';
import { runNode } from '../../support/runNode';

const folder = mkdtempSync(path.join(tmpdir(), 'carecampaign-rights-'));
const credential = { database: 'embedded', file: path.join(folder, 'registry.sqlite') };
const SAVING = {
  EXECUTIONS_DATA_SAVE_ON_SUCCESS: 'none',
  EXECUTIONS_DATA_SAVE_ON_ERROR: 'none',
  EXECUTIONS_DATA_SAVE_MANUAL_EXECUTIONS: 'false',
};
const NAMED = { recordedBy: 'Paola Neri', reference: 'form 12' };

/** An expression that finds nothing: an empty parameter stops n8n before the node is asked. */
const EMPTY = '={{ $json.nobody }}';

// The first use compiles all lexicons, on a machine that may be busy.
jest.setTimeout(30_000);

const environment = { ...process.env };
let next = 0;
let number = 0;
let contactRef = '';

async function known(): Promise<{ number: number; contactRef: string }> {
  next += 1;
  const registry = await registryWith(credential);
  const row = consent(next, { occurredAt: Date.now() - 86_400_000 });
  const [result] = await registry.consent.record('aurora', [row], 'test');
  if (!result?.ok) throw new Error('The consent of the test was refused');
  return { number: next, contactRef: result.contactRef };
}

beforeAll(async () => saveController(await registryWith(credential)));
beforeEach(async () => {
  Object.assign(process.env, SAVING);
  ({ number, contactRef } = await known());
});
afterEach(() => void (process.env = { ...environment }));
afterAll(async () => {
  await (await registryWith(credential)).close();
  rmSync(folder, { recursive: true, force: true });
});

async function run(
  operation: string,
  parameters: INodeParameters = {},
  items: IDataObject[] = [{ id: 'A-1', contactRef }],
) {
  const { outputs, error } = await runNode(new ConsentRegistry(), {
    items,
    parameters: { resource: 'person', operation, controller: auroraParameter, ...parameters },
    credentials: { careCampaignRegistryApi: credential },
  });
  return { items: outputs[0] ?? [], error };
}

const careOf = ([item]: readonly INodeExecutionData[]) => item?.json.care as IDataObject;
const fileOf = ([item]: readonly INodeExecutionData[]): unknown =>
  JSON.parse(Buffer.from(item?.binary?.data?.data ?? '', 'base64').toString('utf8'));

describe('Find', () => {
  it.each([
    ['the contact reference', {}, () => ({ contactRef })],
    ['a phone field', { personFrom: 'phone' }, () => ({ phone: person(number) })],
    [
      'a WhatsApp ID field',
      { personFrom: 'waId', idField: 'wa.id' },
      () => ({ wa: { id: person(number).slice(1) } }),
    ],
  ])('shows the person by %s', async (_name, parameters, item) => {
    const { items } = await run('find', parameters, [{ kept: 1, ...item() }]);
    expect(items[0]?.json).toMatchObject({
      kept: 1,
      care: {
        contactRef,
        person: { handles: [{ kind: 'phone', state: 'desk' }], suppression: 'none' },
      },
    });
    expect(JSON.stringify(careOf(items))).not.toContain(person(number).slice(-8));
  });

  it('says of each item what stops it, and goes on with the others', async () => {
    const { items } = await run('find', {}, [{ contactRef: 'nobody' }, { contactRef }]);
    expect(items.map(({ json }) => json.care)).toMatchObject([
      { refusal: { by: 'consentRegistry', code: 'unknownContact' } },
      { contactRef },
    ]);
  });
});

describe('Export', () => {
  it.each([
    ['person', personExportSchema, 'application/json'],
    ['fhir', consentBundleSchema, 'application/fhir+json'],
    ['receipt', consentRecordsSchema, 'application/json'],
  ])('makes a file of the form %s, and leaves nothing of it in the item', async (form, schema, mimeType) => {
    const { items } = await run('export', { form }, [{ name: 'a name', phone: person(number), contactRef }]);
    const [item] = items;
    expect(schema.safeParse(fileOf(items)).success).toBe(true);
    expect(item?.binary?.data).toMatchObject({ mimeType, fileExtension: 'json' });
    expect(Object.keys(item?.json ?? {})).toEqual(['care']);
    expect(item?.json.care).toEqual({
      contactRef,
      export: { code: 'ok', form, counts: expect.any(Object) as unknown },
    });
  });

  it('gives no number away while n8n keeps the data of the run', async () => {
    process.env.EXECUTIONS_DATA_SAVE_ON_SUCCESS = 'all';
    const { error, items } = await run('export', { form: 'person' });
    expect(error?.message).toContain('executionDataKept');
    expect(items).toEqual([]);
    expect((await run('export', { form: 'fhir' })).items).toHaveLength(1);
  });
});

describe('Rectify', () => {
  it('corrects profile and number from the fields of the item', async () => {
    const corrections = {
      areaField: 'area',
      languageField: 'lang',
      newPhoneField: 'right',
      zoneField: 'zone',
    };
    const { items } = await run('rectify', { ...NAMED, source: 'desk', corrections }, [
      { contactRef, area: 'south', lang: 'de', right: person(900 + number) },
    ]);
    expect(careOf(items).person).toMatchObject({
      profile: [
        { field: 'area', value: 'south', source: 'desk' },
        { field: 'language', value: 'de' },
      ],
    });
    const states = (careOf(items).person as { handles: { state: string }[] }).handles.map(
      ({ state }) => state,
    );
    expect(states.sort()).toEqual(['unverified', 'void']);
  });

  it('records a death, and needs somebody who says so', async () => {
    const corrections = { deceased: true };
    const { items: unnamed } = await run('rectify', { source: 'desk', recordedBy: EMPTY, corrections });
    expect(careOf(unnamed).refusal).toMatchObject({ code: 'staffMemberMissing' });
    const { items } = await run('rectify', { ...NAMED, source: 'desk', corrections });
    expect(careOf(items).person).toMatchObject({ flags: { deceased: true } });
  });

  it('refuses a field that holds a number instead of a name', async () => {
    const corrections = { newPhoneField: person(1) };
    const { error } = await run('rectify', { ...NAMED, source: 'desk', corrections });
    expect(error?.message).toContain('fieldNameExpected');
    expect(`${error?.message} ${error?.stack}`).not.toContain(person(1));
  });
});

describe('Restrict', () => {
  it('restricts unless it is clearly switched off', async () => {
    expect(careOf((await run('restrict', NAMED)).items).person).toMatchObject({
      flags: { restricted: true },
    });
    const off = await run('restrict', { ...NAMED, restricted: false });
    expect(careOf(off.items).person).toMatchObject({ flags: { restricted: false } });
  });
});

describe('Verify Handle', () => {
  it('voids a number, and takes it back by a check only', async () => {
    const set = async (state: string) => careOf((await run('verify', { ...NAMED, state })).items);
    expect((await set('void')).person).toMatchObject({ handles: [{ state: 'void' }] });
    expect((await set('unverified')).refusal).toMatchObject({ code: 'verificationProofNeeded' });
    expect((await set('desk')).person).toMatchObject({ handles: [{ state: 'desk' }] });
  });
});

describe('Merge', () => {
  it('needs the confirmation, a name and a reference', async () => {
    const other = await known();
    const items = [{ contactRef, into: other.contactRef }];
    const unconfirmed = await run('merge', NAMED, items);
    expect(unconfirmed.error?.message).toContain('confirmationMissing');
    const unproven = await run('merge', { ...NAMED, reference: EMPTY, confirm: true }, items);
    expect(careOf(unproven.items).refusal).toMatchObject({ code: 'proofMissing' });
    const merged = await run('merge', { ...NAMED, confirm: true }, items);
    expect(careOf(merged.items)).toMatchObject({ contactRef: other.contactRef, merge: { merged: true } });
  });
});

describe('Erase', () => {
  const erase = (parameters: INodeParameters) =>
    run('erase', { ...NAMED, reason: 'objected', ...parameters });

  it('does nothing without the confirmation', async () => {
    expect((await erase({})).error?.message).toContain('confirmationMissing');
    expect(careOf((await run('find')).items).person).toMatchObject({ flags: { erased: false } });
  });

  it('counts in a dry run, erases once and says when it was done before', async () => {
    const planned = await erase({ options: { dryRun: true } });
    expect(careOf(planned.items).erasure).toMatchObject({ dryRun: true, counts: { handles: 1 } });
    const done = await erase({ confirm: true });
    expect(careOf(done.items)).toMatchObject({ contactRef, erasure: { dryRun: false, repeated: false } });
    expect(careOf((await erase({ confirm: true })).items).erasure).toMatchObject({ repeated: true });
    expect(careOf((await run('find')).items).person).toMatchObject({ flags: { erased: true }, handles: [] });
  });

  it('needs a named person', async () => {
    const { items } = await erase({ confirm: true, recordedBy: EMPTY });
    expect(careOf(items).refusal).toMatchObject({ code: 'staffMemberMissing' });
  });
});

describe('Record of Processing', () => {
  it('comes as data and as a page', async () => {
    const { items } = await run('get', { resource: 'processingRecord' });
    expect(processingRecordSchema.safeParse(items[0]?.json).success).toBe(true);
    const file = items[0]?.binary?.data;
    expect(file).toMatchObject({ mimeType: 'text/markdown', fileName: 'processing-record-aurora.md' });
    expect(Buffer.from(file?.data ?? '', 'base64').toString('utf8')).toContain('Aurora');
  });
});
