import { SAVE_NOTHING } from '../../cli/saveSettings';
import type { WorkflowDefinition } from '../../tools/n8n';

export interface BenchNode {
  readonly name: string;
  readonly type: string;
  readonly typeVersion?: number;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly credentials?: object;
  readonly onError?: 'continueRegularOutput';
  readonly webhookId?: string;
}

export const START = 'Run Now';

/** A workflow that keeps nothing of its runs: these nodes one after the other, each on the first output before it. */
export function line(name: string, steps: readonly BenchNode[]): WorkflowDefinition {
  const nodes = steps.map((step, index) => ({
    typeVersion: 1,
    ...step,
    id: `step-${index}`,
    position: [index * 220, 0],
  }));
  const connections = Object.fromEntries(
    steps
      .slice(1)
      .map((to, index) => [
        steps[index]?.name ?? '',
        { main: [[{ node: to.name, type: 'main', index: 0 }]] },
      ]),
  );
  return { name, nodes, connections, settings: { executionOrder: 'v1', ...SAVE_NOTHING } };
}

export const manualStart: BenchNode = { name: START, type: 'n8n-nodes-base.manualTrigger', parameters: {} };

export const code = (name: string, jsCode: string): BenchNode => ({
  name,
  type: 'n8n-nodes-base.code',
  typeVersion: 2,
  parameters: { jsCode },
});
