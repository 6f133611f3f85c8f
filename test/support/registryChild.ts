import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { buildSync } from 'esbuild';
import type { RegistryOptions } from '../../core';

const ROOT = path.resolve(__dirname, '../..');

export interface ChildOrder {
  readonly database: RegistryOptions['database'];
  /** Base64. */
  readonly masterKey: string;
  /** `open`: and close again. `ask`: until its input ends. `write`: until it is killed. `claim`: a few batches. */
  readonly work: 'open' | 'ask' | 'askOnce' | 'write' | 'claim';
  readonly seed: string;
  /** As a user who owns nothing, also where the tests run as root. */
  readonly unprivileged?: boolean;
}

/** What the registry has acknowledged to a child that writes; ids of rows. */
export interface Acknowledged {
  readonly consents?: readonly string[];
  readonly stop?: { readonly eventId: string; readonly phone: string };
  readonly claimed?: readonly string[];
  readonly calling?: readonly string[];
  readonly accepted?: string;
}

export type Line = Acknowledged & {
  readonly opened?: true;
  readonly outcomes?: readonly string[];
  /** Start instants of claims, ms since epoch. */
  readonly instants?: readonly number[];
  readonly failed?: string;
};

export interface RegistryChild {
  readonly lines: readonly Line[];
  /** The next line that fits; rejects when the child ends without it. */
  until(fits: (line: Line) => boolean): Promise<Line>;
  /** No more input: a child that asks comes to its end. */
  finish(): void;
  kill(): void;
  /** The exit code, or the name of the signal. */
  ended(): Promise<number | NodeJS.Signals | null>;
}

export interface ChildProgram {
  start(order: ChildOrder): RegistryChild;
  remove(): void;
}

/** Node strips types but finds no import without its extension, so the child is bundled, with SQLite's worker beside it. */
export function childProgram(): ChildProgram {
  const folder = mkdtempSync(path.join(tmpdir(), 'care-child-'));
  chmodSync(folder, 0o755);
  buildSync({
    absWorkingDir: ROOT,
    entryPoints: [
      { in: 'test/support/child/main.ts', out: 'main' },
      { in: 'core/registry/sqlite/worker.mts', out: 'sqlite.worker' },
    ],
    outdir: folder,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    external: ['pg-native', 'esbuild'],
    logLevel: 'warning',
  });
  const main = path.join(folder, 'main.js');
  return {
    start: (order) => watched(spawn(process.execPath, [main, JSON.stringify(order)], { cwd: folder })),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

function watched(child: ChildProcess): RegistryChild {
  const lines: Line[] = [];
  const listeners = new Set<(line: Line | null) => void>();
  let errors = '';
  child.stderr?.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  const tell = (line: Line | null): void => {
    for (const listener of listeners) listener(line);
  };
  const output = createInterface({ input: child.stdout! });
  output.on('line', (text) => {
    const line = JSON.parse(text) as Line;
    lines.push(line);
    tell(line);
  });
  const closed = once(child, 'close').then(() => tell(null));
  return {
    lines,
    until: (fits) =>
      new Promise((resolve, reject) => {
        const listener = (line: Line | null): void => {
          if (line && !fits(line)) return;
          listeners.delete(listener);
          if (line) resolve(line);
          else reject(new Error(`The child ended: ${JSON.stringify(lines.at(-1))} ${errors.slice(-2000)}`));
        };
        listeners.add(listener);
      }),
    finish: () => child.stdin?.end(),
    kill: () => void child.kill('SIGKILL'),
    async ended() {
      await closed;
      return child.exitCode ?? child.signalCode;
    },
  };
}
