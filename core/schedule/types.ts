import type { Purpose } from '../policy/types';

export const STAGES = ['reminder48h', 'logistics24h', 'experience2h', 'survey1d'] as const;
export type Stage = (typeof STAGES)[number];

/** When a stage opens and closes, in milliseconds relative to the start of the appointment. */
export interface StageRule {
  readonly stage: Stage;
  readonly purpose: Purpose;
  readonly template: string;
  readonly opensAt: number;
  readonly closesAt: number;
}

export type AppointmentStatus = 'booked' | 'confirmed' | 'moveRequested' | 'cancelled' | 'done' | 'noShow';

export interface Appointment {
  /** The user's own id of the appointment; never a person's id. */
  readonly id: string;
  /** ms since epoch. */
  readonly startsAt: number;
  readonly status: AppointmentStatus;
}

/** `<appointment id>@<start as ISO instant>`: a moved appointment is a new occurrence. */
export type Occurrence = string;

export type DueVerdict =
  | { readonly due: true; readonly stage: Stage; readonly occurrence: Occurrence; readonly closesAt: number }
  | { readonly due: false; readonly code: string; readonly sentence: string; readonly occurrence: Occurrence | null };
