import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import getPort from 'get-port';

const run = promisify(execFile);
const PROGRAM = '/usr/bin/redis-server';
const READY = 'Ready to accept connections';

/** The broker of n8n's queue, which keeps nothing on disk. */
export interface TestRedis {
  readonly port: number;
  stop(): Promise<void>;
}

/** @throws Error that says what to install, where it is missing and may not be installed */
async function program(): Promise<string> {
  const chosen = process.env.REDIS_SERVER ?? PROGRAM;
  if (existsSync(chosen)) return chosen;
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) {
    throw new Error(
      'No Redis was found, which queue mode of n8n needs. Install it (on Debian and Ubuntu: sudo apt-get install ' +
        'redis-server), or set REDIS_SERVER to the program.',
    );
  }
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  await run('apt-get', ['update', '-qq'], { env });
  await run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'redis-server'], { env });
  return PROGRAM;
}

function started(server: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let log = '';
    server.stdout?.on('data', (chunk: Buffer) => {
      log = (log + chunk.toString()).slice(-4000);
      if (log.includes(READY)) resolve();
    });
    server.on('error', reject);
    server.on('exit', (code) => reject(new Error(`Redis ended with code ${code}:\n${log}`)));
  });
}

export async function startRedis(): Promise<TestRedis> {
  const folder = mkdtempSync(path.join(tmpdir(), 'care-redis-'));
  const port = await getPort({ host: '127.0.0.1' });
  const settings = { bind: '127.0.0.1', port: String(port), dir: folder, save: '', appendonly: 'no' };
  const flags = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]);
  const server = spawn(await program(), flags, { stdio: ['ignore', 'pipe', 'ignore'] });
  await started(server);
  return {
    port,
    async stop() {
      const ended = once(server, 'exit');
      server.kill('SIGTERM');
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
