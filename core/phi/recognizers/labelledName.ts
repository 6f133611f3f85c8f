import type { Doc } from '../text/tokens';
import { identifier, type Candidate } from './candidate';

const FIRST = 'vorname|nome|nombres?|prenom|first name|given name|forename';
const LAST = 'nachname|familienname|name|cognome|apellidos?|nom|surname|last name|family name';
const VALUE = "[a-z\\u00aa-\\uffff][a-z\\u00aa-\\uffff' -]{0,40}?";
const LAST_VALUE = "[a-z\\u00aa-\\uffff]['a-z\\u00aa-\\uffff-]{1,40}";

const pair = (one: string, other: string): string =>
  `(?<![a-z])(?:${one})\\s?[:=]\\s?(?=[a-z])(${VALUE})[\\s,;/|]{1,3}(?:${other})\\s?[:=]\\s?(${LAST_VALUE})`;
const PAIR = new RegExp(`${pair(LAST, FIRST)}|${pair(FIRST, LAST)}`, 'g');

/** First and last name in two labelled fields: "Name: Hofstetter, Vorname: Ruth", known names or not. */
export function labelledNameCandidates(doc: Doc): Candidate[] {
  const { text } = doc.folded;
  if (!(text.includes(':') || text.includes('=')) || !/(?:nom|name)[a-z]{0,2}\s?[:=]/.test(text)) return [];
  return [...text.matchAll(PAIR)].map((match) => {
    const value = match[1] ?? match[3] ?? '';
    const start = match.index + match[0].indexOf(value, match[0].search(/[:=]/));
    return identifier(start, match.index + match[0].length, 'fullName', 0.9);
  });
}
