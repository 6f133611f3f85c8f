import { spawn } from 'node:child_process';
import path from 'node:path';
import { inRoot, nodeBinary, root } from './paths.mjs';

/** A child that ended badly; `code` is what this process should exit with. */
export class StepFailed extends Error {
  constructor(what, code) {
    super(`${what} ended with code ${code}`);
    this.code = code;
  }
}

const pinnedFirst = () =>
  [path.dirname(nodeBinary), inRoot('node_modules/.bin'), process.env.PATH].join(path.delimiter);

/**
 * Runs a command in the checkout with our stdio and resolves when it has ended well.
 * The pinned Node comes first on its PATH. Signals that reach us go on to it.
 * @param options.quietly a line every ten seconds that says so, for commands that are silent without a terminal
 * @throws StepFailed
 */
export function run(command, args, { env = {}, progress } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: root,
      stdio: 'inherit',
      env: { ...process.env, PATH: pinnedFirst(), ...env },
    });
    const started = Date.now();
    const timer = progress && setInterval(() => console.log(`${progress} (${seconds(started)} s)`), 10_000);
    const release = passSignalsTo(child);
    const settle = (finish) => {
      clearInterval(timer);
      release();
      finish();
    };
    child.on('error', (error) => settle(() => reject(new Error(`Cannot run ${command}: ${error.message}`))));
    child.on('close', (code, signal) =>
      settle(() =>
        code === 0 ? resolve() : reject(new StepFailed(path.basename(command), exitCode(code, signal))),
      ),
    );
  });
}

/** Runs a script file under the pinned Node. */
export const runNode = (script, args = [], options = {}) =>
  run(nodeBinary, [inRoot(script), ...args], options);

const seconds = (since) => Math.round((Date.now() - since) / 1000);

const SIGNALS = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 };

/** 128 + n, as a shell reports a child that a signal ended. */
const exitCode = (code, signal) => code ?? 128 + (SIGNALS[signal] ?? 9);

/** On a terminal, Ctrl-C reaches the whole process group by itself; a second copy would look like impatience. */
function passSignalsTo(child) {
  const handlers = Object.keys(SIGNALS).map((signal) => {
    const handler = () => {
      if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
    };
    process.on(signal, handler);
    return [signal, handler];
  });
  return () => handlers.forEach(([signal, handler]) => process.off(signal, handler));
}
