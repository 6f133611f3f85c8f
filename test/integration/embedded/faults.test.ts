import { randomBytes } from 'node:crypto';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { CareError, openRegistry, type Registry } from '../../../core';
import { Dice } from '../../../simulator/model/random';
import { emptyFolder, type TestDatabase } from '../../support/database';
import {
  consent,
  message,
  NOW,
  registerAurora,
  testRegistry,
  type TestRegistry,
} from '../../support/registry';
import { childProgram } from '../../support/registryChild';
import { asksEverything, claims, mayContact, records } from '../../support/yes';

jest.setTimeout(60_000);

const fileOf = ({ options }: TestDatabase): string => (options.kind === 'embedded' ? options.file : '');

const open = (file: string, masterKey = randomBytes(32)): Promise<Registry> =>
  openRegistry({
    database: { kind: 'embedded', file },
    masterKey,
    clock: { now: () => NOW },
    random: { bytes: (length) => randomBytes(length) },
  });

describe('a place where no registry can be', () => {
  let database: TestDatabase;
  beforeEach(() => {
    database = emptyFolder();
  });
  afterEach(() => database.remove());

  it.each<[string, (file: string) => string]>([
    ['below a file', (file) => join(file, 'below', 'registry.sqlite')],
    ['in a file', (file) => join(file, 'registry.sqlite')],
    ['a folder', (file) => dirname(file)],
  ])('%s is registryUnreachable', async (_what, place) => {
    writeFileSync(fileOf(database), '');
    await expect(open(place(fileOf(database)))).rejects.toMatchObject({ code: 'registryUnreachable' });
  });

  it('is an empty file at most: then it becomes a registry that knows nobody', async () => {
    writeFileSync(fileOf(database), '');
    const registry = await open(fileOf(database));
    expect(await registry.controllers.list()).toEqual([]);
    await registry.close();
  });
});

describe('a file or folder that may only be read', () => {
  const NO_RIGHT = /^registry(ReadOnly|Unreachable)$/;

  it.each([
    ['the file', 0o444, 0o777],
    ['the folder', 0o666, 0o555],
    ['file and folder', 0o444, 0o555],
  ])('gives a code to whoever wants to send: %s', async (_what, fileMode, folderMode) => {
    const place = emptyFolder();
    const file = fileOf(place);
    const masterKey = randomBytes(32);
    const registry = await open(file, masterKey);
    await registerAurora(registry);
    await registry.consent.record('aurora', [consent(1)], 'test');
    await registry.close();
    chmodSync(file, fileMode);
    chmodSync(dirname(file), folderMode);

    const program = childProgram();
    const child = program.start({
      database: place.options,
      masterKey: masterKey.toString('base64'),
      work: 'askOnce',
      seed: '',
      unprivileged: true,
    });
    const line = await child.until(({ failed, outcomes }) => (failed ?? outcomes) !== undefined);
    const [, claimed = line.failed, recorded = line.failed] = line.outcomes ?? [];
    expect([claimed, recorded]).toEqual([expect.stringMatching(NO_RIGHT), expect.stringMatching(NO_RIGHT)]);
    expect(await child.ended()).toBe(0);
    chmodSync(dirname(file), 0o700);
    await place.remove();
    program.remove();
  });
});

/** The thread that was asked last by this work: one of the registry's threads reads, the other writes. */
async function threadOf(work: () => Promise<unknown>): Promise<Worker> {
  const post = jest.spyOn(Worker.prototype, 'postMessage');
  await work();
  const thread = post.mock.contexts.at(-1) as Worker;
  post.mockRestore();
  return thread;
}

describe('a registry that is in use', () => {
  let test: TestRegistry;
  let registry: Registry;
  beforeEach(async () => {
    test = await testRegistry();
    ({ registry } = test);
    await registry.consent.record('aurora', [consent(1)], 'test');
  });
  afterEach(() => test.close());

  it('says that the disk is full, undoes what it had begun, and goes on when there is room', async () => {
    const writer = await threadOf(() => records(registry, 3));
    const run = (sql: string): void => writer.postMessage({ id: -1, sql, parameters: [] });
    run('pragma max_page_count = 1');
    const rows = Array.from({ length: 300 }, (_, index) =>
      consent(index + 100, {
        source: 'a long list',
        proof: { ...consent(1).proof!, textShown: 'x'.repeat(900) },
      }),
    );
    const failed = registry.consent.record('aurora', rows, 'test');
    await expect(failed).rejects.toMatchObject({ code: 'registryDiskFull' });
    expect(await mayContact(registry, 1)).toBe('yes');
    run('pragma max_page_count = 1000000');
    const [row] = await test.database.sql(
      'select count(*) as n from contacts where id not in (select contact_id from consent_events)',
    );
    expect(row?.n).toBe(0);
    expect(await asksEverything(registry)).toEqual(['yes', 'yes', 'done']);
    expect(await registry.audit.verify('aurora')).toMatchObject({ ok: true });
  });

  it.each([
    ['reads', () => mayContact(registry, 1)],
    ['writes', () => records(registry, 3)],
  ])(
    'opens its file again when the thread that %s has ended, and keeps nobody waiting',
    async (_what, work) => {
      await (await threadOf(work)).terminate();
      expect(await asksEverything(registry)).toEqual(['yes', 'yes', 'done']);
    },
  );

  it.each([1, 2, 4, 6, 8])(
    'undoes a batch whose thread ends after %i of its statements',
    async (statements) => {
      const pass: unknown = Reflect.get(Worker.prototype, 'postMessage');
      const post = jest.spyOn(Worker.prototype, 'postMessage');
      let left = statements;
      post.mockImplementation(function (this: Worker, ...given) {
        if (left-- === 0) void this.terminate();
        else Reflect.apply(pass as Worker['postMessage'], this, given);
      });
      const rows = [consent(2), consent(3), consent(4)];
      await expect(registry.consent.record('aurora', rows, 'test')).rejects.toMatchObject({
        code: 'registryUnreachable',
      });
      post.mockRestore();
      expect(await mayContact(registry, 2)).toBe('unknownContact');
      expect(await records(registry, 2)).toBe('done');
      expect(await registry.audit.verify('aurora')).toMatchObject({ ok: true });
    },
  );
});

describe('a file that was damaged', () => {
  const key = randomBytes(32);
  const STRANGER = 900;
  const STOPPED = 2;
  let source: TestDatabase;
  let whole: Buffer;
  let place: TestDatabase;

  beforeAll(async () => {
    source = emptyFolder();
    const registry = await open(fileOf(source), key);
    await registerAurora(registry);
    const rows = Array.from({ length: 200 }, (_, index) => consent(index));
    await registry.consent.record('aurora', rows, 'test');
    await registry.inbox.receive('metaCloud', [message(STOPPED, { text: 'STOP' })]);
    await registry.close();
    whole = readFileSync(fileOf(source));
  });
  afterAll(() => source.remove());
  beforeEach(() => {
    place = emptyFolder();
  });
  afterEach(() => place.remove());

  /** What the file lets out, or why it cannot even be opened. */
  async function asked(content: Buffer, number: number): Promise<string[]> {
    writeFileSync(fileOf(place), content);
    try {
      const registry = await open(fileOf(place), key);
      const outcomes = [await mayContact(registry, number), await claims(registry, number)];
      await registry.close();
      return outcomes;
    } catch (error) {
      return [error instanceof CareError ? error.code : `no code: ${String(error)}`];
    }
  }

  it('answers with a yes while it is whole', async () => {
    expect(await asked(whole, 1)).toEqual(['yes', 'yes']);
    expect(await asked(whole, STOPPED)).toEqual(['suppressed', 'suppressed']);
  });

  it.each(Array.from({ length: 40 }, (_, seed) => seed))(
    'by random bytes in its pages gives no right that was not there, seed %i',
    async (seed) => {
      const dice = new Dice(String(seed), '');
      const content = Buffer.from(whole);
      for (let hit = 0; hit <= seed % 8; hit += 1) {
        const at = Math.floor(dice.fraction() * (content.length - 128));
        Buffer.from(dice.hex(32)).copy(content, at, 0, 1 + Math.floor(dice.fraction() * 63));
      }
      const outcomes = [...(await asked(content, STRANGER)), ...(await asked(content, STOPPED))];
      // What has no code of its own is `unexpected` in a node, and no yes either.
      expect(outcomes).not.toContain('yes');
    },
  );

  it.each([0, 1, 100, 4096, 5000, 40_960, -4096, -1])('cut off at byte %i, tells a code', async (at) => {
    const outcomes = [
      ...(await asked(whole.subarray(0, at), 1)),
      ...(await asked(whole.subarray(0, at), STOPPED)),
    ];
    expect(outcomes.filter((one) => one.startsWith('no code'))).toEqual([]);
    expect(outcomes.slice(-1)).not.toContain('yes');
  });

  it('without the log that held the latest consents knows nothing of them', async () => {
    const registry = await open(fileOf(source), key);
    await registry.consent.record('aurora', [consent(STRANGER)], 'test');
    const withoutLog = readFileSync(fileOf(source));
    expect(await mayContact(registry, STRANGER)).toBe('yes');
    await registry.close();
    expect(await asked(withoutLog, STRANGER)).toEqual(['unknownContact', 'unknownContact']);
  });
});
