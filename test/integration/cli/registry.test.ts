import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { keyFromSecret, openRegistry, type Registry, type RegistryOptions } from '../../../core';
import { type Cli, type CliRun, commandLine } from '../../support/cli';
import { emptyFolder, emptySchema, type TestDatabase } from '../../support/database';
import { startPostgres, type TestPostgres } from '../../support/postgres';
import {
  consent,
  context,
  person,
  PHONE_NUMBER_ID,
  registerAurora,
  request,
  saveController,
} from '../../support/registry';

jest.setTimeout(60_000);

const SECRET = 'a secret that is long enough';
const PHRASE = 'Quercetti';
const DAY = 86_400_000;

let cli: Cli;
let server: TestPostgres;
beforeAll(async () => {
  cli = commandLine();
  server = await startPostgres();
});
afterAll(async () => {
  await server.stop();
  cli.remove();
});

function variablesOf(database: RegistryOptions['database']): NodeJS.ProcessEnv {
  if (database.kind === 'embedded') return { CARECAMPAIGN_REGISTRY_FILE: database.file };
  return {
    CARECAMPAIGN_DATABASE: 'postgres',
    CARECAMPAIGN_DB_HOST: database.host,
    CARECAMPAIGN_DB_PORT: String(database.port),
    CARECAMPAIGN_DB_NAME: database.database,
    CARECAMPAIGN_DB_USER: database.user,
    CARECAMPAIGN_DB_PASSWORD: database.password,
    CARECAMPAIGN_DB_SSL: database.ssl,
    CARECAMPAIGN_DB_SCHEMA: database.schema,
  };
}

const newFile = (): string => path.join(cli.folder, `file-${randomBytes(6).toString('hex')}`);

const PROOF = {
  kind: 'given',
  source: 'desk form',
  occurredAt: '2026-01-10T09:00:00Z',
  textShown: 'I want messages of the clinic on WhatsApp.',
  textVersion: '1',
  language: 'en',
  reference: 'form-1',
  recordedBy: 'desk',
  businessNamed: 'Aurora',
  privacyNoticeVersion: '1',
  verification: 'desk',
};

const row = (phone: string, purpose = 'appointment'): string =>
  [phone, purpose, ...Object.values(PROOF)].join(',');

function csvOf(rows: readonly string[]): string {
  const file = newFile();
  writeFileSync(file, [['phone', 'purpose', ...Object.keys(PROOF)].join(','), ...rows, ''].join('\n'));
  return file;
}

/** Ranges of a thousand that Ofcom keeps for drama, one in each of these cities. */
const CITIES = ['113', '114', '116', '117'];
const crowd = CITIES.flatMap((city) =>
  Array.from({ length: 1000 }, (_, index) => `+44${city}4960${String(index).padStart(3, '0')}`),
);

const errorOf = ({ stderr }: CliRun): unknown => (JSON.parse(stderr) as { error: unknown }).error;

describe.each<[string, () => TestDatabase]>([
  ['an embedded registry', emptyFolder],
  ['a registry in PostgreSQL', () => emptySchema(server.url)],
])('%s', (_engine, place) => {
  let database: TestDatabase;
  let secret: string;
  beforeEach(() => {
    database = place();
    secret = SECRET;
  });
  afterEach(() => database.remove());

  const run = (...args: string[]): Promise<CliRun> =>
    cli.run(['registry', ...args], {
      ...variablesOf(database.options),
      CARECAMPAIGN_SECRET_KEY: secret,
    });
  const json = (...args: string[]): Promise<CliRun> => run(...args, '--json');

  async function inRegistry<T>(work: (registry: Registry) => Promise<T>): Promise<T> {
    const registry = await openRegistry({
      database: database.options,
      masterKey: keyFromSecret(secret),
      clock: { now: () => Date.now() },
      random: { bytes: (length) => randomBytes(length) },
    });
    return work(registry).finally(() => registry.close());
  }

  const withAurora = (): Promise<void> => inRegistry((registry) => registerAurora(registry));
  const phonesOnRecord = async (...numbers: number[]): Promise<CliRun> => {
    await withAurora();
    return json('import', csvOf(numbers.map((number) => row(person(number)))));
  };

  it('is made by migrate and by no other command', async () => {
    const before = await json('stats');
    expect(before).toMatchObject({ code: 1, stdout: '' });
    expect(errorOf(before)).toMatchObject({ code: 'registryMissing' });
    expect(database.options.kind === 'embedded' && existsSync(database.options.file)).toBe(false);
    expect(await json('migrate')).toMatchObject({
      code: 0,
      stderr: '',
      json: { schema: 'up to date', controllers: 0 },
    });
    expect(errorOf(await json('stats'))).toMatchObject({ code: 'controllerMissing', field: 'controller' });
    expect(await run('verify')).toMatchObject({ code: 0, stdout: expect.stringContaining('no controller') });
  });

  it('takes consents from a file, and says at the second run that they are there', async () => {
    const numbers = [1, 2, 3];
    expect(await phonesOnRecord(...numbers)).toMatchObject({
      code: 0,
      stderr: '',
      json: { rows: 3, recorded: 3, repeated: 0, refused: 0 },
    });
    expect((await json('import', csvOf(numbers.map((number) => row(person(number)))))).json).toMatchObject({
      recorded: 0,
      repeated: 3,
    });
    expect((await json('stats')).json).toMatchObject({ contacts: 3, consents: { given: 3 } });
  });

  it('lists the refused rows of an import without what stood in them, and ends with 3', async () => {
    await withAurora();
    const file = csvOf([row(person(1)), row('12', 'appointment'), row(person(2), 'surgery')]);
    const list = newFile();
    const result = await json('import', file, '--refused', list);
    expect(result).toMatchObject({ code: 3, json: { rows: 3, recorded: 1, refused: 2 } });
    expect(readFileSync(list, 'utf8')).toMatch(/^row,column,code,reason\n3,\w*,badPhone,.*\n4,purpose,/);
    expect(statSync(list).mode & 0o777).toBe(0o600);
    expect((await json('import', file, '--dry-run')).json).toMatchObject({ dryRun: true, repeated: 1 });
  });

  it('does not overwrite the file of an import by the list of its refused rows', async () => {
    await withAurora();
    const file = csvOf([row(person(1))]);
    const before = readFileSync(file, 'utf8');
    const result = await json('import', file, '--refused', `./${path.basename(file)}`);
    expect(errorOf(result)).toMatchObject({ code: 'fileUnwritable', field: 'refused' });
    expect(readFileSync(file, 'utf8')).toBe(before);
  });

  it.each(['json', 'fhir', 'receipt'])(
    'exports a person as %s to a new file of one’s own',
    async (format) => {
      await phonesOnRecord(1);
      const out = newFile();
      const args = ['export-person', '--phone', person(1), '--format', format, '--out', out];
      expect(await json(...args)).toMatchObject({ code: 0, json: { written: out, format } });
      expect(statSync(out).mode & 0o777).toBe(0o600);
      expect(JSON.parse(readFileSync(out, 'utf8'))).toBeInstanceOf(Object);
      const audited = () => inRegistry(({ audit }) => audit.list('aurora'));
      const rows = (await audited()).length;
      expect(errorOf(await json(...args))).toMatchObject({ code: 'fileExists', field: 'out' });
      expect(await audited()).toHaveLength(rows);
    },
  );

  it('leaves no file behind where there is no such person', async () => {
    await phonesOnRecord(1);
    const out = newFile();
    expect(errorOf(await json('export-person', '--phone', person(9), '--out', out))).toMatchObject({
      code: 'unknownContact',
    });
    expect(existsSync(out)).toBe(false);
  });

  it('erases only with --yes, and tells the dry run apart', async () => {
    await phonesOnRecord(1);
    const erase = (...more: string[]): Promise<CliRun> =>
      json('erase', '--phone', person(1), '--reason', 'consentWithdrawn', '--recorded-by', 'Rossi', ...more);
    expect(errorOf(await erase())).toMatchObject({ code: 'confirmationMissing', field: 'yes' });
    expect((await erase('--dry-run')).json).toMatchObject({ dryRun: true, repeated: false });
    expect((await json('stats')).json).toMatchObject({
      handles: { desk: 1 },
    });
    expect((await erase('--yes')).json).toMatchObject({ repeated: false });
    expect((await json('stats')).json).toMatchObject({ handles: {}, suppressions: { all: 1 } });
    const { code } = await json('import', csvOf([row(person(1), 'survey')]));
    expect(code).toBe(0);
    const decisions = await inRegistry(({ consent: rights }) =>
      rights.mayContact('aurora', [{ person: { phone: person(1) }, purpose: 'survey' }]),
    );
    expect(decisions).toMatchObject([{ allowed: false, code: 'suppressed' }]);
  });

  it('pauses and resumes a controller, a sender and a campaign', async () => {
    await withAurora();
    await inRegistry(({ campaigns }) =>
      campaigns.save('aurora', { key: 'autumn', name: 'Autumn', purpose: 'prevention' }, 'test'),
    );
    const sender = async () => (await inRegistry(({ senders }) => senders.list('aurora')))[0]?.paused;
    expect((await json('pause', '--sender', PHONE_NUMBER_ID)).json).toEqual({
      paused: true,
      provider: 'metaCloud',
      sender: PHONE_NUMBER_ID,
    });
    expect(await sender()).toBe(true);
    await json('pause', '--sender', PHONE_NUMBER_ID, '--controller', 'aurora', '--resume');
    expect(await sender()).toBe(false);
    expect((await json('pause')).json).toEqual({ paused: true, controller: 'aurora' });
    expect((await json('pause', '--campaign', 'autumn')).json).toEqual({
      paused: true,
      controller: 'aurora',
      campaign: 'autumn',
    });
    expect(errorOf(await json('pause', '--sender', '404'))).toMatchObject({ code: 'senderUnknown' });
  });

  it('lists and settles messages of unknown fate, and nothing without saying which', async () => {
    await withAurora();
    expect((await json('unknown', 'list')).json).toEqual([]);
    const settle = (...more: string[]) => json('unknown', 'settle', '--as', 'count-as-sent', ...more);
    expect((await settle('--sender', PHONE_NUMBER_ID)).json).toEqual({ settled: 0, tooEarly: 0 });
    expect(errorOf(await settle())).toMatchObject({ code: 'inputInvalid' });
    expect(errorOf(await settle('--sender', PHONE_NUMBER_ID, '--grace-hours', '2'))).toMatchObject({
      code: 'inputInvalid',
      field: 'graceHours',
    });
  });

  it('finds a changed row of the audit, and a cut tail by an exported head', async () => {
    await withAurora();
    const out = newFile();
    expect((await json('audit-head', '--out', out)).json).toMatchObject({
      written: out,
      controller: 'aurora',
    });
    expect(JSON.parse((await run('audit-head')).stdout)).toMatchObject({ controller: 'aurora' });
    expect(await json('verify', '--head', out)).toMatchObject({ code: 0, json: { aurora: { ok: true } } });
    await database.sql('delete from audit_entries where seq = (select max(seq) from audit_entries)');
    expect((await json('verify')).code).toBe(0);
    expect(await json('verify', '--head', out)).toMatchObject({
      code: 3,
      json: { aurora: { ok: false, problem: 'cutTail' } },
    });
    await database.tamper('audit_entries', "update audit_entries set outcome = 'other' where seq = 2");
    expect(await json('verify')).toMatchObject({
      code: 3,
      json: { aurora: { ok: false, seq: 2, problem: 'changed' } },
    });
  });

  it.each(['null', '{}', '[]', 'no JSON', '{"controller":"aurora"}'])(
    'verifies nothing against a head that is %s',
    async (text) => {
      await withAurora();
      const file = newFile();
      writeFileSync(file, text);
      const result = await json('verify', '--head', file);
      expect(result).toMatchObject({ code: 1, stdout: '' });
      expect(errorOf(result)).toMatchObject({ code: 'parameterInvalid', field: 'head' });
    },
  );

  const exported = async (format: string): Promise<string[]> => {
    await withAurora();
    const out = newFile();
    const args = ['audit-export', '--format', format, '--since', '2020-01-01', '--out', out];
    expect(await json(...args)).toMatchObject({ code: 0, json: { written: out, format } });
    expect(errorOf(await json(...args))).toMatchObject({ code: 'fileExists' });
    expect(statSync(out).mode & 0o777).toBe(0o600);
    return readFileSync(out, 'utf8').split('\n').slice(0, -1);
  };

  it('writes the audit to a file that can be verified by itself', async () => {
    const lines = await exported('jsonl');
    expect(await inRegistry(({ audit }) => audit.verifyExport('aurora', lines))).toMatchObject({
      ok: true,
      rows: lines.length,
    });
  });

  it('writes the audit to a table for people', async () => {
    const [header, ...rows] = await exported('csv');
    expect(header).toMatch(/^seq,at,actor/);
    expect(rows).not.toEqual([]);
  });

  it('says why messages were not sent', async () => {
    await withAurora();
    await inRegistry(({ outbox }) => outbox.claim(context(), [request(1), request(2)]));
    const { json: found, code } = await json('why-not-sent', '--limit', '1');
    expect(code).toBe(0);
    expect(found).toMatchObject({ counts: { unknownContact: 2 }, rows: [{ code: 'unknownContact' }] });
    expect((await json('why-not-sent', '--until', '2020-01-01')).json).toMatchObject({ rows: [] });
    expect((await run('why-not-sent')).stdout).toContain('Record a consent first.');
  });

  it('purges what the policy does not keep, and counts it before', async () => {
    await withAurora();
    const old = Date.now() - 20 * 365 * DAY;
    await inRegistry((registry) =>
      registry.consent.record('aurora', [consent(1, { kind: 'withdrawn', occurredAt: old })], 'test'),
    );
    expect(await json('purge', '--dry-run')).toMatchObject({ code: 0, json: { dryRun: true } });
    expect(await json('purge')).toMatchObject({ code: 0, stderr: '', json: { outbox: 0 } });
    expect((await json('verify')).code).toBe(0);
  });

  it.each(['data', 'lookup', 'conversation'])(
    'replaces the %s key and finds everybody after it',
    async (kind) => {
      await phonesOnRecord(1, 2);
      expect(await json('rotate-key', '--kind', kind)).toMatchObject({
        code: 0,
        stderr: '',
        json: { replaced: kind },
      });
      const again = await json('import', csvOf([row(person(1)), row(person(2))]));
      expect(again.json).toMatchObject({ repeated: 2, recorded: 0 });
    },
  );

  it('replaces the Secret Key; run again with the old one, it says that all was done', async () => {
    await phonesOnRecord(1);
    const other = 'another secret, as long as needed';
    const rotate = (next: string): Promise<CliRun> =>
      cli.run(['registry', 'rotate-key', '--kind', 'master', '--json'], {
        ...variablesOf(database.options),
        CARECAMPAIGN_SECRET_KEY: secret,
        CARECAMPAIGN_NEW_SECRET_KEY: next,
      });
    expect(errorOf(await rotate(''))).toMatchObject({ code: 'newKeyMissing' });
    expect(errorOf(await rotate(secret))).toMatchObject({ code: 'newKeySame' });
    expect(errorOf(await rotate('short'))).toMatchObject({ code: 'secretTooShort' });
    expect((await rotate(other)).json).toMatchObject({ replaced: 'master', already: false });
    expect((await rotate(other)).json).toMatchObject({ replaced: 'master', already: true });
    expect(errorOf(await rotate('a third secret, as long as needed'))).toMatchObject({
      code: 'registryWrongKey',
    });
    secret = other;
    expect((await json('stats')).json).toMatchObject({ contacts: 1 });
  });

  it('says no phone number and no word of a file, whatever fails', async () => {
    await withAurora();
    const phone = person(7);
    const planted = csvOf([row(phone, PHRASE), `"${PHRASE} ${phone}`]);
    const bad = newFile();
    writeFileSync(bad, `${PHRASE} ${phone}`);
    const failures = await Promise.all(
      [
        ['import', planted],
        ['import', bad],
        ['import', phone],
        ['import', planted, '--refused', `/${phone}/${PHRASE}`],
        ['export-person', '--phone', phone, '--out', newFile()],
        ['export-person', '--phone', `${phone}${phone}`, '--out', newFile()],
        ['export-person', '--phone', phone, '--out', `/${phone}/${PHRASE}`],
        ['export-person', '--contact-ref', phone, '--out', newFile()],
        ['export-person', '--phone', phone, '--format', PHRASE, '--out', newFile()],
        ['export-person', `--phon=${phone}`, '--out', newFile()],
        ['export-person', phone, PHRASE],
        ['erase', '--phone', phone, '--reason', PHRASE, '--recorded-by', 'Rossi', '--yes'],
        ['erase', '--phone', phone, '--reason', 'objected', '--recorded-by', 'Rossi', '--yes'],
        ['verify', '--head', bad],
        ['verify', '--head', phone],
        ['verify', '--controller', phone],
        ['audit-head', '--controller', PHRASE],
        ['audit-export', '--since', phone, '--out', newFile()],
        ['audit-export', '--format', PHRASE, '--out', newFile()],
        ['why-not-sent', '--phone', phone],
        ['why-not-sent', '--limit', phone],
        ['pause', '--sender', phone],
        ['pause', '--campaign', `${PHRASE} ${phone}`],
        ['pause', '--provider', phone],
        ['rotate-key', '--kind', PHRASE],
        ['rotate-key', '--kind', 'master', '--new-key-file', `${bad}/${phone}`],
        ['purge', '--controller', phone],
        ['stats', '--controller', `${PHRASE} ${phone}`],
        ['stats', '--schema', `${PHRASE} ${phone}`, '--file', `/${phone}/${PHRASE}`],
        ['migrate', '--database', phone],
        [PHRASE, phone],
      ].map(async (args) => ({ args, ...(await run(...args)) })),
    );
    expect(failures.filter(({ code }) => code !== 1 && code !== 3).map(({ args }) => args)).toEqual([]);
    const digits = phone.slice(1);
    const said = failures.map(({ stdout, stderr }) => stdout + stderr);
    expect(said.filter((text) => text.includes(digits) || text.includes(PHRASE))).toEqual([]);
    // One sentence with its code, and no stack.
    const refused = failures.filter(({ code }) => code === 1).map(({ stderr }) => stderr);
    expect(refused.filter((text) => !/^[^\n]+ \([a-zA-Z]+\)\n$/.test(text))).toEqual([]);
    expect(refused.filter((text) => text.includes('(unexpected)'))).toEqual([]);
  });

  it('has every row of an import once, though its first run was killed', async () => {
    await inRegistry(saveController);
    const file = csvOf(crowd.map((phone) => row(phone)));
    const environment = { ...variablesOf(database.options), CARECAMPAIGN_SECRET_KEY: secret };
    const child = cli.start(['registry', 'import', file], environment);
    const closed = once(child, 'close');
    const recorded = async (): Promise<number> =>
      Number((await database.sql('select count(*) as rows from consent_events'))[0]?.rows);
    while ((await recorded()) === 0 && child.exitCode === null) await setTimeout(20);
    child.kill('SIGKILL');
    await closed;
    const before = await recorded();
    expect(child.signalCode).toBe('SIGKILL');
    expect(before).toBeLessThan(crowd.length);
    const { json: counts, code } = await json('import', file);
    const rows = crowd.length;
    expect({ counts, code }).toMatchObject({
      code: 0,
      counts: { rows, repeated: before, recorded: rows - before, refused: 0 },
    });
    expect(await recorded()).toBe(rows);
    expect((await json('stats')).json).toMatchObject({ contacts: rows });
  });
});

it('makes a second registry in a database beside the first, with a key file', async () => {
  const [first, second] = [emptySchema(server.url), emptySchema(server.url)];
  const home = newFile();
  const migrate = (database: TestDatabase, own: NodeJS.ProcessEnv): Promise<CliRun> =>
    cli.run(['registry', 'migrate', '--json'], { ...variablesOf(database.options), ...own });
  expect(await migrate(first, { CARECAMPAIGN_SECRET_KEY: SECRET })).toMatchObject({ code: 0 });
  expect(await migrate(second, { N8N_USER_FOLDER: home })).toMatchObject({ code: 0, stderr: '' });
  expect(existsSync(path.join(home, '.n8n', 'carecampaign', 'registry.key'))).toBe(true);
  await Promise.all([first.remove(), second.remove()]);
});
