import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { lock } from 'proper-lockfile';
import { npm, NpmError } from './npm';
import { n8nExecutable, n8nFolder, N8N_VERSION } from './version';

type Log = (line: string) => void;

/** Installed it takes 2.8 GB; npm's own cache comes on top. */
const BYTES_NEEDED = 5e9;
const PROGRESS_EVERY_MS = 5_000;

/**
 * The folder of the pinned n8n, installed on first use into the cache that all clones of a user share.
 * One clone installs while others wait; what an interrupted install left behind is thrown away.
 * @throws Error saying what to do about an old Node, a full disk, or a registry that cannot be reached
 */
export async function ensureN8n(log: Log = console.log): Promise<string> {
  const folder = n8nFolder();
  if (isComplete(folder)) return folder;
  requireNode24();
  mkdirSync(path.dirname(folder), { recursive: true });
  const release = await takeTurn(folder, log);
  try {
    if (!isComplete(folder)) await install(folder, log);
  } finally {
    await release?.();
  }
  return folder;
}

/** Install and native build happen in another folder that is renamed last, so what stands here is whole. */
const isComplete = (folder: string) =>
  existsSync(n8nExecutable(folder)) &&
  existsSync(path.join(folder, 'node_modules/sqlite3/build/Release/node_sqlite3.node'));

function requireNode24() {
  if (Number(process.versions.node.split('.')[0]) < 24) {
    throw new Error(
      `n8n ${N8N_VERSION} needs Node 24; this is ${process.version}. Start through the npm scripts.`,
    );
  }
}

/** Holds the lock, unless another clone finishes the install while we wait for it. */
async function takeTurn(folder: string, log: Log): Promise<(() => Promise<void>) | undefined> {
  for (let waited = 0; !isComplete(folder); waited += 2) {
    try {
      return await lock(folder, { realpath: false, stale: 30_000, update: 5_000 });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ELOCKED') throw error;
      if (waited % 10 === 0) log(`Another checkout is installing n8n ${N8N_VERSION}; waiting (${waited} s)`);
      await sleep(2_000);
    }
  }
  return undefined;
}

async function install(folder: string, log: Log): Promise<void> {
  const partial = `${folder}.partial`;
  rmSync(partial, { recursive: true, force: true });
  mkdirSync(partial);
  requireSpace(partial);
  writeFileSync(path.join(partial, 'package.json'), JSON.stringify({ name: 'n8n-runtime', private: true }));
  log(`Installing n8n ${N8N_VERSION} into ${folder} (once a user, about 2.8 GB, some minutes) ...`);
  try {
    const n8n = `n8n@${N8N_VERSION}`;
    await withProgress(partial, log, () =>
      npm(['install', n8n, '--save-exact', '--ignore-scripts', ...QUIET], partial),
    );
    log('Building the SQLite addon of n8n ...');
    await withProgress(partial, log, () =>
      npm(['rebuild', 'sqlite3', '--ignore-scripts=false', ...QUIET], partial),
    );
  } catch (error) {
    throw explained(error);
  }
  rmSync(folder, { recursive: true, force: true });
  renameSync(partial, folder);
  log(`n8n ${N8N_VERSION} is installed.`);
}

const QUIET = ['--no-audit', '--no-fund', '--loglevel=error'];

function requireSpace(folder: string) {
  const { bavail, bsize } = statfsSync(folder);
  if (bavail * bsize >= BYTES_NEEDED) return;
  throw new Error(
    `n8n needs ${BYTES_NEEDED / 1e9} GB below ${folder}, and ${((bavail * bsize) / 1e9).toFixed(1)} GB are free. ` +
      'Make room, or set CARECAMPAIGN_CACHE to a folder on another disk.',
  );
}

/** npm says nothing without a terminal; the count of packages shows that it is alive. */
async function withProgress<T>(folder: string, log: Log, work: () => Promise<T>): Promise<T> {
  const started = Date.now();
  const timer = setInterval(() => {
    const seconds = Math.round((Date.now() - started) / 1000);
    log(`  ... ${countPackages(folder) || 'no'} packages in place, ${seconds} s`);
  }, PROGRESS_EVERY_MS);
  try {
    return await work();
  } finally {
    clearInterval(timer);
  }
}

function countPackages(folder: string): number {
  const modules = path.join(folder, 'node_modules');
  return existsSync(modules) ? readdirSync(modules).length : 0;
}

function explained(error: unknown): unknown {
  if (!(error instanceof NpmError)) return error;
  const hint = HINTS.find(([pattern]) => pattern.test(error.output))?.[1];
  return hint ? new Error(`${hint}\n${error.message}`, { cause: error }) : error;
}

const HINTS: [RegExp, string][] = [
  [
    /ENOTFOUND|EAI_AGAIN|ETIMEDOUT|ECONNREFUSED|ECONNRESET/,
    'The npm registry cannot be reached; check the network or proxy and run the command again.',
  ],
  [/ENOSPC/, 'The disk is full; make room, or set CARECAMPAIGN_CACHE to a folder on another disk.'],
  [
    /gyp ERR/,
    "n8n's SQLite addon could not be built; a C++ compiler, make and Python are needed where no prebuilt one fits.",
  ],
];
