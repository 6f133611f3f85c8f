/* eslint-disable @typescript-eslint/no-non-null-assertion -- hot loops: every index comes from the bounds of its own list */
import questions from './data/questions.json';
import { detectAll } from './detect';
import { Matcher } from './lexicon/matcher';
import type { LexiconFile } from './lexicon/types';
import { analyse, originalSpan, type Doc } from './text/tokens';
import type { DetectOptions, PhiFinding } from './types';

let matcher: Matcher | undefined;

function clinicalQuestions(doc: Doc): PhiFinding[] {
  matcher ??= new Matcher([questions as LexiconFile]);
  return matcher.match(doc).hits.map((hit) => ({
    ...originalSpan(doc, doc.tokens[hit.from]!.start, doc.tokens[hit.to]!.end),
    category: 'clinical',
    ruleId: 'screen.clinicalQuestion',
    confidence: 0.9,
  }));
}

export interface Screening {
  /** Nothing found: the text may go out. */
  readonly clean: boolean;
  readonly findings: readonly PhiFinding[];
}

/**
 * Judges a text that is about to be said to a patient, by a template, a person or an AI: everything that
 * `detectPhi` finds, and questions that would make the patient write clinical detail into the chat.
 */
export function screenOutgoing(text: string, options: DetectOptions = {}): Screening {
  const doc = analyse(text);
  const findings = [...detectAll(doc, options), ...clinicalQuestions(doc)].sort(
    (a, b) => a.start - b.start || a.end - b.end,
  );
  return { clean: findings.length === 0, findings };
}
