import { createHash } from 'node:crypto';

/** Only a digest goes into a key: a preference names the number, and a message id of Meta holds it in base64. */
export const digest = (...parts: readonly (string | number)[]): string =>
  createHash('sha256').update(parts.join('\n')).digest('hex');
