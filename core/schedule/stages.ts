import type { StageRule } from './types';

const HOUR = 3_600_000;

/**
 * The stages of the design. A stage stays open long enough to outlast a night of quiet hours. Before the visit
 * it closes early enough that the template's time to live ends before the message would be wrong.
 */
export const DEFAULT_STAGES: readonly StageRule[] = [
  {
    stage: 'reminder48h',
    purpose: 'appointment',
    template: 'appointment_reminder_48h',
    opensAt: -48 * HOUR,
    closesAt: -25 * HOUR,
  },
  {
    stage: 'logistics24h',
    purpose: 'appointment',
    template: 'appointment_logistics_24h',
    opensAt: -24 * HOUR,
    closesAt: -3 * HOUR,
  },
  {
    stage: 'experience2h',
    purpose: 'survey',
    template: 'experience_2h',
    anchor: 'end',
    opensAt: 2 * HOUR,
    closesAt: 24 * HOUR,
  },
  {
    stage: 'survey1d',
    purpose: 'survey',
    template: 'survey_score',
    anchor: 'end',
    opensAt: 24 * HOUR,
    closesAt: 72 * HOUR,
  },
];
