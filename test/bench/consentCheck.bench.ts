/**
 * "May I write to these 5,000?" asked in a real n8n: by Consent Check, and by the two ways in which n8n's own Data Tables
 * can be asked. Ratios of one run; the figures are the times that n8n gives for the nodes.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import getPort from 'get-port';
import { openDemoRegistry } from '../../demo/clinic';
import { benchConsent, saveBenchClinic } from '../support/benchClinic';
import { numberOf } from '../support/consentTable';
import { N8nInstance, packPackage, type WorkflowDefinition } from '../../tools/n8n';

const PEOPLE = 5_000;
const TABLE = 'bench_consents';
/** Ours is over in a fraction of a second, so the middle one of several runs is taken. */
const RUNS = 5;
const RUN_MS = 300_000;

type Node = WorkflowDefinition['nodes'][number];
/** From, to, and the input there. */
type Wire = readonly [string, string, number];

async function fillRegistry(folder: string): Promise<void> {
  const registry = await openDemoRegistry(folder);
  await saveBenchClinic(registry, 'eu');
  const yesterday = Date.now() - 86_400_000;
  const rows = Array.from({ length: PEOPLE }, (_, index) => benchConsent(index, 'appointment', yesterday));
  await registry.consent.record('aurora', rows, 'bench');
  await registry.close();
}

async function fillTable(n8n: N8nInstance): Promise<string> {
  const { id } = await n8n.dataTables.create(TABLE, [{ name: 'phone', type: 'string' }]);
  const rows = Array.from({ length: PEOPLE }, (_, index) => ({ phone: numberOf(index) }));
  for (let start = 0; start < PEOPLE; start += 500)
    await n8n.dataTables.insert(id, rows.slice(start, start + 500));
  return id;
}

const node = (name: string, type: string, typeVersion: number, parameters: object, more = {}): Node => ({
  id: name,
  name,
  type,
  typeVersion,
  position: [0, 0],
  parameters,
  ...more,
});

const START = node('Run Now', 'n8n-nodes-base.manualTrigger', 1, {});
const ASK = node('People', 'n8n-nodes-base.code', 2, {
  jsCode: `return Array.from({ length: ${PEOPLE} }, (_, index) => ({ json: { phone: '+3932' + (10000000 + index) } }));`,
});

function workflow(name: string, nodes: readonly Node[], wires: readonly Wire[]): WorkflowDefinition {
  const connections: Record<string, { main: { node: string; type: 'main'; index: number }[][] }> = {};
  for (const [from, to, index] of wires) {
    (connections[from] ??= { main: [[]] }).main[0]?.push({ node: to, type: 'main', index });
  }
  return { name, nodes: [START, ASK, ...nodes], connections };
}

const CHAIN: Wire = ['Run Now', 'People', 0];

function oneByOne(tableId: string): WorkflowDefinition {
  const exists = node('Asked', 'n8n-nodes-base.dataTable', 1, {
    resource: 'row',
    operation: 'rowExists',
    dataTableId: { __rl: true, mode: 'id', value: tableId },
    filters: { conditions: [{ keyName: 'phone', condition: 'eq', keyValue: '={{ $json.phone }}' }] },
  });
  return workflow('If Row Exists', [exists], [CHAIN, ['People', 'Asked', 0]]);
}

function allAndMerge(tableId: string): WorkflowDefinition {
  const all = node(
    'All Rows',
    'n8n-nodes-base.dataTable',
    1,
    {
      resource: 'row',
      operation: 'get',
      dataTableId: { __rl: true, mode: 'id', value: tableId },
      returnAll: true,
    },
    { executeOnce: true },
  );
  const merge = node('Asked', 'n8n-nodes-base.merge', 3, {
    mode: 'combine',
    combineBy: 'combineByFields',
    fieldsToMatchString: 'phone',
    joinMode: 'keepMatches',
    options: {},
  });
  return workflow(
    'Get All and Merge',
    [all, merge],
    [CHAIN, ['People', 'Asked', 0], ['People', 'All Rows', 0], ['All Rows', 'Asked', 1]],
  );
}

function consentCheck(credential: { id: string; name: string }): WorkflowDefinition {
  const check = node(
    'Asked',
    'n8n-nodes-carecampaign.consentCheck',
    1,
    { personFrom: 'phone', phoneField: 'phone', purpose: 'appointment', options: {} },
    { credentials: { careCampaignRegistryApi: credential } },
  );
  return workflow('Consent Check', [check], [CHAIN, ['People', 'Asked', 0]]);
}

/** People a second, from the times of the nodes that do the asking. */
async function rate(
  n8n: N8nInstance,
  definition: WorkflowDefinition,
  nodes: readonly string[],
): Promise<number> {
  const { id } = await n8n.workflows.create(definition);
  const run = await n8n.run(id, { trigger: 'Run Now', timeoutMs: RUN_MS });
  const found = (run.outputs.Asked ?? []).reduce((sum, items) => sum + items.length, 0);
  if (run.status !== 'success' || found !== PEOPLE)
    throw new Error(
      `${definition.name} ended with ${run.status} and ${found} items ${JSON.stringify(run.errors)}`,
    );
  const ms = nodes.reduce((sum, name) => sum + (run.milliseconds[name] ?? 0), 0);
  return PEOPLE / (ms / 1000);
}

async function ours(n8n: N8nInstance): Promise<number> {
  const credential = await n8n.credentials.create('Registry', 'careCampaignRegistryApi', {
    database: 'embedded',
  });
  const definition = consentCheck(credential);
  // The first run opens the registry; it is open as long as n8n runs.
  await rate(n8n, definition, ['Asked']);
  const rates: number[] = [];
  for (let run = 0; run < RUNS; run += 1) rates.push(await rate(n8n, definition, ['Asked']));
  return rates.sort((a, b) => a - b)[Math.floor(RUNS / 2)] ?? 0;
}

async function main(): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), 'care-bench-n8n-'));
  try {
    await fillRegistry(folder);
    const tarball = await packPackage(process.cwd(), path.join(folder, 'packed'));
    const n8n = await N8nInstance.start({ userFolder: folder, port: await getPort(), tarball });
    try {
      const tableId = await fillTable(n8n);
      const check = await ours(n8n);
      const merge = await rate(n8n, allAndMerge(tableId), ['All Rows', 'Asked']);
      const exists = await rate(n8n, oneByOne(tableId), ['Asked']);
      const line = (name: string, value: number): string =>
        `${name.padEnd(30)}${Math.round(value).toLocaleString('en').padStart(8)}/s   Consent Check is ${(check / value).toFixed(1)} times as fast`;
      console.log(`Consent Check                 ${Math.round(check).toLocaleString('en').padStart(8)}/s`);
      console.log(line('Data Table, If Row Exists', exists));
      console.log(line('Data Table, Get all + Merge', merge));
    } finally {
      await n8n.stop();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
