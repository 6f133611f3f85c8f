import type { INodeExecutionData, IWebhookFunctions, IWebhookResponseData } from 'n8n-workflow';
import {
  CareError,
  knowsSecret,
  parseFieldWebhook,
  parseSendAppCloudWebhook,
  type InboundEvent,
  type InboxItem,
} from '../../core';
import { reasonOf } from '../shared/errors';
import { registryFor } from '../shared/registry';
import { readSendAppCredential, SENDAPP_CREDENTIAL, type SendAppAccess } from '../shared/sendAppCredential';
import { rememberedCredentials } from './credentials';
import { answer, rawBodyOf } from './http';
import { webhookPaths } from './sendAppFields';

/** 503 for everything unforeseen, above all a registry that is away: SendApp may come again. */
const STATUS_OF: Readonly<Record<string, number>> = {
  secretInvalid: 401,
  webhookInvalid: 400,
  parameterInvalid: 400,
  senderUnknown: 404,
  controllerNotAllowed: 404,
};

function parsedJson(raw: Buffer): unknown {
  try {
    return JSON.parse(raw.toString('utf8')) as unknown;
  } catch {
    return null;
  }
}

function eventsOf(
  context: IWebhookFunctions,
  { access, senderId }: SendAppAccess,
  body: unknown,
): InboundEvent[] {
  const now = Date.now();
  if (access.provider === 'sendAppCloud') return parseSendAppCloudWebhook(body, senderId, now);
  const paths = webhookPaths(context.getNode().parameters.sendAppOptions);
  if (paths === null)
    throw new CareError('parameterInvalid', 'A path under SendApp Options is no path. Correct it.');
  return parseFieldWebhook(body, senderId, paths, now);
}

/** @throws CareError for everything that must not be answered with 200 */
async function stored(context: IWebhookFunctions): Promise<readonly InboxItem[]> {
  const credential = readSendAppCredential(
    await rememberedCredentials(context).getCredentials(SENDAPP_CREDENTIAL),
  );
  const { secret } = context.getQueryData() as { secret?: unknown };
  if (!knowsSecret(secret, credential.webhookSecret))
    throw new CareError('secretInvalid', 'The address of the request does not hold the webhook secret.');
  const events = eventsOf(context, credential, parsedJson(await rawBodyOf(context)));
  if (events.length === 0) return [];
  return (await registryFor(rememberedCredentials(context))).inbox.receive(
    credential.access.provider,
    events,
    {
      published: context.getMode() !== 'manual',
    },
  );
}

/** Checks, stores and classifies one request of SendApp before it is answered; a STOP counts by then. */
export async function receiveSendApp(context: IWebhookFunctions): Promise<IWebhookResponseData> {
  if (context.getWebhookName() === 'setup') {
    answer(context, 404, 'SendApp makes no handshake.');
    return { noWebhookResponse: true };
  }
  try {
    const items = await stored(context);
    const triggerOn = context.getNodeParameter('triggerOn', ['message', 'preference']) as string[];
    const wanted: INodeExecutionData[] = items
      .filter(({ kind }) => triggerOn.includes(kind))
      .map((item) => ({ json: { ...item } }));
    return { webhookResponse: 'OK', ...(wanted.length === 0 ? {} : { workflowData: [wanted] }) };
  } catch (error) {
    const { code } = reasonOf(error);
    context.logger.warn(`WhatsApp Inbox Trigger refused a request: ${code}`);
    answer(context, STATUS_OF[code] ?? 503, code);
    return { noWebhookResponse: true };
  }
}
