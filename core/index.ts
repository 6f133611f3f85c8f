/**
 * The thinking of n8n-nodes-carecampaign, free of n8n: `require('n8n-nodes-carecampaign/core')`.
 * Nodes and command line are adapters around it.
 */
export { CareError } from './errors';
export type { Clock, RandomSource } from './effects';
export { openOnce } from './openOnce';
export * from './phi';
export * from './replies';
export * from './policy';
export * from './templates';
export * from './schedule';
export * from './messaging';
export * from './campaign/appointments';
export * from './campaign/doneLookup';
export * from './campaign/languageFor';
export * from './campaign/routeReply';
export * from './audit/types';
export type * from './registry/api';
export * from './registry/types';
export * from './registry/rightsApi';
export type * from './registry/sendingApi';
export { personExportSchema, type PersonExport } from './registry/services/rights/exportSchema';
export { consentBundleSchema, type ConsentBundle } from './registry/services/rights/fhir';
export { consentRecordsSchema, type ConsentRecords } from './registry/services/rights/consentRecord';
export { processingRecordSchema, type ProcessingRecord } from './registry/services/rights/processingRecord';
export { openRegistry, type RegistryOptions } from './registry/open';
export {
  defaultKeyPath,
  defaultRegistryPath,
  keyFromSecret,
  openKeyFile,
  readKeyFile,
} from './registry/keyFile';
export type { Database } from './registry/database';
export { postgresHasKeys } from './registry/postgres/probe';
export { processOwner } from './registry/owner';
export { AUTHORIZATION_KEYS, type AuthorizationKey } from './registry/import/authorizationText';
export { consentFromText, ROW_KEYS, type RowKey, type TextReader } from './registry/import/consentText';
export { type CsvSource, readConsentCsv } from './registry/import/consentCsv';
export { type ImportCounts, noRows, refusedRows } from './registry/import/importReport';
