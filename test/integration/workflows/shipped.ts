import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Workflow, type INode, type INodeType, type INodeTypeDescription } from 'n8n-workflow';
import { z } from 'zod/v4';
import { ensureN8n } from '../../../tools/n8n';

const ROOT = path.resolve(__dirname, '../../..');
const FOLDER = path.join(ROOT, 'workflows');
const OURS = 'n8n-nodes-carecampaign';
const BASE = 'n8n-nodes-base';

const link = z.strictObject({ node: z.string(), type: z.literal('main'), index: z.number().int() });

// Strict: a key that is misspelt, such as an `onError` that n8n does not read, must not look set.
const nodeSchema = z.strictObject({
  id: z.uuid(),
  name: z.string().min(1),
  type: z.string(),
  typeVersion: z.number(),
  position: z.tuple([z.number(), z.number()]),
  parameters: z.record(z.string(), z.unknown()),
  credentials: z.record(z.string(), z.strictObject({ id: z.null(), name: z.string().min(1) })).optional(),
  webhookId: z.uuid().optional(),
  onError: z.enum(['continueRegularOutput', 'continueErrorOutput', 'stopWorkflow']).optional(),
  executeOnce: z.boolean().optional(),
  alwaysOutputData: z.boolean().optional(),
});

const workflowSchema = z.strictObject({
  name: z.string().min(1),
  active: z.boolean(),
  nodes: z.array(nodeSchema).min(1),
  connections: z.record(z.string(), z.strictObject({ main: z.array(z.array(link)) })),
  settings: z.record(z.string(), z.unknown()),
  meta: z.record(z.string(), z.unknown()),
  pinData: z.record(z.string(), z.array(z.unknown())).optional(),
});

export type ShippedWorkflow = z.output<typeof workflowSchema>;
export type ShippedNode = ShippedWorkflow['nodes'][number];

export const SHIPPED: readonly (readonly [name: string, workflow: ShippedWorkflow])[] = readdirSync(FOLDER)
  .filter((file) => file.endsWith('.json'))
  .map((file) => [
    path.basename(file, '.json'),
    workflowSchema.parse(JSON.parse(readFileSync(path.join(FOLDER, file), 'utf8'))),
  ]);

/** The description of a node as its type and version say; undefined when there is none. */
export type Describe = (node: Pick<ShippedNode, 'type' | 'typeVersion'>) => INodeTypeDescription | undefined;

/** Of this package from its sources; of n8n from the pinned n8n, which is installed when it is missing. */
export async function descriptions(): Promise<Describe> {
  const known = new Map<string, INodeTypeDescription[]>();
  for (const description of await ownDescriptions()) known.set(`${OURS}.${description.name}`, [description]);
  for (const description of await n8nDescriptions()) {
    const type = `${BASE}.${description.name}`;
    known.set(type, [...(known.get(type) ?? []), description]);
  }
  return ({ type, typeVersion }) =>
    known.get(type)?.find(({ version }) => [version].flat().includes(typeVersion));
}

async function ownDescriptions(): Promise<INodeTypeDescription[]> {
  const manifest = z
    .object({ n8n: z.object({ nodes: z.array(z.string()) }) })
    .parse(JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')));
  const loaded = manifest.n8n.nodes.map(async (built) => {
    const source = built.replace(/^dist\//, '').replace(/\.js$/, '');
    const classes = (await import(path.join(ROOT, source))) as Record<string, new () => INodeType>;
    const [NodeClass] = Object.values(classes);
    if (!NodeClass) throw new Error(`${source} exports no node`);
    return new NodeClass().description;
  });
  return Promise.all(loaded);
}

async function n8nDescriptions(): Promise<INodeTypeDescription[]> {
  const folder = await ensureN8n();
  const file = path.join(folder, 'node_modules', BASE, 'dist/types/nodes.json');
  return JSON.parse(readFileSync(file, 'utf8')) as INodeTypeDescription[];
}

/** n8n's own model of the workflow, which works out outputs that depend on parameters. */
export function modelOf({ nodes, connections }: ShippedWorkflow, describe: Describe): Workflow {
  const typeOf = (type: string, typeVersion = 1): INodeType => ({
    description: describe({ type, typeVersion })!,
  });
  return new Workflow({
    id: 'shipped',
    nodes: nodes as unknown as INode[],
    connections: connections,
    active: false,
    nodeTypes: { getByName: typeOf, getByNameAndVersion: typeOf, getKnownTypes: () => ({}) },
  });
}
