import type { ProviderId } from '../../registry/types';
import type { Capabilities, Provider, Transport } from '../types';
import { capabilities as metaCloud, createMetaCloudProvider, type MetaCloudAccount } from './metaCloud';
import {
  capabilities as sendAppAgent,
  createSendAppAgentProvider,
  type SendAppAgentAccount,
} from './sendAppAgent';
import {
  capabilities as sendAppCloud,
  createSendAppCloudProvider,
  type SendAppCloudAccount,
} from './sendAppCloud';
import {
  capabilities as sendAppOfficial,
  createSendAppOfficialProvider,
  type SendAppOfficialAccount,
} from './sendAppOfficial';

interface Accounts {
  readonly metaCloud: MetaCloudAccount;
  readonly sendAppAgent: SendAppAgentAccount;
  readonly sendAppOfficial: SendAppOfficialAccount;
  readonly sendAppCloud: SendAppCloudAccount;
}

interface Definition<Account> {
  readonly capabilities: Capabilities;
  readonly create: (options: {
    readonly transport: Transport;
    readonly account: Account;
    /** For one call, in milliseconds. */
    readonly timeoutMs: number;
  }) => Provider;
}

/** All providers: one row each, one folder each. */
const PROVIDERS: { readonly [Id in ProviderId]: Definition<Accounts[Id]> } = {
  metaCloud: { capabilities: metaCloud, create: createMetaCloudProvider },
  sendAppAgent: { capabilities: sendAppAgent, create: createSendAppAgentProvider },
  sendAppOfficial: { capabilities: sendAppOfficial, create: createSendAppOfficialProvider },
  sendAppCloud: { capabilities: sendAppCloud, create: createSendAppCloudProvider },
};

export const PROVIDER_IDS = Object.keys(PROVIDERS) as readonly ProviderId[];

/** A provider and the account to use there. */
export type ProviderAccount<Id extends ProviderId = ProviderId> = {
  readonly [One in Id]: { readonly provider: One; readonly account: Accounts[One] };
}[Id];

export const capabilitiesOf = (provider: ProviderId): Capabilities => PROVIDERS[provider].capabilities;

/**
 * @param timeoutMs for one call.
 * @throws CareError `sessionNotForHealth`
 */
export function createProvider<Id extends ProviderId>(
  { provider, account }: ProviderAccount<Id>,
  transport: Transport,
  timeoutMs: number,
): Provider {
  return PROVIDERS[provider].create({ transport, account, timeoutMs });
}
