import type { INodeExecutionData, IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';
import { CareError, parseMetaWebhook, verifySignature, type InboundEvent, type InboxItem } from '../../core';
import { reasonOf } from '../shared/errors';
import { registryFor } from '../shared/registry';
import { answer, rawBodyOf } from './http';

const PROVIDER = 'metaCloud';

interface Received {
  readonly items: readonly InboxItem[];
  /** Why the request must come again or was none of ours; null: everything is stored. */
  readonly refusal: { readonly status: number; readonly code: string } | null;
}

/**
 * The parsed events of a request that Meta signed.
 * @throws CareError `signatureInvalid`, `webhookInvalid`
 */
async function signedEvents(context: IWebhookFunctions, appSecret: string): Promise<InboundEvent[]> {
  const raw = await rawBodyOf(context);
  const header = context.getHeaderData()['x-hub-signature-256'];
  if (!verifySignature(raw, typeof header === 'string' ? header : undefined, appSecret)) {
    throw new CareError('signatureInvalid', 'The signature does not fit the app secret of the credential.');
  }
  return parseMetaWebhook(parsedJson(raw));
}

function parsedJson(raw: Buffer): unknown {
  try {
    return JSON.parse(raw.toString('utf8')) as unknown;
  } catch {
    return null;
  }
}

const STATUS_OF: Readonly<Record<string, number>> = {
  signatureInvalid: 401,
  webhookInvalid: 400,
  senderUnknown: 404,
  controllerNotAllowed: 404,
};

/**
 * 503 for everything unforeseen: Meta delivers again for seven days, and the registry drops repeats. Nobody is
 * answered until then, not even with the emergency text: without the registry there is no item to start with.
 */
function refusalOf(error: unknown): { status: number; code: string } {
  const { code } = reasonOf(error);
  return { status: STATUS_OF[code] ?? 503, code };
}

function bySender(events: readonly InboundEvent[]): InboundEvent[][] {
  const groups = new Map<string, InboundEvent[]>();
  for (const event of events) {
    const group = groups.get(event.phoneNumberId) ?? [];
    group.push(event);
    groups.set(event.phoneNumberId, group);
  }
  return [...groups.values()];
}

/** One sender's refusal must not hold back the STOP of another sender's patient in the same request. */
async function receiveAll(context: IWebhookFunctions, appSecret: string): Promise<Received> {
  const items: InboxItem[] = [];
  let refusal: Received['refusal'] = null;
  try {
    const events = await signedEvents(context, appSecret);
    const registry = await registryFor(context);
    for (const group of bySender(events)) {
      try {
        items.push(...(await registry.inbox.receive(PROVIDER, group)));
      } catch (error) {
        refusal = refusalOf(error);
      }
    }
  } catch (error) {
    refusal = refusalOf(error);
  }
  return { items, refusal };
}

/**
 * Verifies, stores and classifies one request before it is answered. Only events of a chosen kind start the
 * workflow; everything else is settled in the registry.
 */
export async function receive(
  context: IWebhookFunctions,
  appSecret: string,
  triggerOn: readonly string[],
): Promise<IWebhookResponseData> {
  const { items, refusal } = await receiveAll(context, appSecret);
  const wanted: INodeExecutionData[] = items
    .filter(({ kind }) => triggerOn.includes(kind))
    .map((item) => ({ json: { ...item } }));
  const started = wanted.length === 0 ? {} : { workflowData: [wanted] };
  if (refusal === null) return { webhookResponse: 'OK', ...started };
  context.logger.warn(`WhatsApp Inbox Trigger refused a request: ${refusal.code}`);
  answer(context, refusal.status, refusal.code);
  return { noWebhookResponse: true, ...started };
}
