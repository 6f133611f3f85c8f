import type { Language, PhiFinding } from '../phi/types';

export const INTENTS = [
  'stop',
  'start',
  'help',
  'confirm',
  'reschedule',
  'cancel',
  'human',
  'rating',
  'preference_a',
  'preference_b',
  'preference_c',
  'yes',
  'no',
  'emergency',
  'question',
  'other',
] as const;
export type Intent = (typeof INTENTS)[number];

/** What our last open message asked, which decides what a bare "1" means. */
export const QUESTIONS = ['appointment', 'rating', 'preference', 'yesNo', 'location'] as const;
export type Question = (typeof QUESTIONS)[number];

export interface ClassifyOptions {
  readonly languages?: readonly Language[];
  /** Absent: no question is open, so a bare number is `other`, except that 1-5 alone is `rating`. */
  readonly expecting?: Question;
  /** For `location`: how many choices were offered; a bare number within them is `yes` with that value. */
  readonly choices?: number;
}

export interface ReplyReading {
  readonly intent: Intent;
  /** 1-5 for `rating`, the chosen number for `location`, otherwise null. */
  readonly value: number | null;
  /** The words hold clinical information or direct identifiers: a person takes over, no bot answers. */
  readonly sensitive: boolean;
  /** Reads as if the person may want no more messages, without saying it clearly enough for `stop`. */
  readonly suspectedStop: boolean;
  /** "You have the wrong number". */
  readonly wrongNumber: boolean;
  /** "My mother has died". */
  readonly deceased: boolean;
  readonly findings: readonly PhiFinding[];
}

export type ClassifyReply = (text: string, options?: ClassifyOptions) => ReplyReading;
