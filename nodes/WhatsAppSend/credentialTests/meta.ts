import type { ICredentialsDecrypted, INodeCredentialTestResult } from 'n8n-workflow';
import { z } from 'zod/v4';
import type { HttpResponse, Transport } from '../../../core';
import { readWhatsAppCredential, type WhatsAppAccess } from '../../shared/whatsAppCredential';
import { createTransport } from '../transport';
import { fine, TEST_TIMEOUT_MS, tested, UNREACHABLE, wrong } from './result';

const refusal = z.object({ error: z.object({ code: z.number() }) });
const number = z.object({ id: z.string(), display_phone_number: z.string() });
const numbers = z.object({ data: z.array(z.object({ id: z.string() })) });

/** Graph codes that mean the same whatever was asked for (Meta's error list). */
const BAD_TOKEN: ReadonlySet<number> = new Set([0, 102, 190]);
const BAD_VERSION: ReadonlySet<number> = new Set([2500, 2635]);
const NO_PERMISSION = (code: number): boolean => code === 3 || code === 10 || (code >= 200 && code <= 299);

const SENTENCES = {
  token:
    'Meta does not accept the Access Token: it is wrong or has run out. Make a new one for a system user.',
  version: 'Meta does not know this API Version, or no longer. Enter a current one, such as v23.0.',
  number:
    'Meta knows no Phone Number ID like this one, or the token may not see it. Copy the ID from WhatsApp → API Setup; it is not the phone number.',
  messaging:
    'The token lacks the permission whatsapp_business_messaging. Give it to the system user, and the number as an asset.',
  account:
    'Meta knows no Business Account ID like this one, or the token may not see it. Copy the ID of the WhatsApp Business Account.',
  management:
    'The token lacks the permission whatsapp_business_management. Without it templates cannot be read. Give it to the system user.',
  notOwned:
    'The number does not belong to this WhatsApp Business Account. Check Phone Number ID and Business Account ID; both must be of one account.',
  limited: 'Meta takes no more calls at the moment. Test again in a minute.',
};

/** A sentence for what Graph refused; `unknown` and `denied` are the ones of the object that was asked for. */
function sentenceFor(body: unknown, unknown: string, denied: string): string {
  const code = refusal.safeParse(body).data?.error.code;
  if (code === undefined) return UNREACHABLE;
  if (BAD_TOKEN.has(code)) return SENTENCES.token;
  if (BAD_VERSION.has(code)) return SENTENCES.version;
  if (NO_PERMISSION(code)) return denied;
  if (code === 100 || code === 33) return unknown;
  return code === 4 || code === 80007 ? SENTENCES.limited : `Meta declined with the code ${code}.`;
}

/**
 * Reads the number, then the numbers of its account: a token that is wrong, an ID that is wrong, a version that is
 * too old, a permission that is missing and a number of another account are each told apart.
 */
export async function checkMeta(access: WhatsAppAccess, call: Transport): Promise<INodeCredentialTestResult> {
  const read = (path: string): Promise<HttpResponse> =>
    call({
      method: 'GET',
      url: `${access.baseUrl}/${access.apiVersion}/${path}`,
      headers: { Authorization: `Bearer ${access.accessToken}` },
      timeoutMs: TEST_TIMEOUT_MS,
    });
  const own = await read(`${access.phoneNumberId}?fields=id,display_phone_number`);
  const found = number.safeParse(own.body);
  if (!found.success) return wrong(sentenceFor(own.body, SENTENCES.number, SENTENCES.messaging));
  const listed = await read(`${access.businessAccountId}/phone_numbers?fields=id&limit=100`);
  const list = numbers.safeParse(listed.body);
  if (!list.success) return wrong(sentenceFor(listed.body, SENTENCES.account, SENTENCES.management));
  if (!list.data.data.some(({ id }) => id === access.phoneNumberId)) return wrong(SENTENCES.notOwned);
  return fine(`Connected to ${found.data.display_phone_number}`);
}

export const testMeta = (credential: ICredentialsDecrypted): Promise<INodeCredentialTestResult> =>
  tested(credential, async (data) => {
    const access = readWhatsAppCredential(data);
    return checkMeta(access, createTransport(access.baseUrl)).catch(() => wrong(UNREACHABLE));
  });
