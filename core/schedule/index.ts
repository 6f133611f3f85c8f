export { dueNow, occurrenceOf } from './due';
export { inQuietHours, nextPermitted } from './quietHours';
export { DEFAULT_STAGES } from './stages';
export { parseStart, type StartResult } from './start';
export { parseStatus, type StatusResult } from './status';
export * from './types';
export { zonesOfCountry } from './zones';
