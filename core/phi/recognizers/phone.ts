import { parsePhoneNumberFromString, type CountryCode } from 'libphonenumber-js/min';
import type { Doc } from '../text/tokens';
import { identifier, type Candidate } from './candidate';
import { isOwnContact } from './cues';

const COUNTRIES: readonly CountryCode[] = ['IT', 'DE', 'GB', 'ES', 'FR', 'US', 'AT', 'CH'];
const FEWEST_DIGITS = 8;
const MOST_DIGITS = 15;
/** Beyond this many numbers a text is judged by shape alone, which errs on the side of finding one. */
const LOOK_UPS = 48;
const DATE_OR_TIME =
  /(?<!\d)\d{1,2}[./-]\d{1,2}[./-](?:19|20)\d{2}(?!\d)|(?<!\d)\d{4}-\d{2}-\d{2}(?!\d)|\d{1,2}:\d{2}/;

interface Run {
  readonly start: number;
  readonly end: number;
  readonly digits: string;
  readonly plus: boolean;
}

const isDigit = (code: number): boolean => code >= 48 && code <= 57;
/** A digit, or a sign inside a number. */
const leadsUp = (code: number): boolean =>
  isDigit(code) || code === 46 || code === 44 || code === 58 || code === 47;
/** A blank, hyphen, dot, slash or bracket. */
const parts = (code: number): boolean =>
  code === 32 || (code >= 45 && code <= 47) || code === 40 || code === 41;

/** Where a number may begin from `from` on: at a digit, its plus or its bracket, that no number leads up to. */
function nextStart(text: string, from: number): number {
  for (let i = from; i < text.length; i++) {
    const code = text.charCodeAt(i);
    const begins = isDigit(code) || ((code === 43 || code === 40) && isDigit(text.charCodeAt(i + 1)));
    if (begins && !leadsUp(text.charCodeAt(i - 1))) return i;
  }
  return -1;
}

/** Digits from `from` on, parted by at most two of blank, hyphen, dot, slash, brackets. */
function runFrom(text: string, from: number): Run {
  let digits = '';
  let end = from;
  let parting = 0;
  for (let i = from; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (isDigit(code)) {
      digits += text.charAt(i);
      end = i + 1;
      parting = 0;
    } else if (i > from && (!parts(code) || ++parting > 2)) break;
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
  for (let start = nextStart(text, 0); start >= 0; start = nextStart(text, start + 1)) {
    const run = runFrom(text, start);
    if (run.digits.length < FEWEST_DIGITS) continue;
    if (run.digits.length > MOST_DIGITS || DATE_OR_TIME.test(text.slice(run.start, run.end + 3))) continue;
    if (!run.plus && !nationalShape(run, text)) continue;
    if (++lookUps <= LOOK_UPS && !known(run)) continue;
    if (strict || !isOwnContact(doc, run.start))
      found.push(identifier(run.start, run.end, 'phone', run.plus ? 0.95 : 0.85));
    start = run.end - 1;
  }
  return found;
}
