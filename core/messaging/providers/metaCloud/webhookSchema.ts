import { z } from 'zod/v4';

/** Meta writes ids and timestamps now as strings, now as numbers (reference, section 18): all become strings. */
const id = z.union([z.string().min(1), z.number()]).transform(String);
const text = z.string().nullish();

/** A part whose shape we do not know must not cost the message that holds it: a person can still look. */
const part = <T extends z.ZodType>(schema: T) => schema.optional().catch(undefined);

const seconds = z.union([z.number(), z.string().regex(/^\d+$/)]).transform((value) => Number(value) * 1000);

const media = z.object({ id, caption: text });
const codes = z.array(z.object({ code: id }));

/** Only what says which advertisement it was: its texts, pictures and click id are not even read. */
const referral = z.object({ source_type: z.enum(['ad', 'post']), source_id: id });

const card = z.object({
  name: part(z.object({ formatted_name: text })),
  phones: part(z.array(z.object({ phone: text, wa_id: id.optional() }))),
});

export const messageSchema = z.object({
  id,
  timestamp: seconds,
  type: z.string(),
  from: id.optional(),
  from_user_id: id.optional(),
  context: part(
    z.object({
      id: id.optional(),
      forwarded: z.boolean().optional(),
      frequently_forwarded: z.boolean().optional(),
    }),
  ),
  referral: part(referral),
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
  contacts: part(z.array(card)),
  order: part(z.object({ text })),
  errors: part(codes),
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
  errors: part(codes),
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

export const faultSchema = z.object({ code: id });

/** Read one by one: a single element that we cannot read must not cost the others, a STOP among them. */
const list = z.array(z.unknown()).default([]);

/** The values of the fields that concern one sender; each names the number that received it. */
export const valueSchema = z.object({
  metadata: z.object({ phone_number_id: id }),
  contacts: part(z.array(z.object({ wa_id: id.optional(), user_id: id.optional() }))),
  messages: list,
  statuses: list,
  user_preferences: list,
  user_id_update: list,
  errors: list,
});

export const changeSchema = z.object({ field: z.string(), value: z.looseObject({}) });

export const webhookSchema = z.object({
  object: z.literal('whatsapp_business_account'),
  entry: z.array(z.object({ id, time: part(seconds), changes: z.array(changeSchema) })),
});

export type MetaMessage = z.infer<typeof messageSchema>;
export type MetaStatus = z.infer<typeof statusSchema>;
export type MetaPreference = z.infer<typeof preferenceSchema>;
export type MetaIdentity = z.infer<typeof identitySchema>;
export type MetaValue = z.infer<typeof valueSchema>;
export type MetaEntry = z.infer<typeof webhookSchema>['entry'][number];
export type MetaChange = z.infer<typeof changeSchema>;
