import type { INodeExecutionData, IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';
import {
  type AccountItem,
  CareError,
  type InboundEvent,
  type InboxItem,
  type MetaDelivery,
  parseMetaDelivery,
  type Registry,
  verifySignature,
} from '../../core';
import { reasonOf } from '../shared/errors';
import { registryFor } from '../shared/registry';
import type { WhatsAppAccess } from '../shared/whatsAppCredential';
import { rememberedCredentials } from './credentials';
import { forward } from './forward';
import { answer, rawBodyOf } from './http';
import { markRead } from './markRead';

const PROVIDER = 'metaCloud';

export interface InboxOptions {
  readonly forwardTo?: string;
  readonly markRead?: boolean;
}

type Item = InboxItem | AccountItem;

/** Why the request must come again or was none of ours. */
interface Refused {
  readonly status: number;
  readonly code: string;
}

interface Received {
  readonly items: readonly Item[];
  /** Events that are stored now, or were before. */
  readonly stored: readonly InboundEvent[];
  /** null: everything is stored. */
  readonly refusal: Refused | null;
}

interface Signed {
  readonly raw: Buffer;
  readonly signature: string;
}

/**
 * A request that Meta signed.
 * @throws CareError `signatureInvalid`
 */
async function signedRequest(context: IWebhookFunctions, appSecret: string): Promise<Signed> {
  const raw = await rawBodyOf(context);
  const header = context.getHeaderData()['x-hub-signature-256'];
  // Sent twice it is a list, and one of them would have to be believed.
  const signature = typeof header === 'string' ? header : undefined;
  if (signature !== undefined && verifySignature(raw, signature, appSecret)) return { raw, signature };
  throw new CareError('signatureInvalid', 'The signature does not fit the app secret of the credential.');
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
function refusalOf(error: unknown): Refused {
  const { code } = reasonOf(error);
  return { status: STATUS_OF[code] ?? 503, code };
}

function groupsBy<E>(events: readonly E[], owner: (event: E) => string): E[][] {
  const groups = new Map<string, E[]>();
  for (const event of events) {
    const group = groups.get(owner(event)) ?? [];
    group.push(event);
    groups.set(owner(event), group);
  }
  return [...groups.values()];
}

/** Stores group by group: one sender's refusal must not hold back the STOP of another sender's patient. */
async function storeAll(
  registry: Registry,
  delivery: MetaDelivery,
  options: { readonly published: boolean },
): Promise<Received> {
  const items: Item[] = [];
  const stored: InboundEvent[] = [];
  let refusal: Refused | null = delivery.unreadable > 0 ? { status: 400, code: 'webhookInvalid' } : null;
  const guarded = async (store: () => Promise<void>): Promise<void> => {
    try {
      await store();
    } catch (error) {
      const { status, code } = refusalOf(error);
      // What may still succeed has to come again, whatever else was refused for good.
      if (refusal === null || status > refusal.status) refusal = { status, code };
    }
  };
  for (const group of groupsBy(delivery.events, ({ phoneNumberId }) => phoneNumberId)) {
    await guarded(async () => {
      items.push(...(await registry.inbox.receive(PROVIDER, group, options)));
      stored.push(...group);
    });
  }
  for (const group of groupsBy(delivery.account, ({ businessAccountId }) => businessAccountId)) {
    await guarded(async () => {
      items.push(...(await registry.inbox.receiveAccount(PROVIDER, group)));
    });
  }
  return { items, stored, refusal };
}

/** While somebody listens in the editor, n8n calls the webhook in the mode of a manual run. */
const isPublished = (context: IWebhookFunctions): boolean => context.getMode() !== 'manual';

async function receiveSigned(context: IWebhookFunctions, { raw }: Signed): Promise<Received> {
  try {
    const delivery = parseMetaDelivery(parsedJson(raw));
    const registry = await registryFor(rememberedCredentials(context));
    return await storeAll(registry, delivery, { published: isPublished(context) });
  } catch (error) {
    return { items: [], stored: [], refusal: refusalOf(error) };
  }
}

/** A request that has to come again is handed on when it does; one with a number unknown here may be another's. */
const isSettled = (refusal: Refused | null): boolean => refusal === null || refusal.status === 404;

function afterwards(
  context: IWebhookFunctions,
  access: WhatsAppAccess,
  options: InboxOptions,
  signed: Signed,
  { items, stored, refusal }: Received,
): void {
  const isNew = items.some(({ kind }) => kind === 'message');
  if (options.markRead && isNew) void markRead(context, access, stored);
  if (options.forwardTo && isSettled(refusal)) void forward(context, signed);
}

function answerOf(
  context: IWebhookFunctions,
  { items, refusal }: Pick<Received, 'items' | 'refusal'>,
  triggerOn: readonly string[],
): IWebhookResponseData {
  const wanted: INodeExecutionData[] = items
    .filter(({ kind }) => triggerOn.includes(kind))
    .map((item) => ({ json: { ...item } }));
  const started = wanted.length === 0 ? {} : { workflowData: [wanted] };
  if (refusal === null) return { webhookResponse: 'OK', ...started };
  context.logger.warn(`WhatsApp Inbox Trigger refused a request: ${refusal.code}`);
  answer(context, refusal.status, refusal.code);
  return { noWebhookResponse: true, ...started };
}

/**
 * Verifies, stores and classifies one request before it is answered. Only events of a chosen kind start the
 * workflow; everything else is settled in the registry.
 */
export async function receive(
  context: IWebhookFunctions,
  access: WhatsAppAccess,
  triggerOn: readonly string[],
  options: InboxOptions,
): Promise<IWebhookResponseData> {
  let signed: Signed;
  try {
    signed = await signedRequest(context, access.appSecret);
  } catch (error) {
    return answerOf(context, { items: [], refusal: refusalOf(error) }, triggerOn);
  }
  const received = await receiveSigned(context, signed);
  afterwards(context, access, options, signed, received);
  return answerOf(context, received, triggerOn);
}
