import type { Doc } from '../text/tokens';
import { identifier, type Candidate } from './candidate';

const SHORTEST = 15;
const LONGEST = 34;
const START = /(?<![a-z0-9])[a-z]{2}[ -]?\d{2}/g;

/** ISO 7064 mod 97-10: the check digits of an IBAN make the remainder 1. */
export function ibanHolds(iban: string): boolean {
  if (iban.length < SHORTEST || iban.length > LONGEST) return false;
  let rest = 0;
  for (const char of iban.slice(4) + iban.slice(0, 4)) {
    const value = parseInt(char, 36);
    rest = (rest * (value > 9 ? 100 : 10) + value) % 97;
  }
  return rest === 1;
}

/** Letters and digits from `from` on, with the offset after each; blanks and hyphens may part them. */
function collect(text: string, from: number): { value: string; ends: number[] } {
  let value = '';
  const ends: number[] = [];
  for (let i = from; i < text.length && value.length < LONGEST; i++) {
    if (/[a-z0-9]/.test(text[i]!)) {
      value += text[i]!;
      ends.push(i + 1);
    } else if (!/[ -]/.test(text[i]!) || /[ -]/.test(text[i + 1] ?? '')) break;
  }
  return { value, ends };
}

/** Bank account numbers: the longest run from a country code on whose check digits hold. */
export function ibanCandidates(doc: Doc): Candidate[] {
  const { text } = doc.folded;
  const found: Candidate[] = [];
  for (const match of text.matchAll(START)) {
    const { value, ends } = collect(text, match.index);
    for (let length = value.length; length >= SHORTEST; length--) {
      if (!ibanHolds(value.slice(0, length))) continue;
      found.push(identifier(match.index, ends[length - 1]!, 'iban', 0.99));
      break;
    }
  }
  return found;
}
