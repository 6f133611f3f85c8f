import { readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod/v4';
import type { N8nInstance } from '../tools/n8n';

const Node = z.looseObject({
  name: z.string(),
  type: z.string(),
  webhookId: z.string().optional(),
  credentials: z.record(z.string(), z.looseObject({})).optional(),
});
const WorkflowFile = z.looseObject({
  name: z.string(),
  nodes: z.array(Node),
  connections: z.record(z.string(), z.unknown()),
  settings: z.record(z.string(), z.unknown()),
});
export type WorkflowFile = z.infer<typeof WorkflowFile>;

export const WORKFLOW_FILES = [
  'appointment-reminder',
  'satisfaction-survey',
  'prevention-campaign',
  'inbox',
  'audit-head-daily',
] as const;
export type WorkflowName = (typeof WORKFLOW_FILES)[number];

/** Credential of each type, as picked in the editor. */
export type Picked = Readonly<Record<string, { readonly id: string; readonly name: string }>>;

export function readWorkflow(root: string, name: WorkflowName): WorkflowFile {
  return WorkflowFile.parse(JSON.parse(readFileSync(path.join(root, 'workflows', `${name}.json`), 'utf8')));
}

/** What a user does after importing: picks a credential wherever a node asks for one. */
export function pickCredentials(file: WorkflowFile, picked: Picked): WorkflowFile {
  const pick = (type: string): [string, { id: string; name: string }] => {
    const credential = picked[type];
    if (!credential) throw new Error(`A workflow asks for a credential of the unknown type ${type}.`);
    return [type, { ...credential }];
  };
  const nodes = file.nodes.map((node) =>
    node.credentials
      ? { ...node, credentials: Object.fromEntries(Object.keys(node.credentials).map(pick)) }
      : node,
  );
  return { ...file, nodes };
}

/** Imports the shipped files as they are and picks the credentials; answers with n8n's ids. */
export async function importWorkflows(
  n8n: N8nInstance,
  root: string,
  picked: Picked,
  names: readonly WorkflowName[] = WORKFLOW_FILES,
): Promise<Record<WorkflowName, string>> {
  const ids: Partial<Record<WorkflowName, string>> = {};
  const known = await n8n.workflows.list();
  for (const name of names) {
    const file = pickCredentials(readWorkflow(root, name), picked);
    // An earlier start may have ended in between.
    ids[name] = (
      known.find((workflow) => workflow.name === file.name) ?? (await n8n.workflows.create(file))
    ).id;
  }
  return ids as Record<WorkflowName, string>;
}

const INBOX_TYPE = 'n8n-nodes-carecampaign.whatsAppInboxTrigger';

/** The URL that goes into Meta's app, or into the simulator. */
export async function inboxUrl(n8n: N8nInstance, workflowId: string): Promise<string> {
  const { nodes } = await n8n.workflows.get(workflowId);
  const trigger = nodes.map((node) => Node.parse(node)).find((node) => node.type === INBOX_TYPE);
  if (!trigger?.webhookId) throw new Error('The inbox workflow has no WhatsApp Inbox Trigger.');
  return n8n.webhookUrl(`${trigger.webhookId}/whatsapp`);
}
