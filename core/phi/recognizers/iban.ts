/* eslint-disable @typescript-eslint/no-non-null-assertion -- hot loops: every index comes from the bounds of its own list */
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

/** Lengths by country (SWIFT IBAN registry), so that each start is tried once. */
const LENGTHS: Readonly<Record<string, number>> = {
  ad: 24, al: 28, at: 20, ba: 20, be: 16, bg: 22, ch: 21, cy: 28, cz: 24, de: 22, dk: 18, ee: 20, es: 24, fi: 20,
  fo: 18, fr: 27, gb: 22, gi: 23, gl: 18, gr: 27, hr: 21, hu: 28, ie: 22, il: 23, is: 26, it: 27, li: 21, lt: 20,
  lu: 20, lv: 21, mc: 27, md: 24, me: 22, mk: 19, mt: 31, nl: 18, no: 15, pl: 28, pt: 25, ro: 24, rs: 22, se: 24,
  si: 19, sk: 24, sm: 27, tn: 24, tr: 26, ua: 29, va: 22, xk: 20,
}; // prettier-ignore

/** Bank account numbers whose length fits the country and whose check digits hold. */
export function ibanCandidates(doc: Doc): Candidate[] {
  const { text } = doc.folded;
  const found: Candidate[] = [];
  for (const match of text.matchAll(START)) {
    const length = LENGTHS[match[0].slice(0, 2)];
    if (length === undefined) continue;
    const { value, ends } = collect(text, match.index);
    const end = ends[length - 1];
    if (end !== undefined && ibanHolds(value.slice(0, length)))
      found.push(identifier(match.index, end, 'iban', 0.99));
  }
  return found;
}
