import type { Clock, Registry } from '../core';
import { startSimulator, type Simulator } from '../simulator';
import { N8nInstance, startWorker, type N8nOptions, type N8nProcess } from '../tools/n8n';
import { EMBEDDED, fillRegistry, noonBefore, openDemoRegistry, writeHistory } from './clinic';
import { type DemoState, Home } from './home';
import { sampleClinic, type SampleClinic } from './sample';
import { submitTemplates } from './templates';
import { importWorkflows, inboxUrl, type Picked, type WorkflowName } from './workflows';

export const APPOINTMENTS_TABLE = 'care_appointments_v1';
export const LEFT_OUT_TABLE = 'care_left_out_v1';

export interface WorldOptions {
  /** Folder that holds everything; a second start finds it again. */
  readonly home: string;
  readonly n8nPort: number;
  readonly simulatorPort: number;
  /** Root of the checkout, for the shipped workflows. */
  readonly root: string;
  /** The packed package, made from the build. */
  readonly tarball: string;
  readonly env?: N8nOptions['env'];
  readonly say?: (text: string) => void;
  /** Workflows to publish; the campaign is started by hand. */
  readonly publish?: readonly WorkflowName[];
  /** The clock of the sample, the simulator and the registry here; n8n's own is set by `env`. */
  readonly clock?: Clock;
  /** Fields of the registry credential; default: the embedded one. */
  readonly registry?: Readonly<Record<string, unknown>>;
}

const PUBLISHED: readonly WorkflowName[] = [
  'inbox',
  'appointment-reminder',
  'satisfaction-survey',
  'audit-head-daily',
];

/**
 * The invented clinic, ready to be tried: the simulator, a real n8n with the packed package, credentials, registry,
 * appointments and the shipped workflows. What is there already is found and kept.
 */
export class World {
  private constructor(
    private readonly options: WorldOptions,
    readonly home: Home,
    readonly clinic: SampleClinic,
    readonly simulator: Simulator,
    private instance: N8nInstance,
    private readonly clock: Clock,
    private state: DemoState,
  ) {}

  static async open(options: WorldOptions): Promise<World> {
    const home = new Home(options.home);
    const clock = options.clock ?? { now: () => Date.now() };
    const state = home.read(clock.now());
    const clinic = sampleClinic(state.madeAt);
    const simulator = await openSimulator(options, home, state, clinic);
    let n8n: N8nInstance | null = null;
    try {
      options.say?.('Starting n8n with the packed package …');
      n8n = await N8nInstance.start(n8nOptions(options, home));
      const world = new World(options, home, clinic, simulator, n8n, clock, state);
      if (!state.ready) await world.make(options);
      simulator.setWebhookUrl(await inboxUrl(n8n, world.workflow('inbox')));
      return world;
    } catch (error) {
      await n8n?.stop();
      await simulator.close();
      throw error;
    }
  }

  get n8n(): N8nInstance {
    return this.instance;
  }

  /** Starts n8n on the same folder again, after it was stopped or killed. */
  async restartN8n(): Promise<void> {
    this.instance = await N8nInstance.start(n8nOptions(this.options, this.home));
  }

  /** One more process of n8n, where `env` sets queue mode. Whoever starts it stops it. */
  startWorker(): Promise<N8nProcess> {
    return startWorker(n8nOptions(this.options, this.home));
  }

  /** n8n's id of a shipped workflow. */
  workflow(name: WorkflowName): string {
    const id = this.state.workflows[name];
    if (id === undefined) throw new Error(`The workflow ${name} was not imported.`);
    return id;
  }

  get secrets(): DemoState['secrets'] {
    return this.state.secrets;
  }

  /** Works with the registry that n8n has open, as another process would. */
  async withRegistry<T>(
    work: (registry: Registry) => Promise<T>,
    now = (): number => this.clock.now(),
  ): Promise<T> {
    const registry = await openDemoRegistry(this.home.n8nFolder, now, this.options.registry);
    try {
      return await work(registry);
    } finally {
      await registry.close();
    }
  }

  /** The rows of a Data Table; none when no workflow has made it yet. */
  async rows(table: string): Promise<Record<string, unknown>[]> {
    const tables = await this.n8n.dataTables.list();
    const known = tables.find(({ name }) => name === table);
    return known ? this.n8n.dataTables.rows(known.id) : [];
  }

  /** The credentials as a user of the editor sees them, by type. */
  async credentials(): Promise<Picked> {
    const { n8n, clinic, simulator, state } = this;
    const known = await n8n.credentials.list();
    const create = async (
      name: string,
      type: string,
      data: Record<string, unknown>,
    ): Promise<Picked[string]> =>
      known.find((credential) => credential.type === type) ??
      (await n8n.credentials.create(name, type, data));
    return {
      careCampaignRegistryApi: await create('CareCampaign Registry', 'careCampaignRegistryApi', {
        ...(this.options.registry ?? EMBEDDED),
      }),
      careCampaignWhatsAppApi: await create('CareCampaign WhatsApp', 'careCampaignWhatsAppApi', {
        ...state.secrets,
        phoneNumberId: clinic.sender.phoneNumberId,
        businessAccountId: clinic.sender.businessAccountId,
        apiVersion: 'v23.0',
        simulator: true,
        baseUrl: simulator.url,
      }),
    };
  }

  async close(): Promise<void> {
    await this.n8n.stop();
    await this.simulator.close();
  }

  private async make({ root, say, publish = PUBLISHED }: WorldOptions): Promise<void> {
    const { clinic, home, n8n, simulator, state } = this;
    say?.('Recording the sample clinic: consents, refusals, appointments …');
    await this.withRegistry((registry) => fillRegistry(registry, clinic));
    await this.withRegistry(
      (registry) => writeHistory(registry, clinic),
      () => noonBefore(state.madeAt),
    );
    await submitTemplates(simulator.url, clinic.sender.businessAccountId, state.secrets.accessToken);
    await this.fillAppointments();
    say?.('Importing the workflows and publishing them …');
    const workflows = await importWorkflows(n8n, root, await this.credentials());
    for (const name of publish) await n8n.workflows.activate(workflows[name]);
    this.state = { ...state, workflows, ready: true };
    home.write(this.state);
  }

  private async fillAppointments(): Promise<void> {
    const { n8n, clinic } = this;
    if ((await this.rows(APPOINTMENTS_TABLE)).length > 0) return;
    const tables = await n8n.dataTables.list();
    const [first] = clinic.appointments;
    const columns = Object.keys(first ?? {}).map((name) => ({ name, type: 'string' as const }));
    const { id } =
      tables.find(({ name }) => name === APPOINTMENTS_TABLE) ??
      (await n8n.dataTables.create(APPOINTMENTS_TABLE, columns));
    await n8n.dataTables.insert(
      id,
      clinic.appointments.map((row) => ({ ...row })),
    );
  }
}

const n8nOptions = ({ n8nPort, tarball, env }: WorldOptions, home: Home): N8nOptions => ({
  userFolder: home.n8nFolder,
  port: n8nPort,
  tarball,
  ...(env ? { env } : {}),
});

function openSimulator(
  { simulatorPort, clock }: WorldOptions,
  home: Home,
  state: DemoState,
  clinic: SampleClinic,
): Promise<Simulator> {
  const { phoneNumberId, businessAccountId, portfolioId, displayName } = clinic.sender;
  return startSimulator({
    port: simulatorPort,
    stateFile: home.simulatorFile,
    ...(clock ? { clock } : {}),
    ...state.secrets,
    phoneNumbers: [
      {
        phoneNumberId,
        businessAccountId,
        portfolioId: portfolioId ?? 'portfolio',
        displayPhoneNumber: '+39 06 0000 0000',
        verifiedName: displayName,
      },
    ],
    persons: clinic.phones.map((person) => ({ ...person })),
  });
}
