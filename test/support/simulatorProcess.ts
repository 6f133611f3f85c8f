import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { Agent } from 'node:https';
import path from 'node:path';
import axios, { type AxiosInstance } from 'axios';
import type { FaultsInput, SentMessage } from '../../simulator';
import type { Tally } from '../../simulator/control/views';

const PROGRAM = 'build/simulator/main.js';

/** Whom the stand-alone simulator plays, and the secrets that it takes. */
export const SENDER = {
  phoneNumberId: '100000000000101',
  businessAccountId: '100000000000201',
  accessToken: 'bench-access-token',
  appSecret: 'bench-app-secret',
  verifyToken: 'bench-verify-token',
} as const;

/** The simulator in a process of its own, over TLS, so that what it costs is not counted with what is measured. */
export class SimulatorProcess {
  private constructor(
    private readonly child: ChildProcess,
    readonly url: string,
    /** For `NODE_EXTRA_CA_CERTS`. */
    readonly certificate: string,
    private readonly http: AxiosInstance,
  ) {}

  /** @param folder for the certificate */
  static async start(folder: string): Promise<SimulatorProcess> {
    const certificate = path.join(folder, 'simulator.pem');
    const child = spawn(process.execPath, [...flags(), PROGRAM, '--tls', certificate], {
      env: {
        ...process.env,
        SIMULATOR_PORT: '0',
        SIMULATOR_ACCESS_TOKEN: SENDER.accessToken,
        SIMULATOR_APP_SECRET: SENDER.appSecret,
        SIMULATOR_VERIFY_TOKEN: SENDER.verifyToken,
        SIMULATOR_PHONE_NUMBER_ID: SENDER.phoneNumberId,
        SIMULATOR_BUSINESS_ACCOUNT_ID: SENDER.businessAccountId,
        SIMULATOR_MESSAGING_LIMIT: 'TIER_UNLIMITED',
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const url = await saidUrl(child);
    const httpsAgent = new Agent({ ca: readFileSync(certificate), keepAlive: true });
    return new SimulatorProcess(
      child,
      url,
      certificate,
      axios.create({ baseURL: url, httpsAgent, proxy: false }),
    );
  }

  get port(): number {
    return Number(new URL(this.url).port);
  }

  async tally(): Promise<Tally> {
    return (await this.http.get<Tally>('/simulator/tally')).data;
  }

  async messages(): Promise<SentMessage[]> {
    return (await this.http.get<SentMessage[]>('/simulator/messages')).data;
  }

  async reset(): Promise<void> {
    await this.http.post('/simulator/reset', {});
  }

  async setFaults(faults: FaultsInput): Promise<void> {
    await this.http.post('/simulator/faults', faults);
  }

  /** Meta's limit for the number: 80 messages a second, or 1,000 after the upgrade. */
  async setThroughput(perSecond: number): Promise<void> {
    const { phoneNumberId } = SENDER;
    await this.http.post('/simulator/throughput', { phoneNumberId, perSecond });
  }

  /** Has a template approved. @param template as `POST /{account}/message_templates` takes it */
  async approve(template: unknown): Promise<void> {
    await this.http.post(`/v23.0/${SENDER.businessAccountId}/message_templates`, template, {
      headers: { Authorization: `Bearer ${SENDER.accessToken}` },
    });
  }

  async stop(): Promise<void> {
    const ended = once(this.child, 'exit');
    this.child.kill('SIGTERM');
    await ended;
  }
}

/** `CARECAMPAIGN_PROFILE=FOLDER` leaves a processor profile of the simulator there. */
function flags(): string[] {
  const folder = process.env.CARECAMPAIGN_PROFILE;
  return folder === undefined ? [] : ['--cpu-prof', '--cpu-prof-dir', path.join(folder, 'simulator')];
}

function saidUrl(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      const url = /^WhatsApp simulator: (\S+)$/m.exec(said)?.[1];
      // The certificate is written right after the start, before the lines are.
      if (url !== undefined) resolve(url);
    });
    child.on('error', reject);
    child.on('exit', (code) => reject(new Error(`The simulator ended with code ${code}`)));
  });
}
