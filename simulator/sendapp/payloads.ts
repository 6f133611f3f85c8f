import type { MessageStatus, SentMessage } from '../model/types';

/** What a person said, before it takes a webhook's shape. */
export interface Heard {
  readonly id: string;
  /** ms since epoch. */
  readonly at: number;
  readonly type: string;
  readonly text: string;
  /** What a tapped button sends back. */
  readonly payload?: string | undefined;
  readonly contextId?: string | undefined;
}

const MEDIA: Readonly<Record<string, string>> = {
  image: 'imageMessage',
  video: 'videoMessage',
  audio: 'audioMessage',
  document: 'documentMessage',
  sticker: 'stickerMessage',
};

/** Invented, since nobody has published one: what the field paths of the Inbox Trigger find by default. */
export const agentMessage = ({ id, text, payload }: Heard, number: string): object => ({
  event: 'message',
  id,
  number,
  message: text,
  ...(payload === undefined ? {} : { payload }),
});

function content({ type, text, contextId }: Heard): object {
  const media = MEDIA[type];
  if (media !== undefined) return { [media]: { caption: text, url: 'https://media.example/encrypted' } };
  if (type === 'reaction') return { reactionMessage: { text, key: { id: contextId } } };
  if (contextId !== undefined) return { extendedTextMessage: { text, contextInfo: { stanzaId: contextId } } };
  return { conversation: text };
}

/** The three shapes that occur (reference, section 4.4). */
export function cloudMessage(
  message: Heard,
  remoteJid: string,
  instance_id: string,
  shape: 'A' | 'B' | 'C',
): object {
  const { id, text } = message;
  const timestamp = Math.floor(message.at / 1000);
  const key = { remoteJid, fromMe: false, id };
  switch (shape) {
    case 'A': {
      const messages = [{ key, messageTimestamp: timestamp, pushName: '', message: content(message) }];
      return { instance_id, data: { event: 'messages.upsert', data: { messages } } };
    }
    case 'B':
      return {
        instance_id,
        data: {
          event: 'received_message',
          message: {
            message_key: { ...key, timestamp },
            push_name: '',
            body_message: { content: text, messages: { conversation: text } },
          },
        },
      };
    case 'C':
      return { instance_id, from: remoteJid, message: text, type: 'text' };
  }
}

const STATUS_NUMBERS: Partial<Record<MessageStatus, number>> = { sent: 2, delivered: 3, read: 4 };

export function cloudStatus({ id }: SentMessage, status: MessageStatus, instance_id: string): object | null {
  const number = STATUS_NUMBERS[status];
  if (number === undefined) return null;
  const update = { key: { id, fromMe: true }, update: { status: number } };
  return { instance_id, data: { event: 'messages.update', data: [update] } };
}
