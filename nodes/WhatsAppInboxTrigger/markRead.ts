import type { IWebhookFunctions } from 'n8n-workflow';
import type { InboundEvent } from '../../core';
import { WHATSAPP_CREDENTIAL, type WhatsAppAccess } from '../shared/whatsAppCredential';
import { inBackground, ONE_CALL } from './background';

/** `POST /{version}/{phoneNumberId}/messages` with `status: read`: the person sees two blue ticks. */
function markOne(
  context: IWebhookFunctions,
  { baseUrl, apiVersion }: WhatsAppAccess,
  phoneNumberId: string,
  messageId: string,
): Promise<void> {
  return inBackground(context, 'markReadFailed', async () => {
    const answer: unknown = await context.helpers.httpRequestWithAuthentication.call(
      context,
      WHATSAPP_CREDENTIAL,
      {
        ...ONE_CALL,
        url: `${baseUrl}/${apiVersion}/${encodeURIComponent(phoneNumberId)}/messages`,
        json: true,
        body: { messaging_product: 'whatsapp', status: 'read', message_id: messageId },
      },
    );
    return answer as { statusCode: number };
  });
}

/** One call after the other: it is no hurry, and a batch of Meta's may hold hundreds. */
export async function markRead(
  context: IWebhookFunctions,
  access: WhatsAppAccess,
  events: readonly InboundEvent[],
): Promise<void> {
  for (const event of events) {
    if (event.kind !== 'message' || event.messageId === undefined) continue;
    await markOne(context, access, event.phoneNumberId, event.messageId);
  }
}
