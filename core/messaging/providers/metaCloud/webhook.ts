import type { z } from 'zod/v4';
import { CareError } from '../../../errors';
import type { AccountEvent, InboundEvent } from '../../../registry/types';
import { digest } from './digest';
import { accountEvents, faultEvent } from './webhookAccount';
import { handles, messageEvents } from './webhookMessage';
import {
  faultSchema,
  identitySchema,
  messageSchema,
  type MetaEntry,
  type MetaIdentity,
  type MetaPreference,
  type MetaStatus,
  type MetaValue,
  preferenceSchema,
  statusSchema,
  valueSchema,
  webhookSchema,
} from './webhookSchema';

export { handshake, verifySignature } from './handshake';

/** Fields about persons and their messages. What staff write in the phone app (`smb_message_echoes`) is not one. */
const FIELDS: ReadonlySet<string> = new Set(['messages', 'user_preferences', 'user_id_update']);

/** What one POST holds. */
export interface MetaDelivery {
  /** Of persons and messages, in order. */
  readonly events: readonly InboundEvent[];
  /** Of templates and accounts, which name no person. */
  readonly account: readonly AccountEvent[];
  /** Parts that could not be read, all others stand in the lists. */
  readonly unreadable: number;
}

function statusEvent(status: MetaStatus, value: MetaValue): InboundEvent {
  const errorCode = status.errors?.[0]?.code ?? null;
  return {
    kind: 'status',
    dedupeKey: digest(status.id, status.status, errorCode ?? ''),
    phoneNumberId: value.metadata.phone_number_id,
    messageId: status.id,
    status: status.status,
    at: status.timestamp,
    outboxId: status.biz_opaque_callback_data ?? null,
    errorCode,
  };
}

function preferenceEvent(preference: MetaPreference, value: MetaValue): InboundEvent {
  const { wa_id: waId, user_id: bsuid, timestamp } = preference;
  return {
    kind: 'preference',
    dedupeKey: digest(waId ?? bsuid ?? '', preference.value, timestamp),
    phoneNumberId: value.metadata.phone_number_id,
    from: handles(waId, bsuid),
    at: timestamp,
    // A value that we do not know is no permission.
    value: preference.value === 'resume' ? 'resume' : 'stop',
  };
}

function identityEvent(update: MetaIdentity, value: MetaValue): InboundEvent {
  const { previous, current } = update.user_id;
  return {
    kind: 'identity',
    dedupeKey: digest(previous, current, update.timestamp),
    phoneNumberId: value.metadata.phone_number_id,
    from: handles(undefined, previous),
    at: update.timestamp,
    next: handles(update.wa_id, current),
  };
}

/** Collects what can be read of one POST and counts what cannot. */
class Reading implements MetaDelivery {
  readonly events: InboundEvent[] = [];
  readonly account: AccountEvent[] = [];
  unreadable = 0;

  entry(entry: MetaEntry): void {
    for (const { field, value } of entry.changes) {
      if (FIELDS.has(field)) this.value(value, entry);
      else this.account.push(...accountEvents(field, value, entry));
    }
  }

  private value(raw: unknown, entry: MetaEntry): void {
    const parsed = valueSchema.safeParse(raw);
    if (!parsed.success) {
      this.unreadable += 1;
      return;
    }
    const value = parsed.data;
    this.each(messageSchema, value.messages, (message) => messageEvents(message, value), this.events);
    this.each(statusSchema, value.statuses, (status) => [statusEvent(status, value)], this.events);
    this.each(preferenceSchema, value.user_preferences, (p) => [preferenceEvent(p, value)], this.events);
    this.each(identitySchema, value.user_id_update, (i) => [identityEvent(i, value)], this.events);
    this.each(faultSchema, value.errors, (fault) => [faultEvent(fault.code, value, entry)], this.account);
  }

  private each<T, E>(
    schema: z.ZodType<T>,
    elements: readonly unknown[],
    toEvents: (element: T) => E[],
    into: E[],
  ): void {
    for (const element of elements) {
      const parsed = schema.safeParse(element);
      if (parsed.success) into.push(...toEvents(parsed.data));
      else this.unreadable += 1;
    }
  }
}

/**
 * Everything of one POST: Meta sends up to 1000 updates of several accounts and numbers at once. A message of an
 * unknown type is kept with null text. Verify the signature first.
 * @throws CareError `webhookInvalid` where the body is none of Meta's; it never quotes the body.
 */
export function parseMetaDelivery(body: unknown): MetaDelivery {
  const envelope = webhookSchema.safeParse(body);
  if (!envelope.success) throw invalid();
  const reading = new Reading();
  for (const entry of envelope.data.entry) reading.entry(entry);
  return reading;
}

/**
 * The events of persons and messages, where nothing less than all of them will do.
 * @throws CareError `webhookInvalid`
 */
export function parseMetaWebhook(body: unknown): InboundEvent[] {
  const { events, unreadable } = parseMetaDelivery(body);
  if (unreadable > 0) throw invalid();
  return [...events];
}

const invalid = (): CareError =>
  new CareError('webhookInvalid', "The request is not shaped like one of Meta's WhatsApp webhooks.");
