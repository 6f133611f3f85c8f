import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ExecutionLifecycleHooks, WorkflowExecute } from 'n8n-core';
import {
  ICredentialsHelper,
  NodeConnectionTypes,
  NodeHelpers,
  Workflow,
  type ICredentialDataDecryptedObject,
  type ICredentials,
  type ICredentialType,
  type IBinaryKeyData,
  type IDataObject,
  type IHttpRequestOptions,
  type INode,
  type INodeExecutionData,
  type INodeParameters,
  type INodeProperties,
  type INodeType,
  type INodeTypes,
  type IWorkflowBase,
  type IWorkflowExecuteAdditionalData,
  type NodeExecutionHint,
} from 'n8n-workflow';
import { CareCampaignRegistryApi } from '../../credentials/CareCampaignRegistryApi.credentials';
import { CareCampaignSendAppApi } from '../../credentials/CareCampaignSendAppApi.credentials';
import { CareCampaignWhatsAppApi } from '../../credentials/CareCampaignWhatsAppApi.credentials';

// n8n-core makes its settings on first use; a test must never touch those of the person who runs it.
process.env.N8N_LOG_LEVEL = 'silent';
process.env.N8N_USER_FOLDER = mkdtempSync(path.join(tmpdir(), 'carecampaign-n8n-'));

const PACKAGE = 'n8n-nodes-carecampaign';
const SOURCE = 'Items';
/** n8n makes links from it for every node; nobody opens them. */
const NOWHERE = 'http://127.0.0.1:1';
const CREDENTIAL_TYPES: readonly ICredentialType[] = [
  new CareCampaignRegistryApi(),
  new CareCampaignSendAppApi(),
  new CareCampaignWhatsAppApi(),
];

export interface NodeRun {
  readonly items: readonly IDataObject[];
  /** Files of each item, in their order. */
  readonly files?: readonly IBinaryKeyData[];
  readonly parameters: INodeParameters;
  /** Decrypted fields by credential type; what is absent takes the type's defaults, as in the editor. */
  readonly credentials?: Readonly<Record<string, ICredentialDataDecryptedObject>>;
  readonly onError?: INode['onError'];
  /** Stands in for the trigger that gives the items. */
  readonly source?: { readonly type: string; readonly parameters: INodeParameters };
}

export interface NodeRunResult {
  readonly outputs: readonly (readonly INodeExecutionData[])[];
  readonly hints: readonly NodeExecutionHint[];
  readonly error: Error | undefined;
}

/** Runs a node class in n8n's own engine: a workflow of two nodes, of which the first gives the items. */
export async function runNode(type: INodeType, run: NodeRun): Promise<NodeRunResult> {
  const { type: sourceType, parameters } = run.source ?? { type: 'test.items', parameters: {} };
  const source = nodeOf(SOURCE, sourceType, parameters);
  const nodes = [source, nodeUnderTest(type, run)];
  const connections = { [SOURCE]: { main: [[{ node: 'Node', type: NodeConnectionTypes.Main, index: 0 }]] } };
  const workflow = new Workflow({
    id: 'wf1',
    name: 'Test',
    nodes,
    connections,
    active: false,
    nodeTypes: nodeTypesOf(type, source, run),
    settings: { executionOrder: 'v1' },
  });
  const data = { id: 'wf1', name: 'Test', nodes, connections, active: false } as unknown as IWorkflowBase;
  const engine = new WorkflowExecute(additionalDataOf(run, data), 'manual');
  const { data: result } = await engine.run({ workflow, startNode: source });
  const [task] = result.resultData.runData.Node ?? [];
  return {
    outputs: (task?.data?.main ?? []).map((items) => items ?? []),
    hints: task?.hints ?? [],
    error: result.resultData.error,
  };
}

const nodeOf = (name: string, type: string, parameters: INodeParameters): INode => ({
  id: name,
  name,
  type,
  typeVersion: 1,
  position: [0, 0],
  parameters,
});

function nodeUnderTest(type: INodeType, { parameters, credentials, onError }: NodeRun): INode {
  const references = Object.keys(credentials ?? {}).map((name) => [name, { id: name, name }] as const);
  return {
    ...nodeOf('Node', `${PACKAGE}.${type.description.name}`, parameters),
    credentials: Object.fromEntries(references),
    ...(onError ? { onError } : {}),
  };
}

function nodeTypesOf(type: INodeType, first: INode, { items, files = [] }: NodeRun): INodeTypes {
  const source: INodeType = {
    description: {
      displayName: SOURCE,
      name: 'items',
      group: ['trigger'],
      version: 1,
      description: 'Gives the items of the test',
      defaults: { name: SOURCE },
      inputs: [],
      outputs: [NodeConnectionTypes.Main],
      // n8n drops parameters that the type does not have.
      properties: Object.keys(first.parameters).map((name) => ({
        displayName: name,
        name,
        type: 'string',
        default: '',
      })),
    },
    execute: async () => [
      items.map((json, item) => {
        const binary = files[item];
        return { json, ...(binary ? { binary } : {}), pairedItem: { item } };
      }),
    ],
  };
  const byName = (name: string) => (name === first.type ? source : type);
  return { getByName: byName, getByNameAndVersion: byName, getKnownTypes: () => ({}) };
}

function additionalDataOf(run: NodeRun, workflow: IWorkflowBase): IWorkflowExecuteAdditionalData {
  const needed: Partial<IWorkflowExecuteAdditionalData> = {
    executionId: '7',
    credentialsHelper: new TestCredentials(run.credentials ?? {}),
    hooks: new ExecutionLifecycleHooks('manual', '7', workflow),
    currentNodeExecutionIndex: 0,
    variables: {},
    restApiUrl: `${NOWHERE}/rest`,
    instanceBaseUrl: NOWHERE,
    formWaitingBaseUrl: `${NOWHERE}/form-waiting`,
    webhookBaseUrl: `${NOWHERE}/webhook`,
    webhookTestBaseUrl: `${NOWHERE}/webhook-test`,
    webhookWaitingBaseUrl: `${NOWHERE}/webhook-waiting`,
  };
  return needed as IWorkflowExecuteAdditionalData;
}

/** Credentials by type, with defaults filled in and `authenticate` applied as n8n does. */
class TestCredentials extends ICredentialsHelper {
  constructor(private readonly credentials: NonNullable<NodeRun['credentials']>) {
    super();
  }

  private typeOf(name: string): ICredentialType {
    const type = CREDENTIAL_TYPES.find((one) => one.name === name);
    if (type) return type;
    throw new Error(`The package has no credential type ${name}`);
  }

  getParentTypes(): string[] {
    return [];
  }

  isCredentialUsableByNode(name: string, nodeType: string): boolean {
    return this.typeOf(name).restrictToSupportedNodes !== true || nodeType.startsWith(`${PACKAGE}.`);
  }

  async authenticate(
    credentials: ICredentialDataDecryptedObject,
    name: string,
    request: IHttpRequestOptions,
  ): Promise<IHttpRequestOptions> {
    const { authenticate } = this.typeOf(name);
    return typeof authenticate === 'function' ? authenticate(credentials, request) : request;
  }

  async preAuthentication(): Promise<undefined> {
    return undefined;
  }

  async runPreAuthentication(): Promise<undefined> {
    return undefined;
  }

  async getCredentials(): Promise<ICredentials> {
    throw new Error('Tests have decrypted credentials only');
  }

  async getDecrypted(
    _additionalData: IWorkflowExecuteAdditionalData,
    _reference: unknown,
    name: string,
  ): Promise<ICredentialDataDecryptedObject> {
    const given = this.credentials[name] as INodeParameters;
    const filled = NodeHelpers.getNodeParameters(
      this.getCredentialsProperties(name),
      given,
      true,
      false,
      null,
      null,
    );
    return filled as ICredentialDataDecryptedObject;
  }

  async updateCredentials(): Promise<void> {
    throw new Error('Tests do not change credentials');
  }

  async updateCredentialsOauthTokenData(): Promise<void> {
    throw new Error('Tests do not change credentials');
  }

  getCredentialsProperties(name: string): INodeProperties[] {
    return this.typeOf(name).properties;
  }
}
