import type { IExecuteFunctions } from 'n8n-workflow';
import { z } from 'zod/v4';
import { type MetaCloudAccount, portfolioLimitOf, type Registry } from '../../core';

const PROVIDER = 'metaCloud';
/** Meta raises a limit within six hours. */
const FRESH_MS = 6 * 3_600_000;
/** After a reading that failed, so that a host that does not answer delays one run and not each. */
const AGAIN_MS = 600_000;
const TIMEOUT_MS = 5_000;
const FIELD = 'whatsapp_business_manager_messaging_limit';

const answer = z.object({ [FIELD]: z.string() });

const tried = new Map<string, number>();

/**
 * Reads how many new people Meta lets the portfolio write to, at most every six hours, and stores it for the gate. A
 * limit that cannot be read stays as it was: Meta holds to it in any case, and a message must not wait for it.
 */
export async function refreshPortfolioLimit(
  context: IExecuteFunctions,
  { senders, sending }: Pick<Registry, 'senders' | 'sending'>,
  { baseUrl, apiVersion, phoneNumberId, accessToken }: MetaCloudAccount,
): Promise<void> {
  try {
    const { portfolioLimitAt } = await senders.get(PROVIDER, phoneNumberId);
    const now = Date.now();
    const key = `${baseUrl} ${phoneNumberId}`;
    if (now - (portfolioLimitAt ?? 0) < FRESH_MS || now - (tried.get(key) ?? 0) < AGAIN_MS) return;
    tried.set(key, now);
    const body: unknown = await context.helpers.httpRequest({
      method: 'GET',
      url: `${baseUrl}/${apiVersion}/${phoneNumberId}`,
      qs: { fields: FIELD },
      headers: { Authorization: `Bearer ${accessToken}` },
      timeout: TIMEOUT_MS,
      json: true,
    });
    const limit = portfolioLimitOf(answer.parse(body)[FIELD]);
    if (limit !== undefined) await sending.setPortfolioLimit(PROVIDER, phoneNumberId, limit);
  } catch {
    // The error may quote the request with its token.
  }
}
