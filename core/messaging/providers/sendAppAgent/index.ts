import type { Capabilities, HttpRequest, OutgoingMessage, Provider, Transport } from '../../types';
import { sendAppProvider } from '../sendApp/provider';
import { digitsOf } from '../sendApp/recipient';
import { saidOf, type Said } from '../sendApp/said';

export interface SendAppAgentAccount {
  /** Without a trailing slash, e.g. `https://app.sendapp.ai` or the account's own domain. */
  readonly baseUrl: string;
  readonly apiKey: string;
  readonly accountToken: string;
}

export const capabilities: Capabilities = {
  template: true,
  window: true,
  buttons: true,
  lists: false,
  status: false,
  inbound: true,
  callbackId: false,
};

function payloadOf(said: Said): Record<string, unknown> {
  switch (said.kind) {
    case 'template': {
      const { name, language, components } = said;
      return { type: 'template', template: { name, language: { code: language }, components } };
    }
    case 'text':
      return { type: 'freetext', message: said.text };
    case 'buttons':
      return {
        type: 'freetext',
        message: said.text,
        ...(said.footer === null ? {} : { footer: said.footer }),
        buttons: said.buttons,
      };
    case 'media':
      return {
        type: 'freetext',
        media_type: said.media,
        media_url: said.url,
        ...(said.caption === null ? {} : { message: said.caption }),
        ...(said.fileName === null ? {} : { file_name: said.fileName }),
      };
  }
}

/** `POST /api/whatsapp-meta/send` (app.sendapp.ai/docs). The key goes in the body: nothing secret is in the URL. */
export function buildRequest(
  { baseUrl, apiKey, accountToken }: SendAppAgentAccount,
  outgoing: OutgoingMessage,
  timeoutMs: number,
): HttpRequest {
  return {
    method: 'POST',
    url: `${baseUrl}/api/whatsapp-meta/send`,
    headers: { 'Content-Type': 'application/json', Accept: 'application/json' },
    body: {
      apikey: apiKey,
      token: accountToken,
      number: digitsOf(outgoing.to),
      ...payloadOf(saidOf(outgoing)),
    },
    timeoutMs,
  };
}

export interface SendAppAgentOptions {
  readonly transport: Transport;
  readonly account: SendAppAgentAccount;
  readonly timeoutMs: number;
}

/** SendApp Agent: Meta's Cloud API behind SendApp's own call, with templates and the 24 h window as at Meta. */
export const createSendAppAgentProvider = ({
  transport,
  account,
  timeoutMs,
}: SendAppAgentOptions): Provider =>
  sendAppProvider(capabilities, transport, (message) => buildRequest(account, message, timeoutMs));
