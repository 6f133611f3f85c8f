import { createHash } from 'node:crypto';
import { CareError } from '../../../errors';
import type { InboundEvent } from '../../../registry/types';
import {
  type MetaIdentity,
  type MetaMessage,
  type MetaPreference,
  type MetaStatus,
  type MetaValue,
  valueSchema,
  webhookSchema,
} from './webhookSchema';

export { handshake, verifySignature } from './handshake';

/** Fields about persons. Template and account fields name no sender and are nobody's answer. */
const FIELDS: ReadonlySet<string> = new Set(['messages', 'user_preferences', 'user_id_update']);

interface Handles {
  readonly waId?: string;
  readonly bsuid?: string;
}

function handles(waId: string | undefined, bsuid: string | undefined): Handles {
  return { ...(waId === undefined ? {} : { waId }), ...(bsuid === undefined ? {} : { bsuid }) };
}

/** Only a digest goes into a key: a preference names the number, and a message id of Meta holds it in base64. */
const digest = (...parts: readonly (string | number)[]): string =>
  createHash('sha256').update(parts.join('\n')).digest('hex');

interface Words {
  readonly text: string | null;
  readonly payload: string | null;
}

/** What the person wrote or tapped. Anything that we cannot read leaves null, so that a person looks. */
function wordsOf(message: MetaMessage): Words {
  const { button, interactive, reaction, location } = message;
  const tap = interactive?.button_reply ?? interactive?.list_reply;
  if (button) return { text: button.text ?? null, payload: button.payload ?? null };
  if (tap) return { text: tap.title ?? null, payload: tap.id };
  const place = [location?.name, location?.address].filter((line) => line).join(', ');
  const spoken =
    message.text?.body ??
    interactive?.nfm_reply?.response_json ??
    mediaOf(message)?.caption ??
    reaction?.emoji;
  return { text: spoken ?? (place === '' ? null : place), payload: null };
}

const mediaOf = ({ image, video, audio, document, sticker }: MetaMessage) =>
  image ?? video ?? audio ?? document ?? sticker;

/** With a username adopted, `from` can be absent; the block `contacts` then still names the person. */
function senderOf(message: MetaMessage, value: MetaValue): Handles {
  const only = value.contacts?.length === 1 ? value.contacts[0] : undefined;
  return handles(message.from ?? only?.wa_id, message.from_user_id ?? only?.user_id);
}

function identityOf(message: MetaMessage, phoneNumberId: string): InboundEvent | null {
  const { system } = message;
  if (system?.type !== 'user_changed_number' && system?.type !== 'user_changed_user_id') return null;
  return {
    kind: 'identity',
    dedupeKey: digest(message.id),
    phoneNumberId,
    from: handles(message.from, message.from_user_id),
    at: message.timestamp,
    next: handles(system.wa_id ?? system.new_wa_id, system.user_id),
  };
}

function messageEvent(message: MetaMessage, value: MetaValue): InboundEvent {
  const phoneNumberId = value.metadata.phone_number_id;
  const media = mediaOf(message);
  return (
    identityOf(message, phoneNumberId) ?? {
      kind: 'message',
      dedupeKey: digest(message.id),
      phoneNumberId,
      from: senderOf(message, value),
      at: message.timestamp,
      ...wordsOf(message),
      contextId: message.context?.id ?? message.reaction?.message_id ?? null,
      mediaIds: media ? [media.id] : [],
    }
  );
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

function eventsOf(value: MetaValue): InboundEvent[] {
  return [
    ...value.messages.map((message) => messageEvent(message, value)),
    ...value.statuses.map((status) => statusEvent(status, value)),
    ...value.user_preferences.map((preference) => preferenceEvent(preference, value)),
    ...value.user_id_update.map((update) => identityEvent(update, value)),
  ];
}

/**
 * Every message, status, preference and identity change of one POST, in order (Meta sends up to 1000 at once).
 * A message of an unknown type is kept with null text. Verify the signature first.
 * @throws CareError `webhookInvalid` where the body is none of Meta's; it never quotes the body.
 */
export function parseMetaWebhook(body: unknown): InboundEvent[] {
  const envelope = webhookSchema.safeParse(body);
  if (!envelope.success) throw invalid();
  return envelope.data.entry
    .flatMap(({ changes }) => changes)
    .filter(({ field }) => FIELDS.has(field))
    .flatMap((change) => {
      const value = valueSchema.safeParse(change.value);
      if (!value.success) throw invalid();
      return eventsOf(value.data);
    });
}

const invalid = (): CareError =>
  new CareError('webhookInvalid', "The request is not shaped like one of Meta's WhatsApp webhooks.");
