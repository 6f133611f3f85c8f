import { spawn } from 'node:child_process';
import path from 'node:path';

/** npm ended badly; `output` is what it said. */
export class NpmError extends Error {
  constructor(
    args: readonly string[],
    readonly output: string,
  ) {
    super(`npm ${args.join(' ')} did not succeed:\n${output.trim().split('\n').slice(-15).join('\n')}`);
  }
}

/** Runs npm under the Node that runs us, so that native addons are built for it. Returns what npm printed. */
export function npm(args: readonly string[], cwd: string): Promise<string> {
  const PATH = [path.dirname(process.execPath), process.env.PATH].join(path.delimiter);
  // JOBS lets node-gyp compile on all cores.
  const env = { ...process.env, PATH, JOBS: 'max' };
  const child = spawn('npm', args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const printed: Buffer[] = [];
  const said: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => printed.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => said.push(chunk));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      const stdout = Buffer.concat(printed).toString();
      if (code === 0) resolve(stdout);
      else reject(new NpmError(args, Buffer.concat(said).toString() + stdout));
    });
  });
}
