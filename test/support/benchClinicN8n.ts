import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import getPort from 'get-port';
import { type Clock, getTemplate, toMetaTemplateCreate, type Registry } from '../../core';
import { openDemoRegistry } from '../../demo/clinic';
import { N8nInstance, packPackage, type N8nOptions } from '../../tools/n8n';
import { benchConsent, saveBenchClinic } from './benchClinic';
import { type ShiftedClock, tuesdayMorning } from './clock';
import { SENDER, SimulatorProcess } from './simulatorProcess';

export const CONTROLLER = 'aurora';
export const TEMPLATE = 'appointment_reminder_48h';
const PROVIDER = 'metaCloud';
const CONSENTS_AT_ONCE = 2_000;

export type Picked = Readonly<Record<string, { readonly id: string; readonly name: string }>>;

/**
 * A real n8n with the packed package whose way to graph.facebook.com ends at the simulator: our nodes and n8n's own run
 * unchanged, over TLS, on the same road.
 */
export class BenchClinic {
  private constructor(
    readonly folder: string,
    readonly simulator: SimulatorProcess,
    private instance: N8nInstance,
    readonly credentials: Picked,
    private readonly options: N8nOptions,
    readonly clock: Clock,
  ) {}

  /** @param people how many have consented to messages about appointments, by `numberOf` */
  static async open(people: number): Promise<BenchClinic> {
    const folder = mkdtempSync(path.join(tmpdir(), 'care-bench-send-'));
    const ends: (() => unknown)[] = [() => rmSync(folder, { recursive: true, force: true })];
    try {
      await fill(folder, people);
      const simulator = await SimulatorProcess.start(folder);
      ends.unshift(() => simulator.stop());
      // Nobody is written to at night, and a benchmark is run at any hour.
      const clock = tuesdayMorning();
      const options = {
        userFolder: folder,
        port: await getPort(),
        tarball: await packPackage(process.cwd(), path.join(folder, 'packed')),
        env: environment(simulator, clock),
      };
      const n8n = await N8nInstance.start(options);
      ends.unshift(() => n8n.stop());
      return new BenchClinic(folder, simulator, n8n, await makeCredentials(n8n), options, clock);
    } catch (error) {
      for (const end of ends) await end();
      throw error;
    }
  }

  get n8n(): N8nInstance {
    return this.instance;
  }

  /**
   * As fresh as after its start.
   * @param heapMb what V8 may hold of objects at most, as in a small container; absent: as much as the machine has
   */
  async restartN8n(heapMb?: number): Promise<void> {
    await this.n8n.stop();
    const { env = {} } = this.options;
    const limit = heapMb === undefined ? '' : ` --max-old-space-size=${heapMb}`;
    this.instance = await N8nInstance.start({
      ...this.options,
      env: { ...env, NODE_OPTIONS: `${env.NODE_OPTIONS ?? ''}${limit}` },
    });
  }

  /** Works with the registry that n8n has open, as another process would. */
  async withRegistry<T>(work: (registry: Registry) => Promise<T>): Promise<T> {
    const registry = await openDemoRegistry(this.folder);
    try {
      return await work(registry);
    } finally {
      await registry.close();
    }
  }

  /** Forgets what was sent; the template is approved again. */
  async clear(latencyMs: number, perSecond: number): Promise<void> {
    await this.simulator.reset();
    await this.simulator.setFaults({ latencyMs: 0 });
    await this.simulator.setThroughput(perSecond);
    await this.simulator.approve(toMetaTemplateCreate(getTemplate(TEMPLATE), 'it'));
    await this.simulator.approve(PLAIN_TEMPLATE);
    await this.simulator.setFaults({ latencyMs });
  }

  async close(): Promise<void> {
    await this.n8n.stop();
    await this.simulator.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Without variables or buttons: the least that n8n's own node can be asked to send. */
export const PLAIN_TEMPLATE = {
  name: 'bench_plain',
  language: 'en',
  category: 'UTILITY',
  components: [{ type: 'BODY', text: 'Reminder: you have an appointment tomorrow.' }],
};

function environment({ port, certificate }: SimulatorProcess, clock: ShiftedClock): Record<string, string> {
  const profile = process.env.CARECAMPAIGN_PROFILE;
  const profiling = profile === undefined ? '' : ` --cpu-prof --cpu-prof-dir=${path.join(profile, 'n8n')}`;
  return {
    ...clock.env,
    NODE_OPTIONS: `${clock.env.NODE_OPTIONS} --require ${path.join(process.cwd(), 'test/support/graphRedirect.js')}${profiling}`,
    CARECAMPAIGN_TEST_GRAPH_PORT: String(port),
    NODE_EXTRA_CA_CERTS: certificate,
  };
}

async function fill(folder: string, people: number): Promise<void> {
  const registry = await openDemoRegistry(folder);
  await saveBenchClinic(registry, 'eu');
  const { phoneNumberId, businessAccountId } = SENDER;
  const sender = { controllerKey: CONTROLLER, provider: PROVIDER, phoneNumberId, businessAccountId } as const;
  await registry.senders.save({ ...sender, displayName: 'Aurora', testNumbers: [] }, 'bench');
  await registry.senders.setMode(PROVIDER, phoneNumberId, 'live', 'bench');
  const yesterday = Date.now() - 86_400_000;
  for (let from = 0; from < people; from += CONSENTS_AT_ONCE) {
    const count = Math.min(CONSENTS_AT_ONCE, people - from);
    const rows = Array.from({ length: count }, (_, index) =>
      benchConsent(from + index, 'appointment', yesterday),
    );
    const results = await registry.consent.record(CONTROLLER, rows, 'bench');
    if (results.some(({ ok }) => !ok)) throw new Error('The registry refused consents of the benchmark');
  }
  await registry.close();
}

async function makeCredentials({ credentials }: N8nInstance): Promise<Picked> {
  const make = async (type: string, data: Record<string, unknown>) => {
    const { id, name } = await credentials.create(type, type, data);
    return [type, { id, name }] as const;
  };
  return Object.fromEntries([
    await make('careCampaignRegistryApi', { database: 'embedded' }),
    await make('careCampaignWhatsAppApi', { ...SENDER, apiVersion: 'v23.0' }),
    await make('whatsAppApi', {
      accessToken: SENDER.accessToken,
      businessAccountId: SENDER.businessAccountId,
    }),
  ]);
}
