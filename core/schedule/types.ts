import type { Purpose } from '../policy/types';

export const STAGES = ['reminder48h', 'logistics24h', 'experience2h', 'survey1d'] as const;
export type Stage = (typeof STAGES)[number];

/** When a stage opens (inclusive) and closes (exclusive), in milliseconds relative to its anchor. */
export interface StageRule {
  readonly stage: Stage;
  readonly purpose: Purpose;
  readonly template: string;
  readonly opensAt: number;
  readonly closesAt: number;
  /** `end`: relative to the end of the visit where it is known. The start by default. */
  readonly anchor?: 'start' | 'end';
}

export type AppointmentStatus = 'booked' | 'confirmed' | 'moveRequested' | 'cancelled' | 'done' | 'noShow';

export interface Appointment {
  /** The user's own id of the appointment; never a person's id. */
  readonly id: string;
  /** ms since epoch. */
  readonly startsAt: number;
  /** ms since epoch; absent: only the start is known. */
  readonly endsAt?: number;
  readonly status: AppointmentStatus;
}

/** `<appointment id>@<start as ISO instant>`: a moved appointment is a new occurrence. */
export type Occurrence = string;

export type DueVerdict =
  | { readonly due: true; readonly stage: Stage; readonly occurrence: Occurrence; readonly closesAt: number }
  | {
      readonly due: false;
      readonly code: string;
      readonly sentence: string;
      readonly occurrence: Occurrence | null;
      /** The stage that the reason is about: the one just sent or the next one. */
      readonly stage?: Stage;
      /** With `notDueYet`: when that stage opens, ms since epoch. */
      readonly opensAt?: number;
    };

/** A verdict with the zero-based row of the input it is about. */
export type RowVerdict = DueVerdict & { readonly row: number };

/**
 * Whether the stage of an occurrence is settled. A reason code instead of `true` tells why there is nothing left
 * to do (a final refusal); it is passed on to the verdict.
 */
export type DoneLookup = (occurrence: Occurrence, stage: Stage) => boolean | string;
