import { createHash, timingSafeEqual } from 'node:crypto';

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/**
 * Whether a webhook knows the secret of the credential. SendApp signs nothing, so this is all that tells its
 * requests from anybody's; compared in constant time. No secret, no trust: an empty one opens to nobody.
 */
export function knowsSecret(given: unknown, expected: string): boolean {
  return expected !== '' && typeof given === 'string' && timingSafeEqual(digest(given), digest(expected));
}
