import { z } from 'zod/v4';
import { CareError } from '../../core';

export const WHATSAPP_CREDENTIAL = 'careCampaignWhatsAppApi';
export const GRAPH_URL = 'https://graph.facebook.com';

const digits = z.string().trim().regex(/^\d+$/);

const schema = z.object({
  accessToken: z.string().trim().min(1),
  phoneNumberId: digits,
  businessAccountId: digits,
  appSecret: z.string().trim().default(''),
  verifyToken: z.string().trim().default(''),
  baseUrl: z.string().trim().default(GRAPH_URL),
  apiVersion: z
    .string()
    .trim()
    .regex(/^v\d+\.\d+$/),
  simulator: z.boolean().default(false),
});

export interface WhatsAppAccess extends Omit<z.output<typeof schema>, 'simulator'> {
  /** Origin of all calls, checked: Meta's, or the simulator's where the credential says so. */
  readonly baseUrl: string;
}

/**
 * The credential as typed values.
 * @throws CareError `whatsAppCredentialInvalid`, `hostNotAllowed`
 */
export function readWhatsAppCredential(data: unknown): WhatsAppAccess {
  const parsed = schema.safeParse(data);
  if (!parsed.success) {
    const field = String(parsed.error.issues[0]?.path[0] ?? 'credential');
    throw new CareError(
      'whatsAppCredentialInvalid',
      `The field "${field}" of the WhatsApp credential is empty or has a value that cannot be used. Open the credential and correct it.`,
      { field },
    );
  }
  const { simulator, ...fields } = parsed.data;
  return { ...fields, baseUrl: allowedOrigin(fields.baseUrl, simulator) };
}

/**
 * The origin that the token may go to.
 * @throws CareError `hostNotAllowed`: patients' numbers and the token must reach nobody but Meta, and the
 * simulator only where somebody has said that it is one.
 */
export function allowedOrigin(baseUrl: string, simulator: boolean): string {
  const origin = URL.canParse(baseUrl) ? new URL(baseUrl).origin : '';
  if (origin === GRAPH_URL) return origin;
  if (simulator && /^https?:\/\//.test(origin)) return origin;
  throw new CareError(
    'hostNotAllowed',
    `The WhatsApp credential may call ${GRAPH_URL} only. Another host needs the "Simulator" switch, and is for trying out.`,
    { field: 'baseUrl' },
  );
}
