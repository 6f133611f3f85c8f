import { NodeConnectionTypes } from 'n8n-workflow';
import type {
  IHookFunctions,
  INodeType,
  INodeTypeDescription,
  IWebhookFunctions,
  IWebhookResponseData,
} from 'n8n-workflow';
import { handshake } from '../../core';
import { toNodeError } from '../shared/errors';
import { sendingAccess } from '../shared/provider';
import { registryFor } from '../shared/registry';
import { readWhatsAppCredential, WHATSAPP_CREDENTIAL } from '../shared/whatsAppCredential';
import { rememberedCredentials } from './credentials';
import { inboxFields, inboxPanel } from './fields';
import { forwardAddress } from './forward';
import { answer } from './http';
import { assertOwnUrl } from './ownUrl';
import { providerOf } from './provider';
import { type InboxOptions, receive } from './receive';
import { receiveSendApp } from './receiveSendApp';

/**
 * After the webhook id that n8n gives the node when it is imported or added; the shipped files have none, so that each
 * import gets a URL of its own. No expression, which n8n would evaluate anew in each request: 11 ms, in which it does
 * nothing else.
 */
const PATH = 'whatsapp';

/** A run that only listens in the editor must not give the sender ears, nor take those of the published one. */
const listensInEditor = (context: IHookFunctions): boolean => context.getMode() === 'manual';

async function sendersOf(context: IHookFunctions) {
  const { access, senderId } = await sendingAccess(context, providerOf(context));
  return { provider: access.provider, senderId, senders: (await registryFor(context)).senders };
}

async function stamp(context: IHookFunctions, at: number | null): Promise<boolean> {
  if (listensInEditor(context)) return true;
  try {
    const { senders, provider, senderId } = await sendersOf(context);
    await senders.stampInbox(provider, senderId, at);
    return true;
  } catch (error) {
    throw toNodeError(context.getNode(), error);
  }
}

/** Better refused when the workflow is published than found in the log when the first message comes. */
function assertAddresses(context: IHookFunctions): void {
  try {
    assertOwnUrl(context.getNode());
    forwardAddress(context.getNode());
  } catch (error) {
    throw toNodeError(context.getNode(), error);
  }
}

export class WhatsAppInboxTrigger implements INodeType {
  description: INodeTypeDescription = {
    displayName: 'WhatsApp Inbox Trigger',
    name: 'whatsAppInboxTrigger',
    icon: { light: 'file:whatsAppInboxTrigger.svg', dark: 'file:whatsAppInboxTrigger.dark.svg' },
    group: ['trigger'],
    // Below 2, n8n evaluates an expression of its own in each request to a webhook: 7 ms.
    version: [1, 2],
    defaultVersion: 2,
    subtitle: '={{ $parameter["triggerOn"].join(", ") }}',
    description: 'Start a workflow when a person answers by WhatsApp',
    defaults: { name: 'WhatsApp Inbox Trigger' },
    inputs: [],
    outputs: [NodeConnectionTypes.Main],
    // Hidden, not shown, by provider: by `show` the editor takes Provider for a way to log in and hides the field.
    credentials: [
      {
        name: 'careCampaignWhatsAppApi',
        required: true,
        displayOptions: { hide: { provider: ['sendApp'] } },
      },
      {
        name: 'careCampaignSendAppApi',
        required: true,
        displayOptions: { hide: { provider: ['metaCloud'] } },
      },
      { name: 'careCampaignRegistryApi', required: true },
    ],
    webhooks: [
      { name: 'setup', httpMethod: 'GET', responseMode: 'onReceived', path: PATH },
      { name: 'default', httpMethod: 'POST', responseMode: 'onReceived', path: PATH },
    ],
    triggerPanel: inboxPanel,
    properties: inboxFields,
  };

  webhookMethods = {
    default: {
      async checkExists(this: IHookFunctions): Promise<boolean> {
        assertAddresses(this);
        if (listensInEditor(this)) return true;
        try {
          const { senders, provider, senderId } = await sendersOf(this);
          return (await senders.get(provider, senderId)).inboxSeenAt !== null;
        } catch (error) {
          throw toNodeError(this.getNode(), error);
        }
      },
      async create(this: IHookFunctions): Promise<boolean> {
        return stamp(this, Date.now());
      },
      async delete(this: IHookFunctions): Promise<boolean> {
        return stamp(this, null);
      },
    },
  };

  async webhook(this: IWebhookFunctions): Promise<IWebhookResponseData> {
    if (providerOf(this) === 'sendApp') return receiveSendApp(this);
    const access = readWhatsAppCredential(
      await rememberedCredentials(this).getCredentials(WHATSAPP_CREDENTIAL),
    );
    if (this.getWebhookName() === 'setup') {
      const challenge = handshake(this.getQueryData() as Record<string, unknown>, access.verifyToken);
      if (challenge === null) answer(this, 403, 'The verify token does not match.');
      else answer(this, 200, challenge);
      return { noWebhookResponse: true };
    }
    return receive(
      this,
      access,
      this.getNodeParameter('triggerOn', ['message', 'preference']) as string[],
      this.getNodeParameter('options', {}) as InboxOptions,
    );
  }
}
