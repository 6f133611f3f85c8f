import { z } from 'zod/v4';

/** The accounts that the simulator has at SendApp: one of each product, all writing to the same phones. */
export const SendAppOptions = z.object({
  apiKey: z.string().min(1).default('simulator-sendapp-key'),
  accountToken: z.string().min(1).default('simulator-sendapp-token'),
  accessToken: z.string().min(1).default('simulator-sendapp-access'),
  instanceId: z.string().min(1).default('SIMULATOR1'),
});

export type SendAppSettings = z.output<typeof SendAppOptions>;

const Behaviour = z.object({
  /**
   * What a send is answered with: `id`, `noId` (accepted without a message id), `refuse` (a 200 that holds an error
   * with Meta's `code`), `page` (HTML), `cut` (accepted, then the connection breaks), `sessionGone` (Cloud).
   */
  answer: z.enum(['id', 'noId', 'refuse', 'page', 'cut', 'sessionGone']).default('id'),
  /** For `refuse`. */
  code: z.int().default(131047),
  /** Shape of Cloud's webhooks: raw session events, simplified, flat. */
  shape: z.enum(['A', 'B', 'C']).default('A'),
  /** Persons of Cloud come by a private id (`…@lid`), without their number. */
  privateIds: z.boolean().default(false),
  /** Every webhook goes out twice. */
  duplicate: z.boolean().default(false),
  /** Where webhooks go, with the secret in the query; null: nowhere. */
  webhookUrl: z.url().nullable().default(null),
});

export type SendAppBehaviour = z.output<typeof Behaviour>;

/** Only what is named changes. */
export const SendAppChange = z.strictObject(Behaviour.shape).partial();
export type SendAppChange = z.input<typeof SendAppChange>;

export const goodDay = (): SendAppBehaviour => Behaviour.parse({});

/** @throws zod's error if a value or a name is unknown */
export function changed(current: SendAppBehaviour, change: SendAppChange): SendAppBehaviour {
  const named = Object.entries(SendAppChange.parse(change)).filter(([key]) => Object.hasOwn(change, key));
  return Behaviour.parse({ ...current, ...Object.fromEntries(named) });
}
