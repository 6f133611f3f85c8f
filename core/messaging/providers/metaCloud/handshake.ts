import { createHmac, timingSafeEqual } from 'node:crypto';

/** Length first: `timingSafeEqual` throws on unequal lengths, and a length is no secret. */
function sameBytes(a: Buffer, b: Buffer): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}

/**
 * `X-Hub-Signature-256: sha256=<hex>` is HMAC-SHA256(app secret, raw body) (Meta, webhooks overview). Compared in
 * constant time. No secret, no trust: an empty one verifies nothing.
 */
export function verifySignature(rawBody: Buffer, header: string | undefined, appSecret: string): boolean {
  if (appSecret === '' || header === undefined) return false;
  const expected = `sha256=${createHmac('sha256', appSecret).update(rawBody).digest('hex')}`;
  return sameBytes(Buffer.from(header), Buffer.from(expected));
}

/**
 * Meta's GET when a callback URL is set: the challenge to answer as plain text, or null to refuse.
 * @param query the parsed query with `hub.mode`, `hub.verify_token` and `hub.challenge`.
 */
export function handshake(query: Readonly<Record<string, unknown>>, verifyToken: string): string | null {
  const { 'hub.mode': mode, 'hub.verify_token': token, 'hub.challenge': challenge } = query;
  if (mode !== 'subscribe' || typeof token !== 'string' || typeof challenge !== 'string') return null;
  return verifyToken !== '' && sameBytes(Buffer.from(token), Buffer.from(verifyToken)) ? challenge : null;
}
