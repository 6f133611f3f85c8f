/* eslint-disable @typescript-eslint/no-non-null-assertion -- hot loops: every index comes from the bounds of its own list */
import { fold, type Folded } from './fold';
import { hashStep, isKept, NOT_KEPT, wordAt } from './words';

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
  /** For the memories of words; those with digits and long ones are not kept. */
  readonly hash: number;
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
  /** How many digits stand in it: most messages have too few for any number of a person's. */
  readonly digits: number;
}

const OTHER = 0;
const LETTER = 1;
const DIGIT = 2;
const CURRENCY = 3;

/** What a folded character is; beyond the table all are letters but the sign of the euro. */
const SIGNS = Uint8Array.from({ length: 0x100 }, (_, c) => {
  if (c >= 48 && c <= 57) return DIGIT;
  if ((c >= 97 && c <= 122) || c >= 0xaa) return LETTER;
  return c === 0xa3 || c === 36 ? CURRENCY : OTHER;
});

const signOf = (c: number): number => {
  if (c < 0x100) return SIGNS[c]!;
  return c === 0x20ac ? CURRENCY : LETTER;
};

const isDigit = (c: number): boolean => c >= 48 && c <= 57;

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

/** Of a word that begins with a capital in the original, from `from` to `to`: whether all of it is in capitals. */
function isUpper(text: string, from: number, to: number): boolean {
  for (let i = from; i < to; i++) {
    const code = text.charCodeAt(i);
    if (code >= 128) {
      const word = text.slice(from, to);
      return word.length > 1 && word === word.toUpperCase() && word !== word.toLowerCase();
    }
    if (code >= 97 && code <= 122) return false;
  }
  return to - from > 1;
}

/** Reads a text once, from its first character to its last. */
class Reader {
  readonly tokens: Token[] = [];
  digits = 0;
  /** The longest row of single letters. */
  singles = 0;
  private single = 0;
  private gap: Gap = Gap.Hard;
  private lastEnd = -1;

  constructor(
    private readonly text: string,
    private readonly folded: Folded,
  ) {}

  read(): void {
    const plain = this.folded.text;
    const holes = placeholderEnds(plain);
    for (let i = 0; i < plain.length;) {
      const hole = holes?.get(i);
      if (hole !== undefined) {
        this.gap = Gap.Hard;
        i = hole;
        continue;
      }
      const c = plain.charCodeAt(i);
      const sign = signOf(c);
      if (sign === OTHER) {
        if (c !== 32) {
          const gap = gapOf(c, plain.charCodeAt(i + 1));
          if (gap > this.gap) this.gap = gap;
        }
        i++;
      } else if (sign === LETTER) i = this.word(i);
      else if (sign === DIGIT) i = this.number(i);
      else i = this.add(i, i + 1, plain.charAt(i), hashStep(0, c), false);
    }
  }

  private word(from: number): number {
    const plain = this.folded.text;
    const digits = this.digits;
    let hash = 0;
    let i = from;
    for (; i < plain.length; i++) {
      const c = plain.charCodeAt(i);
      const sign = signOf(c);
      if (sign === DIGIT) this.digits++;
      else if (sign !== LETTER) break;
      hash = hashStep(hash, c);
    }
    const kept = digits === this.digits && isKept(i - from);
    if (!kept) hash = NOT_KEPT;
    return this.add(from, i, wordAt(plain, from, i, hash), hash, false);
  }

  private number(from: number): number {
    const plain = this.folded.text;
    const end = numberEnd(plain, from);
    for (let i = from; i < end; i++) if (isDigit(plain.charCodeAt(i))) this.digits++;
    return this.add(from, end, plain.slice(from, end), NOT_KEPT, true);
  }

  private add(start: number, end: number, word: string, hash: number, numeric: boolean): number {
    const from = this.folded.originOf(start);
    const capital = isCapital(this.text, from);
    // A word may be the inside of one character: ⑴ folds to (1).
    const to = capital
      ? Math.min(Math.max(this.folded.originOf(end), from + 1), from + LONGEST_UPPER_LOOKED_AT)
      : from;
    this.tokens.push({
      word,
      hash,
      start,
      end,
      numeric,
      capital,
      upper: capital && isUpper(this.text, from, to),
      gap: this.gap,
      hyphen: this.lastEnd === start - 1 && this.folded.text.charCodeAt(this.lastEnd) === 45,
      spaced: false,
    });
    this.single = end - start === 1 ? this.single + 1 : 0;
    if (this.single > this.singles) this.singles = this.single;
    this.gap = Gap.Soft;
    this.lastEnd = end;
    return end;
  }
}

/** Splits a text into words, numbers and currency signs; linear. */
export function analyse(text: string): Doc {
  const folded = fold(text);
  const reader = new Reader(text, folded);
  reader.read();
  const { tokens, digits, singles } = reader;
  return {
    text,
    folded,
    tokens: singles < SHORTEST_SPACED_WORD ? tokens : joinSpacedLetters(folded.text, tokens),
    digits,
  };
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
      out.push({ ...first, word, hash: NOT_KEPT, end: last.end, gap: Gap.Hard, hyphen: false, spaced: true });
    }
    run = single ? 1 : 0;
  }
  return out ? [...tokens, ...out] : tokens;
}

/** Original span of a range of folded offsets. */
export function originalSpan(doc: Doc, start: number, end: number): { start: number; end: number } {
  const from = doc.folded.originOf(start);
  let to = doc.folded.originOf(end);
  // A folded character made of several (ß) shares its origin: step over it whole.
  if (to === doc.folded.originOf(end - 1)) to += 1;
  return { start: from, end: Math.max(to, from + 1) };
}
