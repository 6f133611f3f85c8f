import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod/v4';
import type { RestClient } from '../rest';

const PUBLISH_TIMEOUT_MS = 30_000;

const Node = z.looseObject({ name: z.string(), type: z.string() });

const Workflow = z.looseObject({
  id: z.string(),
  name: z.string(),
  active: z.boolean(),
  isArchived: z.boolean(),
  versionId: z.string(),
  nodes: z.array(Node),
  connections: z.record(z.string(), z.unknown()),
  settings: z.record(z.string(), z.unknown()).nullish(),
});
export type Workflow = z.infer<typeof Workflow>;

const Listed = Workflow.pick({ id: true, name: true, active: true, isArchived: true });
export type ListedWorkflow = z.infer<typeof Listed>;

const Publication = z.object({
  status: z.string(),
  triggers: z.array(
    z.object({ nodeId: z.string(), status: z.string(), errorMessage: z.string().nullable() }),
  ),
});

/** What a shipped workflow file holds; ids, tags and the rest are n8n's. */
export interface WorkflowDefinition {
  name: string;
  nodes: readonly unknown[];
  connections: object;
  settings?: object;
  pinData?: object | null;
}

export class WorkflowsApi {
  constructor(private readonly rest: RestClient) {}

  create(definition: WorkflowDefinition): Promise<Workflow> {
    return this.rest.post('/rest/workflows', definition, Workflow);
  }

  get(id: string): Promise<Workflow> {
    return this.rest.get(`/rest/workflows/${id}`, Workflow);
  }

  /** Settings given here are laid over those that the workflow has. */
  update(id: string, change: Partial<WorkflowDefinition>): Promise<Workflow> {
    return this.rest.patch(`/rest/workflows/${id}`, change, Workflow);
  }

  /** Workflows that are not archived. */
  async list(): Promise<ListedWorkflow[]> {
    const filter = JSON.stringify({ isArchived: false });
    return this.rest.get('/rest/workflows', z.array(Listed), { filter });
  }

  /** Publishes the current version and waits until its triggers and webhooks listen. */
  async activate(id: string): Promise<void> {
    const { versionId } = await this.get(id);
    await this.rest.post(`/rest/workflows/${id}/activate`, { versionId }, z.unknown());
    await this.untilPublished(id);
  }

  /** n8n answers `activate` before the triggers listen: a webhook called at once would get 404. */
  async untilPublished(id: string): Promise<void> {
    const deadline = Date.now() + PUBLISH_TIMEOUT_MS;
    for (;;) {
      const { status, triggers } = await this.rest.get(
        `/rest/workflows/${id}/publication-status`,
        Publication,
      );
      if (status === 'published') return;
      if (status !== 'in_progress' || Date.now() > deadline) {
        const reasons = triggers.flatMap(({ errorMessage }) => errorMessage ?? []).join('; ');
        throw new Error(`n8n did not publish workflow ${id} (${status}): ${reasons}`);
      }
      await sleep(100);
    }
  }

  async deactivate(id: string): Promise<void> {
    await this.rest.post(`/rest/workflows/${id}/deactivate`, {}, z.unknown());
  }

  async archive(id: string): Promise<void> {
    await this.rest.post(`/rest/workflows/${id}/archive`, {}, z.unknown());
  }
}
