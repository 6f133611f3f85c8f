import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Readable } from 'node:stream';
import { Container } from '@n8n/di';
import { parse } from 'csv-parse/sync';
import { BinaryDataService } from 'n8n-core';
import type { IBinaryData, IDataObject, INodeExecutionData, INodeParameters } from 'n8n-workflow';
import { ConsentRegistry } from '../../../nodes/ConsentRegistry/ConsentRegistry.node';
import { registryWith } from '../../../nodes/shared/registry';
import { auroraParameter } from '../../support/nodeRegistry';
import { consent, person, PROOF, saveController } from '../../support/registry';
import { runNode, type NodeRun } from '../../support/runNode';

const folder = mkdtempSync(path.join(tmpdir(), 'carecampaign-import-'));
const credential = { database: 'embedded', file: path.join(folder, 'registry.sqlite') };
const SAVING = {
  EXECUTIONS_DATA_SAVE_ON_SUCCESS: 'none',
  EXECUTIONS_DATA_SAVE_ON_ERROR: 'none',
  EXECUTIONS_DATA_SAVE_MANUAL_EXECUTIONS: 'false',
};
const DAY = 86_400_000;
const HEADER = ['phone', 'purpose', 'kind', 'source', 'occurredAt', ...Object.keys(PROOF)];

// The first use compiles all lexicons, on a machine that may be busy.
jest.setTimeout(30_000);

const environment = { ...process.env };
let next = 0;

beforeAll(async () => saveController(await registryWith(credential)));
beforeEach(() => void Object.assign(process.env, SAVING));
afterEach(() => void (process.env = { ...environment }));
afterAll(async () => {
  await (await registryWith(credential)).close();
  rmSync(folder, { recursive: true, force: true });
});

const daysAgo = (days: number): string => new Date(Date.now() - days * DAY).toISOString();

/** The cells of one consent; each call is another person. */
function cells(change: Partial<Record<string, string>> = {}): string[] {
  next += 1;
  const row: Record<string, string | undefined> = {
    phone: person(next % 900),
    purpose: 'appointment',
    kind: 'given',
    source: 'old list',
    occurredAt: daysAgo(10),
    ...(PROOF as unknown as Record<string, string>),
    ...change,
  };
  return HEADER.map((name) => row[name] ?? '');
}

const table = (...rows: string[][]): string => [HEADER, ...rows].map((row) => row.join(';')).join('\n');
const inMemory = (text: string): IBinaryData => ({
  data: Buffer.from(text).toString('base64'),
  mimeType: 'text/csv',
  fileName: 'list.csv',
});

interface Given {
  readonly items?: IDataObject[];
  readonly files?: NodeRun['files'];
}

async function run(parameters: INodeParameters, { items = [{}], files }: Given = {}) {
  const { outputs, error } = await runNode(new ConsentRegistry(), {
    items,
    ...(files ? { files } : {}),
    parameters: { controller: auroraParameter, resource: 'consent', operation: 'import', ...parameters },
    credentials: { careCampaignRegistryApi: credential },
  });
  return { items: outputs[0] ?? [], error };
}

const importTables = (texts: readonly string[], parameters: INodeParameters = {}) =>
  run(
    { rowsFrom: 'csv', ...parameters },
    { items: texts.map(() => ({ kept: 1 })), files: texts.map((text) => ({ data: inMemory(text) })) },
  );

const careOf = (item: INodeExecutionData | undefined) => item?.json.care as IDataObject;
const textOf = (file: IBinaryData | undefined) => Buffer.from(file?.data ?? '', 'base64').toString('utf8');
const refusedOf = (item: INodeExecutionData | undefined) =>
  parse<Record<string, string>>(textOf(item?.binary?.refused), { columns: true });
const consentsOf = async () => (await (await registryWith(credential)).stats.of('aurora')).consents;

describe('Import from a CSV file', () => {
  it('counts each file for itself, lists what was refused, and lets no number go on', async () => {
    const bad = [cells({ textVersion: '' }), cells({ purpose: 'review', occurredAt: daysAgo(731) })];
    const { items } = await importTables([table(cells(), ...bad, cells({ phone: '=1+1' })), table(cells())]);
    expect(items.map(({ json, pairedItem }) => [json.kept, careOf({ json }).import, pairedItem])).toEqual([
      [
        1,
        {
          rows: 4,
          recorded: 1,
          repeated: 0,
          refused: 3,
          byCode: { rowInvalid: 1, consentStale: 1, badPhone: 1 },
          dryRun: false,
        },
        { item: 0 },
      ],
      [1, { rows: 1, recorded: 1, repeated: 0, refused: 0, byCode: {}, dryRun: false }, { item: 1 }],
    ]);
    expect(Object.keys(items[0]?.binary ?? {})).toEqual(['refused']);
    expect(items[0]?.binary?.refused).toMatchObject({ fileName: 'refused-rows.csv', mimeType: 'text/csv' });
    expect(refusedOf(items[0])).toEqual([
      { row: '3', column: 'textVersion', code: 'rowInvalid', reason: expect.any(String) as string },
      { row: '4', column: 'occurredAt', code: 'consentStale', reason: expect.any(String) as string },
      { row: '5', column: 'phone', code: 'badPhone', reason: expect.any(String) as string },
    ]);
    expect(items[1]?.binary).toBeUndefined();
    expect(textOf(items[0]?.binary?.refused)).not.toMatch(/\d{5}|=1/);
  });

  it('records nothing in a dry run, and nothing twice', async () => {
    const text = table(cells(), cells({ purpose: 'newsletter' }));
    const before = await consentsOf();
    const [planned] = (await importTables([text], { options: { dryRun: true } })).items;
    expect(careOf(planned).import).toMatchObject({ rows: 2, recorded: 1, refused: 1, dryRun: true });
    expect(await consentsOf()).toEqual(before);
    await importTables([text]);
    const [again] = (await importTables([text])).items;
    expect(careOf(again).import).toMatchObject({ rows: 2, recorded: 0, repeated: 1, refused: 1 });
  });

  it('reads another binary field, and says of each item that has no file there', async () => {
    const { items } = await run(
      { rowsFrom: 'csv', binaryPropertyName: 'list' },
      { items: [{}, {}], files: [{ data: inMemory('') }, { list: inMemory(table(cells())) }] },
    );
    expect(careOf(items[0]).refusal).toMatchObject({ by: 'consentRegistry', code: 'fileMissing' });
    expect(careOf(items[1]).import).toMatchObject({ recorded: 1 });
    expect(items.map(({ binary }) => binary)).toEqual([undefined, undefined]);
  });

  it.each([
    ['is no table', (text: string) => `${text}\n"${'x'.repeat(100_000)}`, 'csvUnreadable', 1],
    ['has no header', (text: string) => text.split('\n')[1] ?? '', 'columnMissing', 0],
  ])(
    'that %s is refused with what was done before, and the others go on',
    async (_what, spoil, code, rows) => {
      const many = Array.from({ length: 1_000 }, () =>
        cells({ phone: person(next % 900), occurredAt: '2026-11-01' }),
      );
      const { items } = await importTables([spoil(table(...many)), table(cells())]);
      expect(careOf(items[0])).toMatchObject({ refusal: { code }, import: { rows: rows * 1_000 } });
      expect(careOf(items[1]).import).toMatchObject({ rows: 1 });
      expect(JSON.stringify(items)).not.toContain(person(1).slice(1, 10));
    },
  );

  it('is refused while n8n would keep the file of the run', async () => {
    process.env.EXECUTIONS_DATA_SAVE_ON_SUCCESS = 'all';
    const { error, items } = await importTables([table(cells())]);
    expect(error?.message).toContain('executionDataKept');
    expect(items).toEqual([]);
  });

  it('streams a file that n8n keeps on disk, and writes the list there', async () => {
    const service = Container.get(BinaryDataService);
    await service.init();
    try {
      const location = { type: 'execution', workflowId: 'wf1', executionId: '7' } as const;
      const rows = Array.from({ length: 1_500 }, (_, index) =>
        cells({
          phone: person(index % 900),
          source: `list ${index}`,
          ...(index % 2 ? { purpose: 'x' } : {}),
        }),
      );
      const file = await service.store(location, Readable.from([Buffer.from(table(...rows))]), inMemory(''));
      expect(file.id).toBeDefined();
      const { items } = await run({ rowsFrom: 'csv' }, { files: [{ data: file }] });
      expect(careOf(items[0]).import).toMatchObject({
        rows: 1_500,
        refused: 750,
        byCode: { rowInvalid: 750 },
      });
      const list = await service.getAsBuffer(items[0]!.binary!.refused!);
      expect(parse(list, { columns: true })).toHaveLength(750);
    } finally {
      Reflect.set(service, 'managers', {});
    }
  });
});

describe('Import from items', () => {
  const row = (change: IDataObject = {}): IDataObject => {
    const values = cells();
    return { ...Object.fromEntries(HEADER.map((name, index) => [name, values[index]])), ...change };
  };

  it('refuses a consent that has run out, which Record takes as history', async () => {
    const old = row({ purpose: 'review', occurredAt: daysAgo(731) });
    const { items } = await run(
      { personFrom: 'phone', phoneField: 'phone' },
      { items: [row(), old, row({ occurredAt: '' })] },
    );
    expect(items.map(({ json }) => careOf({ json }))).toMatchObject([
      { consent: { ok: true } },
      {
        consent: { ok: false, code: 'consentStale', field: 'occurredAt' },
        refusal: { code: 'consentStale' },
      },
      { consent: { ok: false, code: 'rowInvalid', field: 'occurredAt' } },
    ]);
    const registry = await registryWith(credential);
    const history = consent(900, { purpose: 'review', occurredAt: Date.now() - 731 * DAY });
    expect(await registry.consent.record('aurora', [history], 'test')).toMatchObject([{ ok: true }]);
  });

  it('takes no list of numbers while n8n would keep it; references tell nobody’s', async () => {
    const [stored] = (await run({ personFrom: 'phone', phoneField: 'phone' }, { items: [row()] })).items;
    process.env.EXECUTIONS_DATA_SAVE_ON_SUCCESS = 'all';
    const { error } = await run({ personFrom: 'phone', phoneField: 'phone' }, { items: [row()] });
    expect(error?.message).toContain('executionDataKept');
    const { contactRef } = careOf(stored) as { contactRef: string };
    const known = { ...row({ purpose: 'survey' }), phone: '', contactRef };
    const { items } = await run({ personFrom: 'contactRef' }, { items: [known] });
    expect(careOf(items[0]).consent).toMatchObject({ ok: true });
  });
});

describe('Purge', () => {
  const purge = (parameters: INodeParameters = {}) =>
    run({ resource: 'retention', operation: 'purge', ...parameters }, { items: [{ a: 1 }, { a: 2 }] });

  it('only counts unless it is told otherwise, and runs once for all items', async () => {
    const { items } = await purge();
    expect(items).toHaveLength(1);
    expect(items[0]?.json).toEqual({
      care: { controller: 'aurora', purge: { dryRun: true, counts: expect.any(Object) as object } },
    });
  });

  it('deletes only what is confirmed, and says how much went', async () => {
    const registry = await registryWith(credential);
    await registry.consent.record('aurora', [consent(901, { profile: { area: 'north' } })], 'test');
    const database = new DatabaseSync(credential.file, { timeout: 5_000 });
    database.exec("update contact_profile set expires_at = 1 where field = 'area'");
    database.close();
    const counted = (item: INodeExecutionData | undefined) =>
      (careOf(item).purge as { dryRun: boolean; counts: { profile: number } }).counts.profile;

    const [planned] = (await purge({ dryRun: true })).items;
    expect((await purge({ dryRun: false })).error?.message).toContain('confirmationMissing');
    const [done] = (await purge({ dryRun: false, confirm: true })).items;
    const [again] = (await purge({ dryRun: false, confirm: true })).items;
    expect([planned, done, again].map(counted)).toEqual([1, 1, 0]);
    expect(careOf(done).purge).toMatchObject({ dryRun: false });
  });
});
