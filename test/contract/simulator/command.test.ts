import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { build } from 'esbuild';
import { ANNA } from '../../unit/simulator/support';

/* The bundle that `npm run simulator` starts, as a process of its own. */

const ROOT = join(__dirname, '../../..');
const folder = mkdtempSync(join(tmpdir(), 'simulator-command-'));
const program = join(folder, 'main.js');
const running: ChildProcess[] = [];

beforeAll(async () => {
  const entryPoints = [join(ROOT, 'simulator/main.ts')];
  await build({
    entryPoints,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    outfile: program,
    logLevel: 'error',
  });
});
afterEach(async () => {
  for (const child of running.splice(0)) await end(child, 'SIGKILL');
});
afterAll(() => rmSync(folder, { recursive: true }));

function start(variables: Record<string, string>, ...flags: string[]): ChildProcess {
  const env = { PATH: process.env.PATH, SIMULATOR_STATE: join(folder, 'state.jsonl'), ...variables };
  const child = spawn(process.execPath, [program, ...flags], { cwd: ROOT, env });
  running.push(child);
  return child;
}

async function end(child: ChildProcess, signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill(signal);
  await exited;
}

/** The address that the program prints first. */
async function address(child: ChildProcess): Promise<string> {
  let output = '';
  for await (const chunk of child.stdout ?? []) {
    output += String(chunk);
    const url = /WhatsApp simulator: (https?:\/\/\S+)/.exec(output)?.[1];
    if (url !== undefined) return url;
  }
  throw new Error('The simulator ended without an address.');
}

async function printed(stream: NodeJS.ReadableStream | null): Promise<string> {
  let output = '';
  for await (const chunk of stream ?? []) output += String(chunk);
  return output;
}

it('says in one sentence that its port is taken, and ends with 1', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const { port } = other.address() as AddressInfo;
  const child = start({ SIMULATOR_PORT: String(port) });
  const exited = once(child, 'exit');
  expect(await printed(child.stderr)).toBe(`Port ${port} is taken; set SIMULATOR_PORT to a free one.\n`);
  expect(await exited).toEqual([1, null]);
  other.close();
});

it('says which variable is wrong', async () => {
  const child = start({ SIMULATOR_PORT: 'abc' });
  expect(await printed(child.stderr)).toBe('These variables are not valid: SIMULATOR_PORT.\n');
});

it('serves the phone page, and has every chat again after kill -9', async () => {
  const first = start({ SIMULATOR_PORT: '0' });
  const url = await address(first);
  expect(await (await fetch(`${url}/`)).text()).toContain('data-testid="composer"');
  const headers = { 'content-type': 'application/json' };
  const body = JSON.stringify({ person: ANNA, text: 'hello' });
  const { id } = (await (
    await fetch(`${url}/simulator/reply`, { method: 'POST', headers, body })
  ).json()) as { id: string };
  await end(first, 'SIGKILL');

  const second = start({ SIMULATOR_PORT: '0' });
  const chat = await fetch(`${await address(second)}/simulator/chat?person=${encodeURIComponent(ANNA)}`);
  expect(await chat.json()).toMatchObject({ messages: [{ id, text: 'hello' }] });
  const exited = once(second, 'exit');
  second.kill('SIGTERM');
  expect(await exited).toEqual([0, null]);
});

it('serves TLS under the name of Meta, to whoever trusts the certificate that it leaves and takes away', async () => {
  const certificate = join(folder, 'simulator.pem');
  const child = start({ SIMULATOR_PORT: '0' }, '--tls', certificate);
  const { port } = new URL(await address(child));
  const ask = async (ca?: Buffer): Promise<string> => {
    const socket = connect({ port: Number(port), host: '127.0.0.1', servername: 'graph.facebook.com', ca });
    const outcome = await once(socket, 'secureConnect').then(
      () => 'trusted',
      (error: unknown) => (error as { code: string }).code,
    );
    socket.destroy();
    return outcome;
  };
  expect(await ask(readFileSync(certificate))).toBe('trusted');
  expect(await ask()).toBe('DEPTH_ZERO_SELF_SIGNED_CERT');
  await end(child, 'SIGTERM');
  expect(existsSync(certificate)).toBe(false);
});
