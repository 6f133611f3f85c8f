import { createHash } from 'node:crypto';
import { CareError } from '../../../errors';
import type { InboundEvent } from '../../../registry/types';

export type MessageEvent = Extract<InboundEvent, { kind: 'message' }>;

/** Only a digest goes into a key: ids of SendApp's engine stand beside numbers, and bodies hold words. */
export const digest = (...parts: readonly (string | number)[]): string =>
  createHash('sha256').update(parts.join('\n')).digest('hex');

const REPEAT_MS = 10_000;

/**
 * The key of an event that has no id of its own. A delivery that is repeated at once is dropped; the same words
 * some time later are said anew, because a second STOP after a START must not get lost.
 */
export const keyWithoutId = (event: unknown, receivedAt: number): string =>
  digest('no id', JSON.stringify(event), Math.floor(receivedAt / REPEAT_MS));

export const invalid = (sentence = 'The request is not shaped like one of SendApp’s webhooks.'): CareError =>
  new CareError('webhookInvalid', sentence);

/** Chats of more than one person: nobody's own answer. */
const SHARED = /@(?:g\.us|broadcast|newsletter)$/;
const PERSONAL = /@(?:s\.whatsapp\.net|c\.us)$/;

export type From = MessageEvent['from'];

const waIdOf = (text: string): string | null => {
  // A session names the device too: 393331234567:12.
  const digits = text
    .replace(/:\d+$/, '')
    .replace(/^\+/, '')
    .replace(/[\s()-]/g, '');
  return /^\d{7,15}$/.test(digits) ? digits : null;
};

/**
 * Who wrote, from a session's address or a plain number. Null: a group or broadcast, which is ignored.
 * @param phoneAddress the address with the number, where the session gives one beside a private id (`…@lid`).
 * @throws CareError `webhookInvalid` for what names nobody
 */
export function fromOf(address: string, phoneAddress?: string): From | null {
  if (SHARED.test(address)) return null;
  const known = phoneAddress?.replace(PERSONAL, '');
  if (address.endsWith('@lid')) {
    const waId = known === undefined ? null : waIdOf(known);
    return { sendAppId: address.replace(/(?::\d+)?@lid$/, ''), ...(waId === null ? {} : { waId }) };
  }
  const waId = waIdOf(address.replace(PERSONAL, ''));
  if (waId === null) throw invalid('The sender of the message is no phone number.');
  return { waId };
}
