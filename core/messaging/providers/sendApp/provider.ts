import { CareError } from '../../../errors';
import type { Capabilities, HttpRequest, OutgoingMessage, Provider, Transport } from '../../types';
import { outcomeOfFailure } from '../metaCloud/outcome';
import { readAnswer } from './answer';

/** What is the message's or the provider's own limit: nothing has left, and another provider could take it. */
const LIMITS: ReadonlySet<string> = new Set(['providerLacksKind', 'badPhone', 'templateNotApproved']);

/** A request whose building needs the network failed before the message itself was sent. */
export class NotPrepared extends Error {
  constructor(readonly code: 'providerAuth' | 'providerUnreachable') {
    super(code);
    this.name = 'NotPrepared';
  }
}

/**
 * A provider from the request that it makes of a message. It asks once and never again by itself: SendApp returns
 * no id of ours, so a lost answer stays unknown for good.
 */
export function sendAppProvider(
  capabilities: Capabilities,
  transport: Transport,
  requestFor: (message: OutgoingMessage) => HttpRequest | Promise<HttpRequest>,
): Provider {
  return {
    capabilities,
    async send(message, signal) {
      let request: HttpRequest;
      try {
        request = await requestFor(message);
      } catch (error) {
        if (error instanceof NotPrepared) return { state: 'released', code: error.code };
        return error instanceof CareError && LIMITS.has(error.code)
          ? { state: 'released', code: error.code }
          : { state: 'failed', code: 'providerRefused' };
      }
      try {
        return readAnswer(await transport(signal ? { ...request, signal } : request));
      } catch (failure) {
        return outcomeOfFailure(failure);
      }
    },
  };
}
