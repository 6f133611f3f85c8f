import type { Capabilities, Provider, Transport } from '../../types';
import { sendAppProvider } from '../sendApp/provider';
import type { SendAppOfficialAccount } from './account';
import { buildApiv3Request } from './apiv3';
import { buildJsonRequest } from './json';
import { templateIds } from './templateIds';

export type { SendAppOfficialAccount } from './account';

/** `inbound` is false because no webhook of this product is known; the Inbox Trigger reads one by field paths. */
export const capabilities: Capabilities = {
  template: true,
  window: true,
  buttons: false,
  lists: false,
  status: false,
  inbound: false,
  callbackId: false,
};

export interface SendAppOfficialOptions {
  readonly transport: Transport;
  readonly account: SendAppOfficialAccount;
  readonly timeoutMs: number;
}

/** SendApp Official: Meta's Cloud API behind the panel at official.sendapp.cloud. */
export function createSendAppOfficialProvider({
  transport,
  account,
  timeoutMs,
}: SendAppOfficialOptions): Provider {
  if (account.api === 'json')
    return sendAppProvider(capabilities, transport, (message) =>
      buildJsonRequest(account, message, timeoutMs),
    );
  const idOf = templateIds(account, transport, timeoutMs);
  return sendAppProvider(capabilities, transport, (message) =>
    buildApiv3Request(account, message, timeoutMs, idOf),
  );
}
