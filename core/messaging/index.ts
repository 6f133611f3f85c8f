export { isCatalogueMessage } from './catalogued';
export { createEstimator, type CostEstimate, type CostTotal } from './cost/estimate';
export { parseRateTable, SHIPPED_RATES, type PriceCategory, type RateTable } from './cost/rateTable';
export { emergencyText } from './emergency';
export * from './executionData';
export { atMeta } from './catalogueLive';
export {
  prepareLive,
  type LiveCheck,
  type LivePorts,
  type TemplateStates,
  type ToldTemplate,
} from './liveCheck';
export { createLiveTemplates, type LiveTemplates, type TemplateList } from './liveTemplates';
export { createPace, type Pace, type PaceOptions } from './pace';
export { capabilitiesOf, createProvider, PROVIDER_IDS, type ProviderAccount } from './providers';
export type { MetaCloudAccount } from './providers/metaCloud';
export { portfolioLimitOf } from './providers/metaCloud/messagingLimit';
export { readTemplates, type TemplatePage } from './providers/metaCloud/templates';
export {
  handshake,
  type MetaDelivery,
  parseMetaDelivery,
  parseMetaWebhook,
  verifySignature,
} from './providers/metaCloud/webhook';
export { parseFieldWebhook, type WebhookPaths } from './providers/sendApp/fieldWebhook';
export { knowsSecret } from './providers/sendApp/secret';
export { parseSendAppCloudWebhook } from './providers/sendAppCloud/webhook';
export { dispatchAll, MAX_BATCH, type DispatchControl, type DispatchPorts } from './sendBatch';
export { buildSendRequest, stricterPurpose, type SendDraft } from './sendRequest';
export * from './types';
