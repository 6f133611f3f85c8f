import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdirSync, openSync, readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import axios from 'axios';
import getPort from 'get-port';
import { n8nExecutable } from './version';

const HOST = '127.0.0.1';
const START_TIMEOUT_MS = 180_000;
const STOP_TIMEOUT_MS = 35_000;

export interface N8nProcessOptions {
  /** Where n8n is installed, see ensureN8n. */
  folder: string;
  userFolder: string;
  port: number;
  /** Added to n8n's environment last. */
  env: Record<string, string>;
  /** `worker`: takes the executions of a main process in queue mode. Default: `start`, which serves the editor. */
  command?: 'start' | 'worker';
}

/** Lines of the log that come last. Without a task runner, Code nodes would fail. */
const READY = {
  start: ['Registered runner', 'Editor is now accessible'],
  /** In queue mode, where its workers run everything. */
  startWithoutRunner: ['Editor is now accessible'],
  worker: ['Registered runner', 'n8n worker is now ready'],
} as const;

function readySigns({ command = 'start', env }: N8nProcessOptions): readonly string[] {
  const offloads = env.OFFLOAD_MANUAL_EXECUTIONS_TO_WORKERS === 'true';
  return READY[command === 'start' && offloads ? 'startWithoutRunner' : command];
}

/** One running n8n. It has a process group of its own, so that Ctrl-C reaches it only through `stop`. */
export class N8nProcess {
  private constructor(
    private readonly child: ChildProcess,
    readonly logFile: string,
    private readonly logStart: number,
    private readonly signs: readonly string[],
    /** Where it answers; undefined for a worker. */
    private readonly url: string | undefined,
  ) {}

  /**
   * Starts n8n and waits until it serves requests or takes executions, its task runner included.
   * @throws Error for a taken port, or with the end of n8n's log when it ends or stays silent
   */
  static async start(options: N8nProcessOptions): Promise<N8nProcess> {
    const { command = 'start' } = options;
    if (command === 'start') await requireFree(options.port);
    mkdirSync(options.userFolder, { recursive: true });
    const logFile = path.join(options.userFolder, command === 'start' ? 'n8n.log' : 'n8n-worker.log');
    const log = openSync(logFile, 'a', 0o600);
    const logStart = statSync(logFile).size;
    const child = spawn(process.execPath, [n8nExecutable(options.folder), command], {
      cwd: options.userFolder,
      env: await environment(options),
      stdio: ['ignore', log, log],
      detached: true,
    });
    closeSync(log);
    const url = command === 'start' ? `http://${HOST}:${options.port}` : undefined;
    const running = new N8nProcess(child, logFile, logStart, readySigns(options), url);
    await running.untilReady();
    return running;
  }

  get pid(): number {
    if (this.child.pid === undefined) throw new Error('n8n did not start');
    return this.child.pid;
  }

  get running(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  /** Asks n8n to finish what it does and end. */
  async stop(): Promise<void> {
    if (!this.running) return;
    const ended = once(this.child, 'exit');
    this.child.kill('SIGTERM');
    const patience = new AbortController();
    await Promise.race([
      ended,
      sleep(STOP_TIMEOUT_MS, undefined, { signal: patience.signal }).catch(() => undefined),
    ]);
    patience.abort();
    await this.kill9();
  }

  /** As a power cut would: n8n and its task runner end at once, with nothing written. */
  async kill9(): Promise<void> {
    const ended = this.running ? once(this.child, 'exit') : undefined;
    try {
      process.kill(-this.pid, 'SIGKILL');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
    await ended;
  }

  private async untilReady(): Promise<void> {
    const deadline = Date.now() + START_TIMEOUT_MS;
    while (!(this.saysReady() && (await this.answers()))) {
      if (!this.running)
        throw new Error(`n8n ended while starting. The end of ${this.logFile}:\n${this.logTail()}`);
      if (Date.now() > deadline) {
        await this.kill9();
        throw new Error(
          `n8n did not get ready in ${START_TIMEOUT_MS / 1000} s. The end of ${this.logFile}:\n${this.logTail()}`,
        );
      }
      await sleep(200);
    }
  }

  private saysReady(): boolean {
    const log = this.log();
    return this.signs.every((sign) => log.includes(sign));
  }

  private async answers(): Promise<boolean> {
    if (this.url === undefined) return true;
    const answer = await axios
      .get(`${this.url}/healthz/readiness`, { validateStatus: () => true })
      .catch(() => undefined);
    return answer?.status === 200;
  }

  private log(): string {
    return readFileSync(this.logFile).subarray(this.logStart).toString();
  }

  private logTail(): string {
    return this.log().trim().split('\n').slice(-20).join('\n');
  }
}

/** Not with get-port: it keeps ports that it once gave out locked for a while, so a restart would fail. */
function requireFree(port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', () =>
      reject(new Error(`Port ${port} is taken. Stop what uses it, or set N8N_PORT to another port.`)),
    );
    probe.listen(port, HOST, () => probe.close(() => resolve()));
  });
}

/** Ours, without what a test runner or an outer npm left in it that would change how n8n behaves. */
async function environment({ userFolder, port, env }: N8nProcessOptions): Promise<NodeJS.ProcessEnv> {
  const { NODE_ENV: _env, NODE_OPTIONS: _options, JEST_WORKER_ID: _worker, ...inherited } = process.env;
  return {
    ...inherited,
    N8N_USER_FOLDER: userFolder,
    N8N_PORT: String(port),
    N8N_LISTEN_ADDRESS: HOST,
    // Each instance needs a broker of its own; the default port would be shared by all of them.
    N8N_RUNNERS_BROKER_PORT: String(await getPort({ host: HOST })),
    N8N_DIAGNOSTICS_ENABLED: 'false',
    N8N_VERSION_NOTIFICATIONS_ENABLED: 'false',
    N8N_TEMPLATES_ENABLED: 'false',
    N8N_PERSONALIZATION_ENABLED: 'false',
    // No isolate for a webhook or a run that evaluates no expression.
    N8N_EXPRESSION_ENGINE_LAZY_ACQUIRE: 'true',
    // Served over plain HTTP on the loopback interface.
    N8N_SECURE_COOKIE: 'false',
    ...env,
  };
}
