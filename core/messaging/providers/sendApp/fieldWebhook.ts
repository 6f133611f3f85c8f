import type { InboundEvent } from '../../../registry/types';
import { digest, fromOf, invalid, keyWithoutId } from './inbound';

/** Where a webhook of unknown shape holds what we need: paths such as `data.message.text` or `messages.0.id`. */
export interface WebhookPaths {
  readonly text: string;
  readonly number: string;
  /** The message's id; what has none is recognised by its content, for a few seconds. */
  readonly id: string;
  /** What a tapped button sends back; empty: the shape has none. */
  readonly payload: string;
  /** True where the message is our own; empty: the shape does not tell. */
  readonly own: string;
}

function at(body: unknown, path: string): unknown {
  if (path === '') return undefined;
  return path.split('.').reduce<unknown>((from, key) => {
    if (typeof from !== 'object' || from === null || !Object.hasOwn(from, key)) return undefined;
    return (from as Record<string, unknown>)[key];
  }, body);
}

function textAt(body: unknown, path: string): string | null {
  const value = at(body, path);
  if (typeof value === 'number' && Number.isFinite(value)) return String(value);
  return typeof value === 'string' && value !== '' ? value : null;
}

function eventOf(body: unknown, senderId: string, paths: WebhookPaths, receivedAt: number): InboundEvent[] {
  if ([true, 1, 'true', '1'].includes(at(body, paths.own) as never)) return [];
  const number = textAt(body, paths.number);
  if (number === null) throw invalid('The request has no number at the path that the Inbox Trigger names.');
  const from = fromOf(number);
  if (from === null) return [];
  const id = textAt(body, paths.id);
  return [
    {
      kind: 'message',
      dedupeKey: id === null ? keyWithoutId(body, receivedAt) : digest(id),
      phoneNumberId: senderId,
      from,
      at: receivedAt,
      text: textAt(body, paths.text),
      payload: textAt(body, paths.payload),
      contextId: null,
      mediaIds: [],
    },
  ];
}

/**
 * The messages of a webhook of SendApp Agent or Official, whose shape nobody has published: read by paths.
 * @param receivedAt ms since epoch; counts as the time of the message.
 * @throws CareError `webhookInvalid`, which never quotes the body
 */
export function parseFieldWebhook(
  body: unknown,
  senderId: string,
  paths: WebhookPaths,
  receivedAt: number,
): InboundEvent[] {
  if (typeof body !== 'object' || body === null) throw invalid();
  const bodies: readonly unknown[] = Array.isArray(body) ? body : [body];
  return bodies.flatMap((one) => eventOf(one, senderId, paths, receivedAt));
}
