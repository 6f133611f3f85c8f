import { CareError } from '../../../errors';
import type { InboundEvent } from '../../../registry/types';
import { digest, fromOf, invalid, keyWithoutId, type MessageEvent } from '../sendApp/inbound';
import {
  contentSchema,
  envelopeSchema,
  flatSchema,
  type SessionMessage,
  simplifiedSchema,
  updateSchema,
  upsertSchema,
} from './webhookSchema';

type Said = Pick<MessageEvent, 'text' | 'contextId' | 'mediaIds'>;

interface Delivery {
  readonly instanceId: string;
  /** ms since epoch. */
  readonly receivedAt: number;
}

/** What a session's message says. Null: a message about messages, such as one that was deleted. */
function wordsOf(raw: unknown, messageId: string): Said | null {
  const content = contentSchema.safeParse(raw).data ?? {};
  if (content.ephemeralMessage) return wordsOf(content.ephemeralMessage.message, messageId);
  if (content.protocolMessage && Object.keys(content).length === 1) return null;
  const { extendedTextMessage: extended, reactionMessage: reaction } = content;
  const captioned = content.imageMessage ?? content.videoMessage ?? content.documentMessage;
  const media = captioned ?? content.audioMessage ?? content.stickerMessage;
  const quoted = extended?.contextInfo?.stanzaId ?? captioned?.contextInfo?.stanzaId ?? reaction?.key?.id;
  return {
    text: content.conversation ?? extended?.text ?? captioned?.caption ?? reaction?.text ?? null,
    contextId: quoted ?? null,
    // The file itself is encrypted and cannot be fetched; that there is one makes a person look.
    mediaIds: media ? [messageId] : [],
  };
}

function messageEvent(
  { key, messageTimestamp, message }: SessionMessage,
  { instanceId, receivedAt }: Delivery,
): InboundEvent[] {
  if (key.fromMe === true) return [];
  const from = fromOf(key.remoteJid, key.senderPn ?? key.remoteJidAlt);
  const words = wordsOf(message, key.id);
  if (from === null || words === null) return [];
  const at = messageTimestamp ?? receivedAt;
  return [
    {
      kind: 'message',
      dedupeKey: digest(key.id),
      phoneNumberId: instanceId,
      from,
      at,
      payload: null,
      ...words,
    },
  ];
}

/**
 * The session library counts 2 server, 3 delivered, 4 read; one client reads 2 as delivered. The lower reading
 * stands: it never says more than is known.
 */
const STATUSES: Readonly<Record<string, 'sent' | 'delivered' | 'read'>> = {
  2: 'sent',
  SERVER_ACK: 'sent',
  3: 'delivered',
  DELIVERY_ACK: 'delivered',
  4: 'read',
  READ: 'read',
  5: 'read',
  PLAYED: 'read',
};

function statusEvents(body: unknown, { instanceId, receivedAt }: Delivery): InboundEvent[] {
  const parsed = updateSchema.safeParse(body);
  if (!parsed.success) throw invalid();
  return parsed.data.data.data.flatMap(({ key, update }): InboundEvent[] => {
    const status = update.status === undefined ? undefined : STATUSES[String(update.status)];
    if (key.fromMe === false || status === undefined) return [];
    return [
      {
        kind: 'status',
        dedupeKey: digest(key.id, status),
        phoneNumberId: instanceId,
        messageId: key.id,
        status,
        at: receivedAt,
        outboxId: null,
        errorCode: null,
      },
    ];
  });
}

function simplifiedEvent(body: unknown, delivery: Delivery): InboundEvent[] {
  const parsed = simplifiedSchema.safeParse(body);
  if (!parsed.success) throw invalid();
  const { message_key: key, body_message: words } = parsed.data.data.message;
  const conversation = words.content ?? words.messages?.conversation;
  return messageEvent({ key, messageTimestamp: key.timestamp, message: { conversation } }, delivery);
}

function flatEvent(body: unknown, { instanceId, receivedAt }: Delivery): InboundEvent[] {
  const flat = flatSchema.parse(body);
  const address = flat.from ?? flat.number;
  if (address === undefined) throw invalid();
  const from = fromOf(address);
  if (from === null || flat.fromMe === true) return [];
  const id = flat.id ?? flat.message_id;
  return [
    {
      kind: 'message',
      dedupeKey: id === undefined ? keyWithoutId(body, receivedAt) : digest(id),
      phoneNumberId: instanceId,
      from,
      at: receivedAt,
      text: flat.message ?? flat.text ?? null,
      payload: null,
      contextId: null,
      mediaIds: [],
    },
  ];
}

/**
 * Messages and statuses of one webhook of SendApp Cloud, in the three shapes that are known. Own messages, groups
 * and events about the session give none.
 * @param instanceId of the credential: there is no signature, and an event of another instance is not ours.
 * @param receivedAt ms since epoch.
 * @throws CareError `webhookInvalid`, `senderUnknown`; neither quotes the body
 */
export function parseSendAppCloudWebhook(
  body: unknown,
  instanceId: string,
  receivedAt: number,
): InboundEvent[] {
  const envelope = envelopeSchema.safeParse(body);
  if (!envelope.success) throw invalid();
  if (envelope.data.instance_id !== instanceId) {
    throw new CareError('senderUnknown', 'The request is for another instance than the credential’s.');
  }
  const delivery = { instanceId, receivedAt };
  switch (envelope.data.data?.event) {
    case undefined:
      return flatEvent(body, delivery);
    case 'messages.upsert': {
      const parsed = upsertSchema.safeParse(body);
      if (!parsed.success) throw invalid();
      return parsed.data.data.data.flatMap((message) => messageEvent(message, delivery));
    }
    case 'messages.update':
      return statusEvents(body, delivery);
    case 'received_message':
      return simplifiedEvent(body, delivery);
    default:
      return [];
  }
}
