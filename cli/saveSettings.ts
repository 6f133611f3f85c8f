import { N8nApiError, type N8nPublicApi, type Workflow } from './n8nPublicApi';

const OUR_NODES = 'n8n-nodes-carecampaign.';

/** With these, n8n keeps no items of a run in its database, so no phone number or name stays there. */
export const SAVE_NOTHING = {
  saveDataSuccessExecution: 'none',
  saveDataErrorExecution: 'none',
  saveManualExecutions: false,
  saveExecutionProgress: false,
} as const;

/**
 * `changed`, or `would change` on a dry run; `as it should be` already; `archived`, which n8n does not let us
 * change and does not run; `not ours` for a workflow asked for by id that has none of our nodes; `refused` by n8n.
 */
export type Outcome = 'changed' | 'would change' | 'as it should be' | 'archived' | 'not ours' | 'refused';

export interface SettingsReport {
  id: string;
  name: string;
  outcome: Outcome;
  /** What differs from SAVE_NOTHING, by setting; `from` is null where it was not set. */
  changes: Record<string, { from: unknown; to: unknown }>;
  /** Why n8n refused. */
  reason?: string;
}

/**
 * Switches the saving of executions off for workflows with our nodes.
 * @param ids only these workflows; undefined means all that the key may see
 */
export async function setSaveSettings(
  api: N8nPublicApi,
  { ids, dryRun }: { ids: readonly string[] | undefined; dryRun: boolean },
): Promise<SettingsReport[]> {
  const reports: SettingsReport[] = [];
  if (ids) {
    for (const id of ids)
      reports.push(await orRefused({ id, name: '', changes: {} }, () => setById(api, id, dryRun)));
    return reports;
  }
  const ours = (await api.listWorkflows()).filter((workflow) => isOurs(workflow) && !workflow.isArchived);
  for (const workflow of ours) reports.push(await setOne(api, workflow, dryRun));
  return reports;
}

const setById = async (api: N8nPublicApi, id: string, dryRun: boolean) =>
  setOne(api, await api.getWorkflow(id), dryRun);

const isOurs = ({ nodes }: Workflow) => nodes.some(({ type }) => type.startsWith(OUR_NODES));

async function setOne(api: N8nPublicApi, workflow: Workflow, dryRun: boolean): Promise<SettingsReport> {
  const changes = differences(workflow);
  const report = { id: workflow.id, name: workflow.name, changes };
  if (!isOurs(workflow)) return { ...report, changes: {}, outcome: 'not ours' };
  if (workflow.isArchived) return { ...report, outcome: 'archived' };
  if (Object.keys(changes).length === 0) return { ...report, outcome: 'as it should be' };
  if (dryRun) return { ...report, outcome: 'would change' };
  return orRefused(report, async () => {
    const updated = await api.updateSettings(workflow, SAVE_NOTHING);
    const left = Object.keys(differences(updated));
    if (left.length === 0) return { ...report, outcome: 'changed' };
    return { ...report, outcome: 'refused', reason: `n8n left ${left.join(', ')} as it was` };
  });
}

/** One workflow that n8n refuses must not keep the others from being set. */
async function orRefused(
  report: Omit<SettingsReport, 'outcome'>,
  attempt: () => Promise<SettingsReport>,
): Promise<SettingsReport> {
  try {
    return await attempt();
  } catch (error) {
    if (!(error instanceof N8nApiError)) throw error;
    return { ...report, outcome: 'refused', reason: error.message };
  }
}

function differences({ settings }: Workflow): SettingsReport['changes'] {
  return Object.fromEntries(
    Object.entries(SAVE_NOTHING)
      .filter(([key, to]) => settings?.[key] !== to)
      .map(([key, to]) => [key, { from: settings?.[key] ?? null, to }]),
  );
}
