import { execFile } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { bundleCore } from '../../../../tools/build';
import { NOW, testRegistry, type TestRegistry } from '../../../support/registry';

jest.setTimeout(120_000);

const ROOT = path.resolve(__dirname, '../../../..');
const PROCESSES = 4;
const ROWS = 50;

/** What each process does: opens the registry as n8n would, and writes one row after the other. */
const WRITER = `
const { randomBytes } = require('node:crypto');
const { openRegistry } = require('./core/index.js');
const { database, masterKey, rows, now } = JSON.parse(process.argv[2]);
(async () => {
  const registry = await openRegistry({
    database,
    masterKey: Buffer.from(masterKey, 'hex'),
    clock: { now: () => now },
    random: { bytes: (length) => randomBytes(length) },
  });
  const entry = { actor: 'cli:writer', action: 'test.append', object: 'policy:1', outcome: 'done' };
  for (let row = 0; row < rows; row += 1) await registry.audit.append('aurora', entry);
  await registry.close();
})();
`;

let test: TestRegistry;
const dist = mkdtempSync(path.join(tmpdir(), 'care-writers-'));
beforeAll(async () => {
  test = await testRegistry();
  await bundleCore({ root: ROOT, dist, build: dist });
  writeFileSync(path.join(dist, 'writer.js'), WRITER);
});
afterAll(async () => {
  await test.close();
  await rm(dist, { recursive: true, force: true });
});

it('is one chain without a gap or a fork when real processes write at once', async () => {
  const { seq: before } = await test.registry.audit.head('aurora');
  const { options: database } = test.database;
  const masterKey = test.masterKey.toString('hex');
  const argument = JSON.stringify({ database, masterKey, rows: ROWS, now: NOW });
  const writers = Array.from({ length: PROCESSES }, () =>
    promisify(execFile)(process.execPath, [path.join(dist, 'writer.js'), argument]),
  );
  await Promise.all(writers);
  const to = before + PROCESSES * ROWS;
  expect(await test.registry.audit.verify('aurora')).toEqual({ ok: true, rows: to, from: 1, to });
});
