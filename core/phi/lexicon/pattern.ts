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

/** Umlauts may be written as one letter, as two, or without their dots: ä, ae, a. */
export function spellings(word: string): string[] {
  if (/^[a-z\d]+$/.test(word)) return [word];
  const plain = foldText(word);
  if (!/[äöüÄÖÜ]/.test(word)) return [plain];
  const spelled = word.replace(/ä/gi, 'ae').replace(/ö/gi, 'oe').replace(/ü/gi, 'ue');
  return [plain, foldText(spelled)];
}

function shapesOf(part: string): Shape[] {
  if (part === '#' || part.startsWith('@')) return [{ kind: 'class', text: part }];
  const exact = part.startsWith('=');
  const body = exact ? part.slice(1) : part;
  const open = body.startsWith('*');
  const close = body.endsWith('*');
  const core = body.slice(open ? 1 : 0, close ? -1 : undefined);
  return spellings(core).map((text): Shape => {
    if (open && close) return { kind: 'infix', text };
    if (open) return { kind: 'suffix', text };
    if (close) return { kind: 'prefix', text };
    return { kind: 'word', text, exact };
  });
}

function elementOf(source: string): Element {
  if (source === '..') return { shapes: [], optional: false, gap: true };
  const optional = source.startsWith('?');
  const parts = (optional ? source.slice(1) : source).split('|');
  return { shapes: parts.flatMap(shapesOf), optional, gap: false };
}

const SIMPLE_WORD = /^[=*]?[\p{L}\d]+\*?$/u;
const SEPARATORS = /['’\-./&_]+/;

/** Words of a data file are cut where the tokeniser cuts the text: apostrophes, hyphens, points (and `_`). */
const pieces = (word: string): string[] =>
  word === '..' ? [word] : word.split(SEPARATORS).filter((p) => p !== '');

/** Alternatives of which one is cut in two ("check-up|exam") make two terms. */
function variants(word: string): string[][] {
  if (SIMPLE_WORD.test(word)) return [[word]];
  const optional = word.startsWith('?') ? '?' : '';
  const parts = (optional ? word.slice(1) : word).split('|').map(pieces);
  const single = parts.filter((p) => p.length === 1).map((p) => p[0]!);
  const longer = parts.filter((p) => p.length > 1).map((p) => p.map((piece) => optional + piece));
  return single.length > 0 ? [[optional + single.join('|')], ...longer] : longer;
}

/** A gap or a word of any kind at the edge of a term says nothing ("*-EKG" is "EKG"). */
const saysNothing = (word: string): boolean => word === '..' || word === '*';

function trimGaps(sequence: readonly string[]): string[] {
  const first = sequence.findIndex((word) => !saysNothing(word));
  const last = sequence.findLastIndex((word) => !saysNothing(word));
  return first < 0 ? [] : sequence.slice(first, last + 1);
}

/** Reads one term into the sequences of elements that it stands for; see {@link LexiconFile} for the notation. */
export function parseTerm(term: string): Element[][] {
  let sequences: string[][] = [[]];
  for (const word of term.trim().split(/\s+/)) {
    const choices = variants(word);
    sequences = sequences.flatMap((head) => choices.map((choice) => [...head, ...choice]));
  }
  return sequences.map((sequence) => trimGaps(sequence).map(elementOf));
}

/** Splits the lines of a data file into terms. */
export function termsOf(lines: readonly string[]): string[] {
  return lines.flatMap((line) => line.split(',')).map((term) => term.trim()).filter((term) => term !== ''); // prettier-ignore
}
