import { z } from 'zod/v4';
import { CareError, type ProviderAccount } from '../../core';

export const SENDAPP_CREDENTIAL = 'careCampaignSendAppApi';

/** The vendor's own hosts (reference, section 1). */
export const SENDAPP_HOSTS = {
  agent: 'https://app.sendapp.ai',
  official: 'https://official.sendapp.cloud',
  cloud: 'https://app.sendapp.cloud',
} as const;

type Product = keyof typeof SENDAPP_HOSTS;

const secret = z.string().trim().min(1);
/** As the registry takes it for a sender. */
const senderId = z
  .string()
  .trim()
  .regex(/^[A-Za-z0-9_-]{3,64}$/);
/** Below the base URL; nothing that could lead out of it. */
const path = (otherwise: string) =>
  z
    .string()
    .trim()
    .regex(/^(?!.*\.\.)[A-Za-z0-9._-]+(?:\/[A-Za-z0-9._-]+)*$/)
    .default(otherwise);

const shared = {
  baseUrl: z.string().trim().default(''),
  webhookSecret: z.string().trim().default(''),
  simulator: z.boolean().default(false),
};

// n8n stores the fields of all products, whichever was chosen.
const schema = z.discriminatedUnion('product', [
  z.object({ ...shared, product: z.literal('agent'), apiKey: secret, accountToken: secret, senderId }),
  z.object({
    ...shared,
    product: z.literal('official'),
    accessToken: secret,
    senderId,
    officialApi: z.enum(['json', 'apiv3']).default('json'),
    templatePath: path('api/send/template'),
  }),
  z.object({
    ...shared,
    product: z.literal('cloud'),
    accessToken: secret,
    instanceId: senderId,
    sendPath: path('send'),
    accountsPath: path('v2/whatsapp/accounts'),
    riskAccepted: z.boolean().default(false),
  }),
]);

type SendAppProvider = 'sendAppAgent' | 'sendAppOfficial' | 'sendAppCloud';

export interface SendAppAccess {
  readonly access: ProviderAccount<SendAppProvider>;
  /** What the registry calls this sender. */
  readonly senderId: string;
  readonly webhookSecret: string;
  /** Cloud: below `/api`, lists the sessions. */
  readonly accountsPath: string;
}

/**
 * The credential as typed values.
 * @throws CareError `sendAppCredentialInvalid`, `hostNotAllowed`
 */
export function readSendAppCredential(data: unknown): SendAppAccess {
  const parsed = schema.safeParse(data);
  if (!parsed.success) throw invalid(String(parsed.error.issues[0]?.path[0] ?? 'product'));
  const fields = parsed.data;
  const baseUrl = allowedSendAppOrigin(fields.product, fields.baseUrl, fields.simulator);
  const more = { webhookSecret: fields.webhookSecret, accountsPath: '' };
  switch (fields.product) {
    case 'agent': {
      const { apiKey, accountToken } = fields;
      const account = { baseUrl, apiKey, accountToken };
      return { ...more, access: { provider: 'sendAppAgent', account }, senderId: fields.senderId };
    }
    case 'official': {
      const { accessToken, officialApi: api, templatePath } = fields;
      const account = { baseUrl, accessToken, api, templatePath };
      return { ...more, access: { provider: 'sendAppOfficial', account }, senderId: fields.senderId };
    }
    case 'cloud': {
      const { accessToken, instanceId, sendPath, accountsPath, riskAccepted } = fields;
      const account = { baseUrl, accessToken, instanceId, sendPath, riskAccepted };
      return { ...more, access: { provider: 'sendAppCloud', account }, senderId: instanceId, accountsPath };
    }
  }
}

// Names the field only: zod's own text may quote the input, and that may be a secret.
const invalid = (field: string): CareError =>
  new CareError(
    'sendAppCredentialInvalid',
    `The field "${field}" of the SendApp credential is empty or has a value that cannot be used. Open the credential and correct it.`,
    { field },
  );

/** A domain of one's own, which SendApp gives to Agent accounts; an address in numbers is none. */
const isDomain = (url: URL): boolean =>
  url.protocol === 'https:' &&
  url.username === '' &&
  /^[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,}$/.test(url.hostname);

/**
 * The origin that key, numbers and texts may go to.
 * @throws CareError `hostNotAllowed` for any other than SendApp's, without the "Simulator" switch
 */
export function allowedSendAppOrigin(product: Product, baseUrl: string, simulator: boolean): string {
  if (baseUrl === '') return SENDAPP_HOSTS[product];
  if (URL.canParse(baseUrl)) {
    const url = new URL(baseUrl);
    if (url.origin === SENDAPP_HOSTS[product]) return url.origin;
    if (product === 'agent' && isDomain(url)) return url.origin;
    if (simulator && /^https?:$/.test(url.protocol)) return url.origin;
  }
  throw new CareError(
    'hostNotAllowed',
    `The SendApp credential may call ${SENDAPP_HOSTS[product]} only${product === 'agent' ? ', or your own domain over https' : ''}. Another host needs the "Simulator" switch, and is for trying out.`,
    { field: 'baseUrl' },
  );
}
