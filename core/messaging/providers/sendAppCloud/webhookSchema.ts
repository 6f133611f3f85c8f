import { z } from 'zod/v4';

const text = z.string().nullish();
const id = z.union([z.string().min(1), z.number()]).transform(String);
/** A part whose shape we do not know must not cost the message that holds it: a person can still look. */
const part = <T extends z.ZodType>(schema: T) => schema.optional().catch(undefined);

/** Unix seconds as a number, as text, or in the two halves of a 64-bit number; the answer is ms since epoch. */
export const seconds = z
  .union([
    z.number(),
    z.string().regex(/^\d+$/).transform(Number),
    z.object({ low: z.number() }).transform(({ low }) => low),
  ])
  .transform((value) => value * 1000);

const key = z.object({
  id,
  remoteJid: z.string().min(1),
  fromMe: z.boolean().optional().catch(undefined),
  /** The address with the number, where `remoteJid` is a private id; its name differs by version of the engine. */
  senderPn: part(z.string()),
  remoteJidAlt: part(z.string()),
});

const quote = part(z.object({ stanzaId: part(id) }));
const media = z.object({ caption: text, contextInfo: quote });

export const contentSchema = z.looseObject({
  conversation: text.catch(undefined),
  extendedTextMessage: part(z.object({ text, contextInfo: quote })),
  imageMessage: part(media),
  videoMessage: part(media),
  documentMessage: part(media),
  audioMessage: part(z.looseObject({})),
  stickerMessage: part(z.looseObject({})),
  reactionMessage: part(z.object({ text, key: part(z.object({ id })) })),
  ephemeralMessage: part(z.object({ message: z.unknown() })),
  protocolMessage: part(z.looseObject({})),
});

export const messageSchema = z.object({
  key,
  messageTimestamp: part(seconds),
  message: z.unknown(),
});

const rows = <T extends z.ZodType>(row: T) => z.array(row);

/** A. Raw events of the session. */
export const upsertSchema = z.object({
  data: z.object({
    event: z.literal('messages.upsert'),
    data: z.union([
      z.object({ messages: rows(messageSchema) }).transform(({ messages }) => messages),
      rows(messageSchema),
    ]),
  }),
});

export const updateSchema = z.object({
  data: z.object({
    event: z.literal('messages.update'),
    data: rows(
      z.object({
        key: z.object({ id, fromMe: z.boolean().optional().catch(undefined) }),
        update: z.object({ status: z.union([z.number(), z.string()]).optional() }),
      }),
    ),
  }),
});

/** B. One simplified message. */
export const simplifiedSchema = z.object({
  data: z.object({
    event: z.literal('received_message'),
    message: z.object({
      message_key: z.object({ ...key.shape, timestamp: part(seconds) }),
      body_message: z
        .object({ content: text, messages: part(z.object({ conversation: text })) })
        .catch({ content: null }),
    }),
  }),
});

/** C. Flat; nobody has shown a real one, so every name that a client reads is taken. */
export const flatSchema = z.object({
  from: part(id),
  number: part(id),
  message: part(z.string()),
  text: part(z.string()),
  id: part(id),
  message_id: part(id),
  fromMe: part(z.boolean()),
});

export const envelopeSchema = z.object({
  instance_id: id,
  data: z.object({ event: z.string() }).optional().catch(undefined),
});

export type SessionMessage = z.output<typeof messageSchema>;
