export { isCatalogueMessage } from './catalogued';
export { createEstimator, type CostEstimate, type CostTotal } from './cost/estimate';
export { parseRateTable, SHIPPED_RATES, type PriceCategory, type RateTable } from './cost/rateTable';
export { emergencyText } from './emergency';
export * from './executionData';
export { createPace, type Pace, type PaceOptions } from './pace';
export { createMetaCloudProvider, type MetaCloudAccount } from './providers/metaCloud';
export { portfolioLimitOf } from './providers/metaCloud/messagingLimit';
export {
  handshake,
  type MetaDelivery,
  parseMetaDelivery,
  parseMetaWebhook,
  verifySignature,
} from './providers/metaCloud/webhook';
export { dispatchAll, MAX_BATCH, type DispatchControl, type DispatchPorts } from './sendBatch';
export { buildSendRequest, stricterPurpose, type SendDraft } from './sendRequest';
export * from './types';
