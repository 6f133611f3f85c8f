export { isCatalogueMessage } from './catalogued';
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
export { createMetaCloudProvider, type MetaCloudAccount } from './providers/metaCloud';
export { readTemplates, templatePages, type TemplatePage } from './providers/metaCloud/templates';
export { handshake, parseMetaWebhook, verifySignature } from './providers/metaCloud/webhook';
export { dispatchAll, MAX_BATCH, type DispatchControl, type DispatchPorts } from './sendBatch';
export { buildSendRequest, stricterPurpose, type SendDraft } from './sendRequest';
export * from './types';
