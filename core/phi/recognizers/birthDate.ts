import type { Doc } from '../text/tokens';
import { identifier, type Candidate } from './candidate';
import { cue, tokenAt } from './cues';

const MONTH =
  '(?:jan|gen|ene|janv|feb|fev|febr|mar|mrz|marz|apr|abr|avr|mai|may|mag|giu|jun|juin|lug|jul|juil|ago|aug|aout|set|sep|sept|ott|oct|okt|nov|dic|dec|dez)[a-z]{0,9}';
const DATE = new RegExp(
  `(?<![\\d/.-])(?:\\d{1,2}[./ -]{1,2}\\d{1,2}[./ -]{1,2}(?:19|20)?\\d{2}|(?:19|20)\\d{2}-\\d{2}-\\d{2}|\\d{1,2}(?:st|nd|rd|th|er)?[. ]{1,2}(?:de |of )?${MONTH}\\.?,? (?:de |del )?(?:19|20)\\d{2}|${MONTH} \\d{1,2}(?:st|nd|rd|th)?,? (?:19|20)\\d{2})(?!\\d)`,
  'g',
);

/** The day alone says a birthday only right after the word: "nato il 3 luglio". */
const DAY = new RegExp(
  `(?<![\\d/.-])(?:\\d{1,2}(?:st|nd|rd|th|er)?[. ]{1,2}(?:de |of )?${MONTH}|${MONTH} \\d{1,2}(?:st|nd|rd|th)?)(?![a-z\\d])`,
  'g',
);

/** Dates that a word calls a date of birth ("nata il", "geb.", "DOB"). */
export function birthDateCandidates(doc: Doc): Candidate[] {
  if (!cue('birth').anywhere(doc.tokens)) return [];
  const { text } = doc.folded;
  const found: Candidate[] = [];
  const look = (pattern: RegExp, reach: number, confidence: number): void => {
    for (const match of text.matchAll(pattern)) {
      if (!cue('birth').before(doc.tokens, tokenAt(doc, match.index), reach)) continue;
      found.push(identifier(match.index, match.index + match[0].length, 'birthDate', confidence));
    }
  };
  look(DATE, 5, 0.95);
  look(DAY, 2, 0.85);
  return found;
}
