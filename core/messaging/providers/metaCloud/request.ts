import type { Recipient } from '../../../registry/types';
import { contentOf } from '../../content';
import type { HttpRequest, OutgoingMessage } from '../../types';

export interface MetaCloudAccount {
  readonly accessToken: string;
  readonly phoneNumberId: string;
  /** e.g. `v25.0`; a version lives about two years, so it is the credential's to set. */
  readonly apiVersion: string;
  /** Without a trailing slash, e.g. `https://graph.facebook.com`. */
  readonly baseUrl: string;
}

/**
 * Marketing with a time to live goes to its own endpoint, because Meta honours a custom TTL of marketing only
 * there. That endpoint takes no BSUID (OpenAPI v23.0: `to` is required).
 */
function endpoint({ as, message, to }: OutgoingMessage): 'messages' | 'marketing_messages' {
  const limited = message.metaCategory === 'MARKETING' && message.ttlSeconds !== null;
  return as === 'template' && limited && to.kind === 'phone' ? 'marketing_messages' : 'messages';
}

/** Without the plus Meta may put the business number's own country code before the number. */
const plus = (e164: string): string => (e164.startsWith('+') ? e164 : `+${e164}`);

/** The bubble of the message that is answered, above the answer. A reaction hangs on it by itself. */
const quoted = ({ message: { origin }, inReplyTo }: OutgoingMessage) =>
  origin?.source === 'composed' && origin.quote && origin.part.kind !== 'reaction' && inReplyTo !== undefined
    ? { context: { message_id: inReplyTo } }
    : {};

const address = (to: Recipient) => (to.kind === 'phone' ? { to: plus(to.e164) } : { recipient: to.bsuid });

/**
 * `POST /{version}/{phoneNumberId}/messages` or `/marketing_messages`. The outbox id travels in
 * `biz_opaque_callback_data`, comes back with every status and settles calls whose answer was lost.
 */
export function buildRequest(
  account: MetaCloudAccount,
  outgoing: OutgoingMessage,
  timeoutMs: number,
): HttpRequest {
  const { baseUrl, apiVersion, phoneNumberId, accessToken } = account;
  return {
    method: 'POST',
    url: `${baseUrl}/${apiVersion}/${encodeURIComponent(phoneNumberId)}/${endpoint(outgoing)}`,
    headers: { Authorization: `Bearer ${accessToken}`, 'Content-Type': 'application/json' },
    body: {
      messaging_product: 'whatsapp',
      recipient_type: 'individual',
      ...address(outgoing.to),
      ...quoted(outgoing),
      ...contentOf(outgoing),
      biz_opaque_callback_data: outgoing.outboxId,
    },
    timeoutMs,
  };
}
