/*
 * Memories of words. Words are few and come again and again, so what was found out about one is kept for the next text.
 *
 * They hold single words without digits, in no order and without what they stood in: no phone number, no date, no
 * message; and they never leave the process. A word has two places, and the one that came longest ago gives way, so that
 * a memory never grows and one look takes the same time, also where words were made to have the same hash.
 */
const PLACES = 1 << 14;
/** Of a pair of places the first. */
const PAIR = PLACES - 2;
/** Longer "words" are not language. */
const LONGEST = 32;

/** The hash of a word that no memory keeps. */
export const NOT_KEPT = 0;

/** The hash after one character more; 0 at the start. */
export const hashStep = (hash: number, code: number): number => (Math.imul(hash, 31) + code) & 0x3fff_ffff;

const places = <T>(): (T | undefined)[] => new Array<T | undefined>(PLACES).fill(undefined);

/** What is known about words, by word and hash. */
export class WordMemory<T> {
  private readonly words = places<string>();
  private readonly values = places<T>();

  get(word: string, hash: number): T | undefined {
    const place = hash & PAIR;
    if (this.words[place] === word) return this.values[place];
    return this.words[place + 1] === word ? this.values[place + 1] : undefined;
  }

  set(word: string, hash: number, value: T): void {
    if (hash === NOT_KEPT) return;
    const place = hash & PAIR;
    this.words[place + 1] = this.words[place];
    this.values[place + 1] = this.values[place];
    this.words[place] = word;
    this.values[place] = value;
  }
}

const pool = places<string>();

function stands(word: string | undefined, text: string, from: number, length: number): word is string {
  if (word?.length !== length) return false;
  for (let i = 0; i < length; i++) if (word.charCodeAt(i) !== text.charCodeAt(from + i)) return false;
  return true;
}

/** A slice would keep the whole text in memory. */
function copied(text: string, from: number, end: number): string {
  const codes: number[] = [];
  for (let i = from; i < end; i++) codes.push(text.charCodeAt(i));
  return String.fromCharCode(...codes);
}

/** Whether a word of this length is kept at all. */
export const isKept = (length: number): boolean => length <= LONGEST;

/** The word at a place of a text, as one string for all its occurrences: comparing and finding those is fast. */
export function wordAt(text: string, from: number, end: number, hash: number): string {
  if (hash === NOT_KEPT) return text.slice(from, end);
  const place = hash & PAIR;
  const length = end - from;
  const first = pool[place];
  if (stands(first, text, from, length)) return first;
  const second = pool[place + 1];
  if (stands(second, text, from, length)) return second;
  const word = copied(text, from, end);
  pool[place + 1] = first;
  pool[place] = word;
  return word;
}
