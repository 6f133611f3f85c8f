import { z } from 'zod/v4';
import { CredentialsApi } from './api/credentials';
import { DataTablesApi } from './api/dataTables';
import { ExecutionsApi } from './api/executions';
import { WorkflowsApi } from './api/workflows';
import { installCommunityPackage } from './communityPackage';
import { ensureN8n } from './ensureN8n';
import { runManually, type ManualRun } from './manualRun';
import { signInAsOwner, type Owner } from './owner';
import { N8nProcess } from './process';
import { RestClient } from './rest';

export interface N8nOptions {
  /** Holds everything of this instance: n8n's database and key, community packages, the owner's login, the log. */
  userFolder: string;
  port: number;
  /** A packed community package to have installed before the start. */
  tarball?: string;
  /** Added to n8n's environment, over what the driver sets. */
  env?: Record<string, string>;
}

/**
 * One more process of an n8n in queue mode, which takes executions. It uses the folder, and so the key and the
 * packages, of an instance that is up already.
 */
export async function startWorker({ userFolder, port, env = {} }: N8nOptions): Promise<N8nProcess> {
  return N8nProcess.start({ folder: await ensureN8n(), userFolder, port, env, command: 'worker' });
}

const NodeType = z.looseObject({ name: z.string(), displayName: z.string() });
export type NodeType = z.infer<typeof NodeType>;

/** A real n8n on the loopback interface, driven through the REST API that its editor uses. */
export class N8nInstance {
  readonly credentials: CredentialsApi;
  readonly dataTables: DataTablesApi;
  readonly executions: ExecutionsApi;
  readonly workflows: WorkflowsApi;

  private constructor(
    private readonly process: N8nProcess,
    private readonly rest: RestClient,
    /** The login for the editor. */
    readonly owner: Owner,
  ) {
    this.credentials = new CredentialsApi(rest);
    this.dataTables = new DataTablesApi(rest);
    this.executions = new ExecutionsApi(rest);
    this.workflows = new WorkflowsApi(rest);
  }

  /**
   * Starts n8n on the user folder, new or used, and signs in as its owner. Installs n8n itself where missing.
   * @throws Error when the port is taken or n8n does not start, with the end of its log
   */
  static async start({ userFolder, port, tarball, env = {} }: N8nOptions): Promise<N8nInstance> {
    const folder = await ensureN8n();
    if (tarball) await installCommunityPackage(userFolder, tarball);
    const process = await N8nProcess.start({ folder, userFolder, port, env });
    try {
      const rest = new RestClient(`http://127.0.0.1:${port}`);
      return new N8nInstance(process, rest, await signInAsOwner(rest, userFolder));
    } catch (error) {
      await process.stop();
      throw error;
    }
  }

  /** Where the editor is. */
  get url(): string {
    return this.rest.url;
  }

  get logFile(): string {
    return this.process.logFile;
  }

  get pid(): number {
    return this.process.pid;
  }

  get running(): boolean {
    return this.process.running;
  }

  /** Runs a workflow from one of its triggers as the editor does and waits for the end; see ManualRun. */
  run(workflowId: string, options: { trigger: string; timeoutMs?: number }): Promise<ManualRun> {
    return runManually(this.rest, this.executions, workflowId, options);
  }

  /** The URL of a published workflow's webhook. */
  webhookUrl(path: string): string {
    return `${this.url}/webhook/${path}`;
  }

  /** The URL that listens once after "Listen for test event" in the editor. */
  testWebhookUrl(path: string): string {
    return `${this.url}/webhook-test/${path}`;
  }

  /** Every node that this n8n knows, community packages included. */
  nodeTypes(): Promise<NodeType[]> {
    return this.rest.plain('/types/nodes.json', z.array(NodeType));
  }

  /** A key for the public API. n8n shows it this once. */
  async createApiKey(label: string, scopes: readonly string[]): Promise<string> {
    const Created = z.object({ rawApiKey: z.string() });
    const body = { label, scopes, expiresAt: null };
    return (await this.rest.post('/rest/api-keys', body, Created)).rawApiKey;
  }

  /** Lets n8n finish what it does and end; also its task runner. */
  stop(): Promise<void> {
    return this.process.stop();
  }

  /** Ends n8n at once, as a power cut would. */
  kill9(): Promise<void> {
    return this.process.kill9();
  }
}
