import type { INode } from 'n8n-workflow';
import type { ProviderChoice } from '../shared/provider';

/** The parameter takes no expression, so the node's own setting is the value, in hooks and webhooks alike. */
export const providerOf = (context: { getNode(): INode }): ProviderChoice =>
  context.getNode().parameters.provider === 'sendApp' ? 'sendApp' : 'metaCloud';
