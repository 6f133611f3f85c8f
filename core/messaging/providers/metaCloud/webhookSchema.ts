import { z } from 'zod/v4';

/** Meta writes ids and timestamps now as strings, now as numbers (reference, section 18): all become strings. */
const id = z.union([z.string().min(1), z.number()]).transform(String);
const text = z.string().nullish();

/** A part whose shape we do not know must not cost the message that holds it: a person can still look. */
const part = <T extends z.ZodType>(schema: T) => schema.optional().catch(undefined);

const seconds = z.union([z.number(), z.string().regex(/^\d+$/)]).transform((value) => Number(value) * 1000);

const media = z.object({ id, caption: text });

export const messageSchema = z.object({
  id,
  timestamp: seconds,
  type: z.string(),
  from: id.optional(),
  from_user_id: id.optional(),
  context: part(z.object({ id: id.optional() })),
  text: part(z.object({ body: z.string() })),
  button: part(z.object({ payload: text, text })),
  interactive: part(
    z.object({
      button_reply: part(z.object({ id, title: text })),
      list_reply: part(z.object({ id, title: text })),
      nfm_reply: part(z.object({ response_json: text })),
    }),
  ),
  image: part(media),
  video: part(media),
  audio: part(media),
  document: part(media),
  sticker: part(media),
  reaction: part(z.object({ message_id: id, emoji: text })),
  location: part(z.object({ name: text, address: text })),
  system: part(
    z.object({
      type: z.string(),
      wa_id: id.optional(),
      new_wa_id: id.optional(),
      user_id: id.optional(),
    }),
  ),
});

export const statusSchema = z.object({
  id,
  status: z.string().min(1),
  timestamp: seconds,
  biz_opaque_callback_data: z.string().optional().catch(undefined),
  errors: part(z.array(z.object({ code: id }))),
});

export const preferenceSchema = z.object({
  wa_id: id.optional(),
  user_id: id.optional(),
  value: z.string(),
  timestamp: seconds,
});

export const identitySchema = z.object({
  wa_id: id.optional(),
  user_id: z.object({ previous: id, current: id }),
  timestamp: seconds,
});

const change = z.object({
  field: z.string(),
  value: z.looseObject({}),
});

/** The values of the fields that concern one sender; each names the number that received it. */
export const valueSchema = z.object({
  metadata: z.object({ phone_number_id: id }),
  contacts: part(z.array(z.object({ wa_id: id.optional(), user_id: id.optional() }))),
  messages: z.array(messageSchema).default([]),
  statuses: z.array(statusSchema).default([]),
  user_preferences: z.array(preferenceSchema).default([]),
  user_id_update: z.array(identitySchema).default([]),
});

export const webhookSchema = z.object({
  object: z.literal('whatsapp_business_account'),
  entry: z.array(z.object({ id, changes: z.array(change) })),
});

export type MetaMessage = z.infer<typeof messageSchema>;
export type MetaStatus = z.infer<typeof statusSchema>;
export type MetaPreference = z.infer<typeof preferenceSchema>;
export type MetaIdentity = z.infer<typeof identitySchema>;
export type MetaValue = z.infer<typeof valueSchema>;
