import type { PhiCategory } from '../types';

/** What a recognizer reports, in offsets of the folded text. */
export interface Candidate {
  readonly start: number;
  readonly end: number;
  readonly category: PhiCategory;
  readonly ruleId: string;
  readonly confidence: number;
}

export const identifier = (start: number, end: number, name: string, confidence: number): Candidate => ({
  start,
  end,
  category: 'identifier',
  ruleId: `identifier.${name}`,
  confidence,
});
