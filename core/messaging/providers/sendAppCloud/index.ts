import { refusal } from '../../../policy/reasons';
import { toPlainText } from '../../../templates/plain';
import type { Capabilities, HttpRequest, OutgoingMessage, Provider, Transport } from '../../types';
import { sendAppProvider } from '../sendApp/provider';
import { digitsOf } from '../sendApp/recipient';
import { saidOf } from '../sendApp/said';

export interface SendAppCloudAccount {
  /** Without a trailing slash, e.g. `https://app.sendapp.cloud`. */
  readonly baseUrl: string;
  /** Below `/api`; its spelling differs with the age of the account (`send`, `send-message`, `send.php`). */
  readonly sendPath: string;
  readonly accessToken: string;
  readonly instanceId: string;
  /** Somebody has confirmed that messages may go through a session outside Meta's business terms. */
  readonly riskAccepted: boolean;
}

/** `status` is false although some come: without a dependable message id their absence says nothing. */
export const capabilities: Capabilities = {
  template: false,
  window: false,
  buttons: false,
  lists: false,
  status: false,
  inbound: true,
  callbackId: false,
};

/** A session has no templates and no buttons: the whole message goes as one text. */
function payloadOf(outgoing: OutgoingMessage): Record<string, unknown> {
  const said = saidOf(outgoing);
  if (said.kind !== 'media') return { type: 'text', message: toPlainText(outgoing.message) };
  return {
    type: 'media',
    message: said.caption ?? '',
    media_url: said.url,
    ...(said.fileName === null ? {} : { filename: said.fileName }),
  };
}

/** `POST /api/send` of v1, with JSON: its GET form would leave token and text in access logs. */
export function buildRequest(
  { baseUrl, sendPath, accessToken, instanceId }: SendAppCloudAccount,
  outgoing: OutgoingMessage,
  timeoutMs: number,
): HttpRequest {
  return {
    method: 'POST',
    url: `${baseUrl}/api/${sendPath}`,
    headers: { 'Content-Type': 'application/json', Accept: 'application/json' },
    body: {
      number: digitsOf(outgoing.to),
      ...payloadOf(outgoing),
      instance_id: instanceId,
      access_token: accessToken,
    },
    timeoutMs,
  };
}

export interface SendAppCloudOptions {
  readonly transport: Transport;
  readonly account: SendAppCloudAccount;
  readonly timeoutMs: number;
}

/**
 * SendApp Cloud: a WhatsApp Web session, which is no business API.
 * @throws CareError `sessionNotForHealth` until the credential confirms the risk
 */
export function createSendAppCloudProvider({ transport, account, timeoutMs }: SendAppCloudOptions): Provider {
  if (!account.riskAccepted) throw refusal('sessionNotForHealth');
  return sendAppProvider(capabilities, transport, (message) => buildRequest(account, message, timeoutMs));
}
