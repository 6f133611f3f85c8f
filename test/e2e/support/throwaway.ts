import { SAVE_NOTHING } from '../../../cli/saveSettings';
import type { Item, ManualRun, WorkflowDefinition } from '../../../tools/n8n';
import type { ClinicWorld } from './clinicWorld';

const TRIGGER = 'Run Now';
const OURS = 'n8n-nodes-carecampaign.';

export interface Step {
  /** As it stands on the canvas. */
  readonly name: string;
  /** n8n's name of the node type; ours without the package. */
  readonly type: string;
  readonly parameters?: Record<string, unknown>;
  readonly typeVersion?: number;
}

/** What the person's software answers to the workflow that asks it: no table of n8n holds it. */
export const asking = (url: string): Step => ({
  name: 'Practice Software',
  type: 'n8n-nodes-base.httpRequest',
  typeVersion: 4.2,
  parameters: { url },
});

/** Runs these nodes one after the other, each on the first output of the one before, as a user would by hand. */
export async function runSteps(clinic: ClinicWorld, steps: readonly Step[]): Promise<ManualRun> {
  const { n8n } = clinic.world;
  const { id } = await n8n.workflows.create(await lineOf(clinic, steps));
  return n8n.run(id, { trigger: TRIGGER });
}

/** The items of a node's output. */
export const itemsOf = ({ outputs }: ManualRun, node: string, output = 0): Item[] =>
  outputs[node]?.[output] ?? [];

async function lineOf(clinic: ClinicWorld, steps: readonly Step[]): Promise<WorkflowDefinition> {
  const { careCampaignRegistryApi } = await clinic.world.credentials();
  const all: Step[] = [{ name: TRIGGER, type: 'n8n-nodes-base.manualTrigger' }, ...steps];
  const nodes = all.map(({ name, type, parameters = {}, typeVersion = 1 }, index) => ({
    id: `step-${index}`,
    name,
    type: type.includes('.') ? type : `${OURS}${type}`,
    typeVersion,
    position: [index * 220, 0],
    parameters,
    ...(type.includes('.') ? {} : { credentials: { careCampaignRegistryApi } }),
  }));
  const link = (name: string) => ({ main: [[{ node: name, type: 'main', index: 0 }]] });
  const connections = Object.fromEntries(
    steps.map(({ name }, index) => [all[index]?.name ?? '', link(name)]),
  );
  const settings = { executionOrder: 'v1', ...SAVE_NOTHING };
  return { name: steps.map(({ name }) => name).join(', '), nodes, connections, settings };
}
