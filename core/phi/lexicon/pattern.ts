/* eslint-disable @typescript-eslint/no-non-null-assertion -- hot loops: every index comes from the bounds of its own list */
import { foldText } from '../text/fold';

/** One place of a term: any of several word shapes, a gap, or a class. */
export interface Element {
  readonly shapes: readonly Shape[];
  readonly optional: boolean;
  readonly gap: boolean;
}

export type Shape =
  | { readonly kind: 'word'; readonly text: string; readonly exact: boolean }
  | { readonly kind: 'prefix' | 'suffix' | 'infix'; readonly text: string }
  | { readonly kind: 'class'; readonly text: string };

const PLAIN = /^[a-z\d]+$/;
const PLAIN_WITH_CAPITALS = /^[a-z\d]+$/i;

/** Umlauts may be written as one letter, as two, or without their dots: ä, ae, a. */
export function spellings(word: string): string[] {
  if (PLAIN.test(word)) return [word];
  if (PLAIN_WITH_CAPITALS.test(word)) return [word.toLowerCase()];
  const plain = foldText(word);
  if (!/[äöüÄÖÜ]/.test(word)) return [plain];
  const spelled = word.replace(/ä/gi, 'ae').replace(/ö/gi, 'oe').replace(/ü/gi, 'ue');
  return [plain, foldText(spelled)];
}

function shapesOf(part: string): Shape[] {
  if (part === '#' || part.startsWith('@')) return [{ kind: 'class', text: part }];
  const exact = part.startsWith('=');
  const body = exact ? part.slice(1) : part;
  const start = body.startsWith('*') ? 1 : 0;
  const end = body.endsWith('*') ? 1 : 0;
  if (start + end === 0) return spellings(body).map((text) => ({ kind: 'word', text, exact }));
  const kind = start === 0 ? 'prefix' : end === 0 ? 'suffix' : 'infix';
  return spellings(body.slice(start, body.length - end)).map((text) => ({ kind, text }));
}

const GAP: Element = { shapes: [], optional: false, gap: true };

/** A word of any kind, as before the hyphen of "*-EKG". */
const BARE: Element = { shapes: [{ kind: 'infix', text: '' }], optional: false, gap: false };

function elementOf(source: string): Element {
  if (source === '..') return GAP;
  if (source === '*') return BARE;
  const optional = source.startsWith('?');
  const body = optional ? source.slice(1) : source;
  const shapes = body.includes('|') ? body.split('|').flatMap(shapesOf) : shapesOf(body);
  return { shapes, optional, gap: false };
}

const SIMPLE_WORD = /^[=*]?[\p{L}\d]+\*?$/u;
const SEPARATORS = /['’\-./&_]+/;

/** Words of a data file are cut where the tokeniser cuts the text: apostrophes, hyphens, points (and `_`). */
const pieces = (word: string): string[] =>
  word === '..' ? [word] : word.split(SEPARATORS).filter((p) => p !== '');

/** Alternatives of which one is cut in two ("check-up|exam") make two terms. */
function variants(word: string): string[][] {
  const optional = word.startsWith('?') ? '?' : '';
  const parts = (optional ? word.slice(1) : word).split('|').map(pieces);
  const single = parts.filter((p) => p.length === 1).map((p) => p[0]!);
  const longer = parts.filter((p) => p.length > 1).map((p) => p.map((piece) => optional + piece));
  return single.length > 0 ? [[optional + single.join('|')], ...longer] : longer;
}

/** A gap or a word of any kind at the edge of a term says nothing. */
function trimmed(sequence: readonly Element[]): readonly Element[] {
  const says = (element: Element): boolean => !element.gap && element !== BARE;
  if (says(sequence[0]!) && says(sequence.at(-1)!)) return sequence;
  const last = sequence.findLastIndex(says);
  return last < 0 ? [] : sequence.slice(sequence.findIndex(says), last + 1);
}

/** Splits the lines of a data file into terms. */
export function termsOf(lines: readonly string[]): string[] {
  const terms: string[] = [];
  for (const line of lines) {
    for (const term of line.split(',')) {
      const text = term.trim();
      if (text !== '') terms.push(text);
    }
  }
  return terms;
}

/** Reads terms into the sequences of elements that they stand for; see {@link LexiconFile} for the notation. */
export class TermReader {
  /** The same words stand in many terms: each is read once, and is the same element in all of them. */
  private readonly known = new Map<string, readonly (readonly Element[])[]>();

  read(term: string): readonly (readonly Element[])[] {
    if (SIMPLE_WORD.test(term)) return [[elementOf(term)]];
    const words = term.split(' ');
    // As most are: words of which each is one element, and says something at the edge of the term.
    if (words.every((word) => SIMPLE_WORD.test(word)))
      return [words.map((word) => this.choices(word)[0]![0]!)];
    let sequences: readonly (readonly Element[])[] = [[]];
    for (const word of term.split(/\s+/)) {
      const choices = this.choices(word);
      sequences = sequences.flatMap((head) => choices.map((choice) => [...head, ...choice]));
    }
    return sequences.filter((sequence) => sequence.length > 0).map(trimmed);
  }

  private choices(word: string): readonly (readonly Element[])[] {
    let choices = this.known.get(word);
    if (choices === undefined) {
      choices = SIMPLE_WORD.test(word) ? [[elementOf(word)]] : variants(word).map((v) => v.map(elementOf));
      this.known.set(word, choices);
    }
    return choices;
  }
}
