import type { Capabilities, HttpRequest, Provider, Transport } from '../../types';
import { outcomeOfFailure, outcomeOfResponse } from './outcome';
import { buildRequest, type MetaCloudAccount } from './request';

export { outcomeOfErrorCode } from './outcome';
export type { MetaCloudAccount } from './request';

export interface MetaCloudOptions {
  readonly transport: Transport;
  readonly account: MetaCloudAccount;
  /** For one call, in milliseconds. */
  readonly timeoutMs: number;
}

export const capabilities: Capabilities = {
  template: true,
  window: true,
  buttons: true,
  lists: true,
  status: true,
  inbound: true,
  callbackId: true,
};

/** Meta's WhatsApp Cloud API (reference: developers.facebook.com/documentation/business-messaging/whatsapp). */
export function createMetaCloudProvider({ transport, account, timeoutMs }: MetaCloudOptions): Provider {
  return {
    capabilities,
    async send(message, signal) {
      let request: HttpRequest;
      try {
        request = buildRequest(account, message, timeoutMs);
      } catch {
        // Nothing has left yet: a message that fits no payload is refused, not unknown.
        return { state: 'failed', code: 'providerRefused' };
      }
      try {
        return outcomeOfResponse(await transport(signal ? { ...request, signal } : request));
      } catch (failure) {
        return outcomeOfFailure(failure);
      }
    },
  };
}
