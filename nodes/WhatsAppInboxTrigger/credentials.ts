import QuickLRU from 'quick-lru';
import type { IWebhookFunctions } from 'n8n-workflow';
import type { CredentialReader } from '../shared/registry';

/** How long a changed secret still counts as it was. */
const REMEMBERED_MS = 5_000;
const MOST_CREDENTIALS = 100;

const remembered = new QuickLRU<string, Promise<object>>({
  maxSize: MOST_CREDENTIALS,
  maxAge: REMEMBERED_MS,
});

function decrypted(context: IWebhookFunctions, type: string, key: string): Promise<object> {
  const reading = context.getCredentials(type);
  remembered.set(key, reading);
  reading.catch(() => remembered.delete(key));
  return reading;
}

/**
 * The credentials of the node, each decrypted once in some seconds. For every credential that a webhook reads, n8n
 * starts and ends an isolate of V8, some 8 ms in which nothing else of n8n goes on; Meta calls many times a second
 * while a campaign runs.
 */
export function rememberedCredentials(context: IWebhookFunctions): CredentialReader {
  return {
    getCredentials(type) {
      const id = context.getNode().credentials?.[type]?.id;
      // Without an id n8n would have to look for it by name: its own error says it best.
      if (typeof id !== 'string') return context.getCredentials(type);
      const key = `${type} ${id}`;
      return remembered.get(key) ?? decrypted(context, type, key);
    },
  };
}
