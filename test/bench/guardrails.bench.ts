/**
 * The same 5,000 messages looked at in one execution of a real n8n: by PHI Filter, and by n8n's own Guardrails (Check Text
 * for Violations, Personal Data). Guardrails was made to protect language models; it is what n8n offers for finding
 * personal data. The figures are the times that n8n gives for the two nodes, and how many of the messages that give
 * something away each holds back.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import getPort from 'get-port';
import { LANGUAGES } from '../../core';
import { N8nInstance, packPackage } from '../../tools/n8n';
import { casesOf } from '../eval/phi/cases';
import { code, manualStart, START } from '../support/benchWorkflow';
import type { WorkflowDefinition } from '../../tools/n8n';

const ITEMS = 5_000;
/** The first execution loads the lexicons; the middle one of the others counts. */
const RUNS = 3;
const RUN_MS = 600_000;
const FOLDER = path.join(process.cwd(), 'test', 'eval', 'phi');

interface Message {
  readonly text: string;
  readonly telling: boolean;
}

const messages: readonly Message[] = LANGUAGES.flatMap((language) =>
  casesOf(FOLDER, 'messages', language).map(({ text, categories }) => ({
    text,
    telling: categories.length > 0,
  })),
);

const items = Array.from({ length: ITEMS }, (_, index) => messages[index % messages.length]);

const FILTER = {
  name: 'PHI Filter',
  type: 'n8n-nodes-carecampaign.phiFilter',
  typeVersion: 1,
  parameters: { operation: 'check', source: 'fields', fields: 'text', policy: 'builtIn' },
};
const GUARDRAILS = {
  name: 'Guardrails',
  type: '@n8n/n8n-nodes-langchain.guardrails',
  typeVersion: 2,
  parameters: {
    operation: 'classify',
    text: '={{ $json.text }}',
    guardrails: { pii: { value: { type: 'all' } } },
  },
};

function workflow(): WorkflowDefinition {
  const source = code('Messages', `return ${JSON.stringify(items.map((json) => ({ json })))};`);
  const nodes = [manualStart, source, FILTER, GUARDRAILS].map((node, index) => ({
    typeVersion: 1,
    ...node,
    id: `step-${index}`,
    position: [index * 220, 0] as [number, number],
  }));
  const to = (...names: string[]) => ({
    main: [names.map((node) => ({ node, type: 'main' as const, index: 0 }))],
  });
  return {
    name: 'PHI Filter and Guardrails',
    nodes,
    connections: { [START]: to('Messages'), Messages: to(FILTER.name, GUARDRAILS.name) },
    settings: { executionOrder: 'v1' },
  };
}

interface Result {
  readonly perSecond: number;
  /** Share of the messages that give something away and are held back, and of the others. */
  readonly found: number;
  readonly alarms: number;
}

type Run = Awaited<ReturnType<N8nInstance['run']>>;

function resultOf(run: Run, name: string): Result {
  const [passed = [], held = []] = run.outputs[name] ?? [];
  const count = (list: readonly { json: object }[], telling: boolean): number =>
    list.filter(({ json }) => telling === (originalOf(json) ?? true)).length;
  const share = (telling: boolean): number =>
    count(held, telling) / (count(held, telling) + count(passed, telling));
  if (passed.length + held.length !== ITEMS)
    throw new Error(`${name} gave ${passed.length} and ${held.length}`);
  const ms = run.milliseconds[name] ?? 0;
  return { perSecond: ITEMS / (ms / 1000), found: share(true), alarms: share(false) };
}

/** Guardrails hands on what it found and the text in place of the item. */
const tellingByText = new Map(messages.map(({ text, telling }) => [text, telling]));
function originalOf(json: object): boolean | undefined {
  const { text, guardrailsInput } = json as { text?: string; guardrailsInput?: string };
  return tellingByText.get(text ?? guardrailsInput ?? '');
}

const percent = (value: number): string => `${(100 * value).toFixed(1)} %`;

async function main(): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), 'care-bench-guardrails-'));
  try {
    const tarball = await packPackage(process.cwd(), path.join(folder, 'packed'));
    const n8n = await N8nInstance.start({ userFolder: folder, port: await getPort(), tarball });
    try {
      const { id } = await n8n.workflows.create(workflow());
      const ratios: number[] = [];
      for (let round = 0; round <= RUNS; round += 1) {
        const run = await n8n.run(id, { trigger: START, timeoutMs: RUN_MS });
        if (run.status !== 'success') throw new Error(`${run.status} ${JSON.stringify(run.errors)}`);
        const [ours, theirs] = [resultOf(run, FILTER.name), resultOf(run, GUARDRAILS.name)];
        if (round > 0) ratios.push(ours.perSecond / theirs.perSecond);
        for (const [name, { perSecond, found, alarms }] of Object.entries({ ours, theirs })) {
          console.log(
            `${round === 0 ? 'first ' : ''}${name.padEnd(8)}${Math.round(perSecond).toLocaleString('en').padStart(8)}/s   holds back ${percent(found)} of what tells, ${percent(alarms)} of what does not`,
          );
        }
      }
      const middle = ratios.sort((a, b) => a - b)[Math.floor(ratios.length / 2)] ?? 0;
      console.log(`PHI Filter is ${middle.toFixed(0)} times as fast as Guardrails`);
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
