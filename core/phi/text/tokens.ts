/* eslint-disable @typescript-eslint/no-non-null-assertion -- hot loops: every index comes from the bounds of its own list */
import { fold, type Folded } from './fold';

/** What stands between this token and the one before it. */
export const enum Gap {
  /** A blank, a comma, a hyphen. */
  Soft = 0,
  /** A full stop or a colon: words may still belong together ("app.to", "Paziente: …"). */
  Stop = 1,
  /** End of sentence or line, or a placeholder: nothing reaches across. */
  Hard = 2,
}

export interface Token {
  /** Folded word; for a number, its digits with separators. */
  readonly word: string;
  /** Offsets in the folded text. */
  readonly start: number;
  readonly end: number;
  readonly numeric: boolean;
  /** Begins with a capital in the original. */
  readonly capital: boolean;
  /** Two letters or more, all capitals in the original. */
  readonly upper: boolean;
  readonly gap: Gap;
  /** Joined to the token before by a hyphen alone. */
  readonly hyphen: boolean;
  /** Made of single letters that were written apart ("c a r d i o"). */
  readonly spaced: boolean;
}

/** A text, its folded form and its words: made once and shared by all recognizers. */
export interface Doc {
  readonly text: string;
  readonly folded: Folded;
  readonly tokens: readonly Token[];
}

const isDigit = (c: number): boolean => c >= 48 && c <= 57;
const isLetter = (c: number): boolean => (c >= 97 && c <= 122) || (c >= 0xaa && c !== 0x20ac);
const isCurrency = (c: number): boolean => c === 0x20ac || c === 0xa3 || c === 36;

/** Placeholders that redaction leaves; they are never searched and nothing reaches across them. */
const PLACEHOLDER =
  /\[(?:name|phone|email|iban|id-number|birth-date|record-number|address|clinical|pathway|economic|revealing)\]/g;

function placeholderEnds(text: string): Map<number, number> | undefined {
  if (!text.includes('[')) return undefined;
  const ends = new Map<number, number>();
  for (const m of text.matchAll(PLACEHOLDER)) ends.set(m.index, m.index + m[0].length);
  return ends.size > 0 ? ends : undefined;
}

function numberEnd(text: string, from: number): number {
  let i = from;
  while (isDigit(text.charCodeAt(i))) i++;
  for (;;) {
    const c = text.charCodeAt(i);
    // 8,1  120/80  10:30  1.200  1'200 stay one number
    if ((c === 44 || c === 46 || c === 47 || c === 58 || c === 39) && isDigit(text.charCodeAt(i + 1))) {
      i++;
      while (isDigit(text.charCodeAt(i))) i++;
    } else return i;
  }
}

function wordEnd(text: string, from: number): number {
  let i = from;
  for (;;) {
    const c = text.charCodeAt(i);
    if (isLetter(c) || isDigit(c)) i++;
    else return i;
  }
}

function gapOf(c: number, next: number): Gap {
  if (c === 10 || c === 33 || c === 63 || c === 59) return Gap.Hard;
  if (c === 58) return Gap.Stop;
  if (c === 46) return next === 32 || next === 10 || Number.isNaN(next) ? Gap.Stop : Gap.Soft;
  return Gap.Soft;
}

const LONGEST_UPPER_LOOKED_AT = 80;

function isCapital(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  if (code < 128) return code >= 65 && code <= 90;
  const first = text[at]!;
  return first !== first.toLowerCase();
}

function isUpper(original: string): boolean {
  return original.length > 1 && original === original.toUpperCase() && original !== original.toLowerCase();
}

/** Splits a text into words, numbers and currency signs; linear. */
export function analyse(text: string): Doc {
  const folded = fold(text);
  const plain = folded.text;
  const holes = placeholderEnds(plain);
  const tokens: Token[] = [];
  let gap: Gap = Gap.Hard;
  let lastEnd = -1;
  for (let i = 0; i < plain.length;) {
    const hole = holes?.get(i);
    if (hole !== undefined) {
      gap = Gap.Hard;
      i = hole;
      continue;
    }
    const c = plain.charCodeAt(i);
    const digit = isDigit(c);
    if (!digit && !isLetter(c) && !isCurrency(c)) {
      const g = gapOf(c, plain.charCodeAt(i + 1));
      if (g > gap) gap = g;
      i++;
      continue;
    }
    const end = digit ? numberEnd(plain, i) : isCurrency(c) ? i + 1 : wordEnd(plain, i);
    const from = folded.origin[i]!;
    const capital = isCapital(text, from);
    // A word may be the inside of one character: ⑴ folds to (1).
    const to = Math.min(Math.max(folded.origin[end]!, from + 1), from + LONGEST_UPPER_LOOKED_AT);
    tokens.push({
      word: plain.slice(i, end),
      start: i,
      end,
      numeric: digit,
      capital,
      upper: capital && isUpper(text.slice(from, to)),
      gap,
      hyphen: lastEnd === i - 1 && plain.charCodeAt(lastEnd) === 45,
      spaced: false,
    });
    gap = Gap.Soft;
    lastEnd = end;
    i = end;
  }
  return { text, folded, tokens: joinSpacedLetters(plain, tokens) };
}

const SHORTEST_SPACED_WORD = 5;

/** "c a r d i o" and "c.a.r.d.i.o" become one extra token after their letters. */
function joinSpacedLetters(plain: string, tokens: Token[]): Token[] {
  let run = 0;
  let out: Token[] | undefined;
  for (let i = 0; i <= tokens.length; i++) {
    const t = tokens[i];
    const before = tokens[i - 1];
    const single = t !== undefined && t.end - t.start === 1 && !t.numeric;
    const near =
      single && run > 0 && before !== undefined && t.start - before.end === 1 && t.gap !== Gap.Hard;
    if (near) {
      run++;
      continue;
    }
    if (run >= SHORTEST_SPACED_WORD) {
      out ??= [];
      const first = tokens[i - run]!;
      const last = tokens[i - 1]!;
      const word = tokens.slice(i - run, i).map((x) => plain.slice(x.start, x.end)).join(''); // prettier-ignore
      out.push({ ...first, word, end: last.end, gap: Gap.Hard, hyphen: false, spaced: true });
    }
    run = single ? 1 : 0;
  }
  return out ? [...tokens, ...out] : tokens;
}

/** Original span of a range of folded offsets. */
export function originalSpan(doc: Doc, start: number, end: number): { start: number; end: number } {
  const { origin } = doc.folded;
  const from = origin[start]!;
  let to = origin[end]!;
  // A folded character made of several (ß) shares its origin: step over it whole.
  if (to === origin[end - 1]) to += 1;
  return { start: from, end: Math.max(to, from + 1) };
}
