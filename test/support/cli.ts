import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { buildSync } from 'esbuild';

const ROOT = path.resolve(__dirname, '../..');

export interface CliRun {
  readonly code: number | NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  /** What stands on stdout, where that is one JSON document. */
  readonly json: unknown;
}

/** The command line as users run it, in processes of its own. */
export interface Cli {
  /** A folder of its own, in which the commands run. */
  readonly folder: string;
  /** @param environment also what is not to be there, as undefined */
  run(args: readonly string[], environment?: NodeJS.ProcessEnv): Promise<CliRun>;
  start(args: readonly string[], environment?: NodeJS.ProcessEnv): ChildProcess;
  remove(): void;
}

/** Bundled from the sources, with SQLite's worker beside it, so that no build is needed. */
export function commandLine(): Cli {
  const bundle = mkdtempSync(path.join(tmpdir(), 'care-cli-'));
  const folder = mkdtempSync(path.join(tmpdir(), 'care-cli-work-'));
  buildSync({
    absWorkingDir: ROOT,
    entryPoints: [
      { in: 'cli/index.ts', out: 'main' },
      { in: 'core/registry/sqlite/worker.mts', out: 'sqlite.worker' },
    ],
    outdir: bundle,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    external: ['pg-native', 'n8n-workflow'],
    logLevel: 'warning',
  });
  // Nothing of the machine's own: neither its variables nor the registry in its home.
  const clean = { PATH: process.env.PATH, HOME: folder };
  const start: Cli['start'] = (args, environment = {}) =>
    spawn(process.execPath, [path.join(bundle, 'main.js'), ...args], {
      cwd: folder,
      env: { ...clean, ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  return {
    folder,
    start,
    run: (args, environment) => ended(start(args, environment)),
    remove() {
      for (const each of [bundle, folder]) rmSync(each, { recursive: true, force: true });
    },
  };
}

async function ended(child: ChildProcess): Promise<CliRun> {
  let [stdout, stderr] = ['', ''];
  child.stdout?.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  await once(child, 'close');
  return { code: child.exitCode ?? child.signalCode, stdout, stderr, json: parsed(stdout) };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
