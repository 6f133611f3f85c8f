import type { INodeProperties } from 'n8n-workflow';
import type { ProviderAccount } from '../../core';
import type { CredentialReader } from './registry';
import { readSendAppCredential, SENDAPP_CREDENTIAL } from './sendAppCredential';
import { readWhatsAppCredential, WHATSAPP_CREDENTIAL, type WhatsAppAccess } from './whatsAppCredential';

export type ProviderChoice = 'metaCloud' | 'sendApp';

const isSendApp = (choice: unknown): boolean => choice === 'sendApp';

export const providerParameter: INodeProperties = {
  displayName: 'Provider',
  name: 'provider',
  type: 'options',
  noDataExpression: true,
  default: 'metaCloud',
  options: [
    { name: 'Meta Cloud API', value: 'metaCloud', description: 'WhatsApp’s own interface for businesses' },
    {
      name: 'SendApp',
      value: 'sendApp',
      description: 'SendApp Agent, Official or Cloud, as the credential says',
    },
  ],
  description: 'Through whom the messages go',
};

/** Where a node sends to and as whom. */
export interface SendingAccess {
  readonly access: ProviderAccount;
  /** What the registry calls this sender: the phone number ID at Meta. */
  readonly senderId: string;
  /** The one origin that may be called. */
  readonly origin: string;
  /** The whole credential at Meta; null at other providers. */
  readonly meta: WhatsAppAccess | null;
}

/**
 * The account that the node's credential names.
 * @throws CareError `whatsAppCredentialInvalid`, `sendAppCredentialInvalid`, `hostNotAllowed`
 */
export async function sendingAccess(
  context: CredentialReader,
  choice: ProviderChoice,
): Promise<SendingAccess> {
  if (isSendApp(choice)) {
    const { access, senderId } = readSendAppCredential(await context.getCredentials(SENDAPP_CREDENTIAL));
    return { access, senderId, origin: access.account.baseUrl, meta: null };
  }
  const account = readWhatsAppCredential(await context.getCredentials(WHATSAPP_CREDENTIAL));
  return {
    access: { provider: 'metaCloud', account },
    senderId: account.phoneNumberId,
    origin: account.baseUrl,
    meta: account,
  };
}
