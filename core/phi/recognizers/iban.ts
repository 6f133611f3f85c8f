/* eslint-disable @typescript-eslint/no-non-null-assertion -- hot loops: every index comes from the bounds of its own list */
import type { Doc } from '../text/tokens';
import { identifier, type Candidate } from './candidate';

const SHORTEST = 15;
const LONGEST = 34;
const START = /(?<![a-z0-9])[a-z]{2}[ -]?\d{2}/g;

/** Value of a digit or a small letter (a is 10), -1 for any other sign. */
function valueOf(code: number): number {
  if (code >= 48 && code <= 57) return code - 48;
  return code >= 97 && code <= 122 ? code - 87 : -1;
}

/** ISO 7064 mod 97-10: the check digits of an IBAN make the remainder 1. */
export function ibanHolds(iban: string): boolean {
  if (iban.length < SHORTEST || iban.length > LONGEST) return false;
  let rest = 0;
  for (let i = 0; i < iban.length; i++) {
    const value = valueOf(iban.charCodeAt((i + 4) % iban.length));
    if (value < 0) return false;
    rest = (rest * (value > 9 ? 100 : 10) + value) % 97;
  }
  return rest === 1;
}

const parts = (code: number): boolean => code === 32 || code === 45;

/** The first `length` letters and digits from `from` on, and where they end; one blank or hyphen may part two. */
function collect(text: string, from: number, length: number): { value: string; end: number } | undefined {
  let value = '';
  for (let i = from; i < text.length; i++) {
    if (valueOf(text.charCodeAt(i)) >= 0) value += text[i]!;
    else if (!parts(text.charCodeAt(i)) || parts(text.charCodeAt(i + 1))) return undefined;
    if (value.length === length) return { value, end: i + 1 };
  }
  return undefined;
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
    const number = collect(text, match.index, length);
    // A sentence may hold by chance; account numbers are digits for the most part.
    if (number && /(?:.*\d){8}/.test(number.value) && ibanHolds(number.value))
      found.push(identifier(match.index, number.end, 'iban', 0.99));
  }
  return found;
}
