/* eslint-disable @typescript-eslint/no-non-null-assertion -- hot loops: every index comes from the bounds of its own list */
import { parsePhoneNumberFromString, type CountryCode } from 'libphonenumber-js/min';
import type { Doc } from '../text/tokens';
import { identifier, type Candidate } from './candidate';
import { isOwnContact } from './cues';

const COUNTRIES: readonly CountryCode[] = ['IT', 'DE', 'GB', 'ES', 'FR', 'US', 'AT', 'CH'];
const FEWEST_DIGITS = 8;
const MOST_DIGITS = 15;
/** Beyond this many numbers a text is judged by shape alone, which errs on the side of finding one. */
const LOOK_UPS = 48;
const START = /(?<![\d.,:/])[+(]?\d/g;
const DATE_OR_TIME =
  /(?<!\d)\d{1,2}[./-]\d{1,2}[./-](?:19|20)\d{2}(?!\d)|(?<!\d)\d{4}-\d{2}-\d{2}(?!\d)|\d{1,2}:\d{2}/;

interface Run {
  readonly start: number;
  readonly end: number;
  readonly digits: string;
  readonly plus: boolean;
}

/** Digits from `from` on, parted by at most two of blank, hyphen, dot, slash, brackets. */
function runFrom(text: string, from: number): Run {
  let digits = '';
  let end = from;
  let parting = 0;
  for (let i = from; i < text.length; i++) {
    const char = text[i]!;
    if (char >= '0' && char <= '9') {
      digits += char;
      end = i + 1;
      parting = 0;
    } else if (i > from && (!/[ \-./()]/.test(char) || ++parting > 2)) break;
    if (digits.length > MOST_DIGITS + 2) break;
  }
  return { start: from, end, digits, plus: text[from] === '+' || digits.startsWith('00') };
}

/** Shapes of national numbers in the countries served; a bare order number seldom has one. */
function nationalShape(run: Run, text: string): boolean {
  const { digits } = run;
  const written = text.slice(run.start, run.end);
  if (/^0[1-9]/.test(digits)) return digits.length >= 9 && digits.length <= 13;
  if (/^3\d{8,9}$/.test(digits)) return true;
  if (/^[679]\d{8}$/.test(digits))
    return /^\d{9}$|^\d{3}([ .-])\d{2}\1\d{2}\1\d{2}$|^\d{3}([ .-])\d{3}\2\d{3}$|^\d{2} \d{3} \d{2} \d{2}$/.test(
      written,
    );
  return /^\(?[2-9]\d{2}\)?[ .-]{1,2}\d{3}[ .-]\d{4}$/.test(written);
}

function known(run: Run): boolean {
  if (run.plus) {
    const number = run.digits.startsWith('00') ? run.digits.slice(2) : run.digits;
    return parsePhoneNumberFromString(`+${number}`)?.isPossible() === true;
  }
  return COUNTRIES.some((country) => parsePhoneNumberFromString(run.digits, country)?.isPossible() === true);
}

/** Phone numbers; the clinic's own ("ring 0161 …") count only when `strict`. */
export function phoneCandidates(doc: Doc, strict: boolean): Candidate[] {
  const { text } = doc.folded;
  const found: Candidate[] = [];
  let lookUps = 0;
  let passed = 0;
  for (const match of text.matchAll(START)) {
    if (match.index < passed) continue;
    const run = runFrom(text, match.index);
    if (run.digits.length < FEWEST_DIGITS) continue;
    if (run.digits.length > MOST_DIGITS || DATE_OR_TIME.test(text.slice(run.start, run.end + 3))) continue;
    if (!run.plus && !nationalShape(run, text)) continue;
    if (++lookUps <= LOOK_UPS && !known(run)) continue;
    passed = run.end;
    if (strict || !isOwnContact(doc, run.start))
      found.push(identifier(run.start, run.end, 'phone', run.plus ? 0.95 : 0.85));
  }
  return found;
}
