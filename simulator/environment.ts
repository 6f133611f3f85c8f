import { z } from 'zod/v4';
import type { SimulatorOptions } from './options';

/** Empty counts as absent, as shells and compose files tend to pass it. */
const filled = (value: unknown): unknown => (value === '' ? undefined : value);
const text = (fallback: string) => z.preprocess(filled, z.string().default(fallback));
const digits = (fallback: string) => z.preprocess(filled, z.string().regex(/^\d+$/).default(fallback));
const optional = z.preprocess(filled, z.string().optional());

const Environment = z.object({
  SIMULATOR_PORT: z.preprocess(filled, z.coerce.number().int().min(0).max(65535).default(8790)),
  SIMULATOR_STATE: optional,
  SIMULATOR_WEBHOOK_URL: z.preprocess(filled, z.url().optional()),
  SIMULATOR_ACCESS_TOKEN: text('simulator-access-token'),
  SIMULATOR_APP_SECRET: text('simulator-app-secret'),
  SIMULATOR_VERIFY_TOKEN: text('simulator-verify-token'),
  SIMULATOR_PHONE_NUMBER_ID: digits('100000000000101'),
  SIMULATOR_DISPLAY_PHONE_NUMBER: text('+44 7700 900100'),
  SIMULATOR_BUSINESS_ACCOUNT_ID: digits('100000000000201'),
  SIMULATOR_PORTFOLIO_ID: text('100000000000301'),
  SIMULATOR_BUSINESS_NAME: text('Example Clinic'),
  SIMULATOR_THROUGHPUT: z.preprocess(filled, z.coerce.number().positive().default(80)),
  SIMULATOR_MESSAGING_LIMIT: z.preprocess(
    filled,
    z
      .string()
      .regex(/^TIER_/)
      .default('TIER_2K'),
  ),
});

/** Where the stand-alone simulator is to leave its certificate; set, it serves HTTPS. `--tls FILE` says the same. */
export const certificateFile = (
  environment: Record<string, string | undefined>,
  argument: string | undefined,
): string | undefined => argument ?? optional.parse(environment.SIMULATOR_TLS_CERTIFICATE);

/**
 * Options of the stand-alone simulator from `SIMULATOR_…` variables; each has a default that works.
 * @throws Error naming the variables that are not valid, never their values.
 */
export function optionsFromEnvironment(environment: Record<string, string | undefined>): SimulatorOptions {
  const parsed = Environment.safeParse(environment);
  if (!parsed.success) {
    const names = parsed.error.issues.map((issue) => issue.path.join('.'));
    throw new Error(`These variables are not valid: ${[...new Set(names)].join(', ')}.`);
  }
  const settings = parsed.data;
  return {
    port: settings.SIMULATOR_PORT,
    stateFile: settings.SIMULATOR_STATE,
    webhookUrl: settings.SIMULATOR_WEBHOOK_URL,
    accessToken: settings.SIMULATOR_ACCESS_TOKEN,
    appSecret: settings.SIMULATOR_APP_SECRET,
    verifyToken: settings.SIMULATOR_VERIFY_TOKEN,
    phoneNumbers: [
      {
        phoneNumberId: settings.SIMULATOR_PHONE_NUMBER_ID,
        displayPhoneNumber: settings.SIMULATOR_DISPLAY_PHONE_NUMBER,
        businessAccountId: settings.SIMULATOR_BUSINESS_ACCOUNT_ID,
        portfolioId: settings.SIMULATOR_PORTFOLIO_ID,
        verifiedName: settings.SIMULATOR_BUSINESS_NAME,
        throughputPerSecond: settings.SIMULATOR_THROUGHPUT,
        messagingLimit: settings.SIMULATOR_MESSAGING_LIMIT,
      },
    ],
  };
}
