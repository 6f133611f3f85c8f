import { numberOf } from './consentTable';
import { type BenchClinic, TEMPLATE } from './benchClinicN8n';
import { type BenchNode, code, line } from './benchWorkflow';

const DAY = 86_400_000;

/** Name of the node that sends, for its time. */
export const SEND = 'Send';

/** As Due Reminders would put them out, with an occurrence that no run had before. */
export const recipients = ({ clock }: BenchClinic, count: number, run: string): BenchNode =>
  code(
    'Recipients',
    `const at = '${new Date(clock.now() + 2 * DAY).toISOString()}';
return Array.from({ length: ${count} }, (_, index) => ({
  json: {
    phone: '${numberOf(0).slice(0, -8)}' + (10000000 + index),
    care: { kind: 'reminder', occurrence: '${run}-' + index, stage: '48h', at, language: 'it' },
  },
}));`,
  );

/** The text from the catalogue, and WhatsApp Send. */
export function ourNodes({ credentials }: BenchClinic, perSecond: number): BenchNode[] {
  const { careCampaignRegistryApi, careCampaignWhatsAppApi } = credentials;
  return [
    {
      name: 'Text',
      type: 'n8n-nodes-carecampaign.neutralTemplate',
      parameters: { operation: 'render', template: TEMPLATE, languageFrom: 'item', values: {} },
      credentials: { careCampaignRegistryApi },
    },
    {
      name: SEND,
      type: 'n8n-nodes-carecampaign.whatsAppSend',
      parameters: {
        basis: 'purpose',
        personFrom: 'phone',
        phoneField: 'phone',
        purpose: 'appointment',
        options: { concurrency: 200, messagesPerSecond: perSecond },
      },
      credentials: { careCampaignRegistryApi, careCampaignWhatsAppApi },
    },
  ];
}

/** As many nodes of n8n's own, which hand the items on and do nothing. */
export const idleNodes: readonly BenchNode[] = ['Text', SEND].map((name) => ({
  name,
  type: 'n8n-nodes-base.set',
  typeVersion: 3.4,
  parameters: {
    assignments: { assignments: [{ id: name, name: `by${name}`, type: 'string', value: 'seen' }] },
    includeOtherFields: true,
  },
}));

/**
 * Starts a run in the background, by a webhook: what the editor starts is also sent to the editor, item by item.
 * @param name of the workflow and its webhook
 * @returns n8n's id of the workflow
 */
export async function startRun(
  clinic: BenchClinic,
  name: string,
  count: number,
  nodes: readonly BenchNode[],
): Promise<string> {
  const start: BenchNode = {
    name: 'Start',
    type: 'n8n-nodes-base.webhook',
    typeVersion: 2,
    parameters: { path: name, httpMethod: 'GET', responseMode: 'onReceived' },
    webhookId: name,
  };
  const definition = line(name, [start, recipients(clinic, count, `${name}-${Date.now()}`), ...nodes]);
  const { id } = await clinic.n8n.workflows.create(definition);
  await clinic.n8n.workflows.activate(id);
  const answer = await fetch(clinic.n8n.webhookUrl(name));
  if (!answer.ok) throw new Error(`The run was not started: ${answer.status}`);
  return id;
}
