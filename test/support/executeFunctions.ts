import type {
  ICredentialDataDecryptedObject,
  IDataObject,
  IExecuteFunctions,
  INode,
  INodeExecutionData,
  NodeExecutionHint,
} from 'n8n-workflow';

export interface FakeRun {
  items?: readonly (IDataObject | INodeExecutionData)[];
  /** By parameter name, as the workflow JSON holds them; a function gives a value per item. */
  parameters?: Record<string, unknown>;
  continueOnFail?: boolean;
  credentials?: Record<string, object>;
  node?: Partial<INode>;
  workflowId?: string;
  executionId?: string;
  /** Stand-ins for n8n's helpers, such as `httpRequestWithAuthentication`. */
  helpers?: Record<string, unknown>;
}

export interface FakeExecuteFunctions extends IExecuteFunctions {
  /** What the node told the user beside its items. */
  readonly hints: NodeExecutionHint[];
}

const isItem = (value: IDataObject | INodeExecutionData): value is INodeExecutionData =>
  'json' in value && typeof value.json === 'object';

const nothing = () => undefined;

/** One fake `this` for every node: what a node asks for and was not given throws, as n8n does. */
export function executeFunctions(run: FakeRun = {}): FakeExecuteFunctions {
  const items = (run.items ?? [{}]).map((item) => (isItem(item) ? item : { json: item }));
  const node: INode = {
    id: '3f0c9f3e-0000-4000-8000-000000000001',
    name: 'Node',
    type: 'n8n-nodes-carecampaign.node',
    typeVersion: 1,
    position: [0, 0],
    parameters: {},
    webhookId: '3f0c9f3e-0000-4000-8000-000000000002',
    ...run.node,
  };
  const hints: NodeExecutionHint[] = [];
  const fake = {
    hints,
    getInputData: () => items,
    getNodeParameter: (
      name: string,
      index: number,
      fallback?: unknown,
      options?: { extractValue?: boolean },
    ) => parameter(run.parameters ?? {}, name, index, fallback, options?.extractValue),
    getNode: () => node,
    getWorkflow: () => ({ id: run.workflowId ?? 'wf1', name: 'Test', active: false }),
    getExecutionId: () => run.executionId ?? '7',
    getMode: () => 'manual',
    getTimezone: () => 'Europe/Rome',
    continueOnFail: () => run.continueOnFail ?? false,
    getCredentials: async (type: string) => credential(run.credentials ?? {}, type),
    addExecutionHints: (...given: NodeExecutionHint[]) => void hints.push(...given),
    getExecutionCancelSignal: () => undefined,
    logger: { debug: nothing, info: nothing, warn: nothing, error: nothing },
    helpers: run.helpers ?? {},
  };
  return fake as unknown as FakeExecuteFunctions;
}

function parameter(
  parameters: Record<string, unknown>,
  name: string,
  index: number,
  fallback: unknown,
  extractValue: boolean | undefined,
): unknown {
  const value =
    name
      .split('.')
      .reduce<unknown>((from, key) => (from as Record<string, unknown> | undefined)?.[key], parameters) ??
    fallback;
  if (value === undefined) throw new Error(`Could not get parameter "${name}"`);
  if (typeof value === 'function') return (value as (index: number) => unknown)(index);
  const isLocator = typeof value === 'object' && value !== null && '__rl' in value && 'value' in value;
  return extractValue === true && isLocator ? value.value : value;
}

function credential(credentials: Record<string, object>, type: string): ICredentialDataDecryptedObject {
  const found = credentials[type];
  if (!found) throw new Error(`Node does not have any credentials set for "${type}"`);
  return found as ICredentialDataDecryptedObject;
}

/** The json of every item of every output, which is what most assertions are about. */
export const jsonOf = (outputs: INodeExecutionData[][]): IDataObject[][] =>
  outputs.map((items) => items.map(({ json }) => json));
