import axios, { isAxiosError, type AxiosInstance, type AxiosRequestConfig } from 'axios';
import { z } from 'zod/v4';

const Workflow = z.looseObject({
  id: z.string(),
  name: z.string(),
  active: z.boolean(),
  isArchived: z.boolean().default(false),
  nodes: z.array(z.looseObject({ type: z.string() })),
  connections: z.record(z.string(), z.unknown()),
  settings: z.record(z.string(), z.unknown()).nullish(),
});
export type Workflow = z.infer<typeof Workflow>;

const Page = z.object({ data: z.array(Workflow), nextCursor: z.string().nullish() });
const Problem = z.object({ message: z.string() });

/** n8n answered with a refusal, or not at all. `message` never holds the API key. */
export class N8nApiError extends Error {}

/** The part of n8n's public API that settings need: https://docs.n8n.io/api/api-reference/ */
export class N8nPublicApi {
  private readonly http: AxiosInstance;

  /** @param url where the editor is, such as http://127.0.0.1:5678 */
  constructor(url: string, apiKey: string) {
    this.http = axios.create({
      baseURL: new URL('api/v1', url.endsWith('/') ? url : `${url}/`).href,
      headers: { 'X-N8N-API-KEY': apiKey },
      timeout: 30_000,
      // A redirect would carry the key to wherever it points.
      maxRedirects: 0,
    });
  }

  /** All workflows that the key may see. Pinned data stays in n8n: it may hold people. */
  async listWorkflows(): Promise<Workflow[]> {
    const all: Workflow[] = [];
    let cursor: string | undefined;
    do {
      const params = { limit: 100, excludePinnedData: true, ...(cursor && { cursor }) };
      const page = await this.call({ method: 'get', url: '/workflows', params }, Page);
      all.push(...page.data);
      cursor = page.nextCursor ?? undefined;
    } while (cursor);
    return all;
  }

  getWorkflow(id: string): Promise<Workflow> {
    const params = { excludePinnedData: true };
    return this.call({ method: 'get', url: `/workflows/${encodeURIComponent(id)}`, params }, Workflow);
  }

  /**
   * Lays settings over those of a workflow. Its other parts go along unchanged, since the API demands them, and
   * a draft that is not published stays unpublished.
   */
  updateSettings(workflow: Workflow, settings: Record<string, unknown>): Promise<Workflow> {
    const { id, name, nodes, connections } = workflow;
    const params = { publishIfActive: false };
    const data = {
      name,
      nodes,
      connections,
      settings: { ...writable(workflow.settings ?? {}), ...settings },
    };
    return this.call({ method: 'put', url: `/workflows/${encodeURIComponent(id)}`, params, data }, Workflow);
  }

  private async call<T>(request: AxiosRequestConfig, schema: z.ZodType<T>): Promise<T> {
    const { data } = await this.http.request<unknown>(request).catch((error: unknown) => {
      throw withoutKey(error);
    });
    const answer = schema.safeParse(data);
    if (answer.success) return answer.data;
    throw new N8nApiError(
      'This URL does not answer as the public API of n8n does; give the address of the editor.',
    );
  }
}

/** The settings that the API takes on PUT; it refuses a request with any other, also one that it has itself stored. */
const WRITABLE = new Set([
  'availableInMCP',
  'callerIds',
  'callerPolicy',
  'customTelemetryTags',
  'errorWorkflow',
  'executionOrder',
  'executionTimeout',
  'redactionPolicy',
  'saveDataErrorExecution',
  'saveDataSuccessExecution',
  'saveExecutionProgress',
  'saveManualExecutions',
  'timeSavedMode',
  'timeSavedPerExecution',
  'timezone',
]);

const writable = (settings: Record<string, unknown>) =>
  Object.fromEntries(Object.entries(settings).filter(([key]) => WRITABLE.has(key)));

/** axios' own error carries the request, key included, wherever it is printed. */
function withoutKey(error: unknown): Error {
  if (!isAxiosError(error)) return new N8nApiError('n8n could not be asked.');
  const status = error.response?.status;
  if (status === undefined)
    return new N8nApiError(`n8n cannot be reached (${error.code ?? 'no answer'}). Is the URL right?`);
  if (status === 401) return new N8nApiError('n8n refused the API key. Make one in Settings > n8n API.');
  if (status === 403)
    return new N8nApiError(
      'The API key lacks a scope: it needs workflow:list, workflow:read and workflow:update.',
    );
  const problem = Problem.safeParse(error.response?.data);
  return new N8nApiError(`n8n answered ${status}${problem.success ? `: ${problem.data.message}` : ''}`);
}
