import { fold, foldText } from '../text/fold';
import { pattern } from './pattern';
import type { Wording } from './wording';

/** A sentence, or a greeting before one, and what parts it from the next. */
export interface Piece {
  readonly text: string;
  readonly gap: string;
  readonly greeting: boolean;
}

const ABBREVIATIONS = new Set(
  'dr dra dott ssa sig ra sigra sra srta prof mr mrs ms mme mlle st tel nr no num n art ca bzw ggf inkl hr fr gent gentma gentmo egr avv ing app appto int str apt ext p.es es z.b e.g i.e u d sr h ore ul'.split(
    ' ',
  ),
);
const END = /[.!?…]+["»”)]*(?=\s|$)|\n+/g;

/** Whether a full stop ends no sentence: "Dr. Rossi", "am 3. März". */
function abbreviates(text: string, stop: number, wording: Wording): boolean {
  const word = /[\p{L}\d.]*$/u.exec(foldText(text.slice(0, stop)))?.[0] ?? '';
  if (/nr$|str$/.test(word)) return true;
  if (ABBREVIATIONS.has(word) || ABBREVIATIONS.has(word.replace(/^.*\./, '')) || /^\p{L}$/u.test(word))
    return true;
  const next = foldText(text.slice(stop + 1, stop + 20)).trimStart();
  return /^\d{1,2}$/.test(word) && pattern(`^(?:${wording.months})(?!\\p{L})`).test(next);
}

export function piecesOf(text: string, wording: Wording): Piece[] {
  const pieces: Piece[] = [];
  let from = 0;
  const push = (end: number): void => {
    const raw = text.slice(from, end);
    const words = raw.trimEnd();
    const gap = raw.slice(words.length) + (/^\s*/.exec(text.slice(end))?.[0] ?? '');
    if (words !== '') pieces.push({ text: words, gap, greeting: false });
    from = end + gap.length - (raw.length - words.length);
  };
  for (const { 0: sign, index } of text.matchAll(END)) {
    if (index < from) continue;
    if (sign === '.' && abbreviates(text, index, wording)) continue;
    push(sign.startsWith('\n') ? index : index + sign.length);
  }
  push(text.length);
  return pieces.flatMap((piece) => withGreeting(piece, wording));
}

/** "Gentile Marta, domani …" is a greeting and a sentence. */
function withGreeting(piece: Piece, wording: Wording): Piece[] {
  const folded = fold(piece.text);
  const greeting = pattern(
    `^(?:${wording.greetings})(?![\\p{L}])\\.?(?:[ ,]+[\\p{L}.'-]+){0,5}?\\s?[,:!-](?= )`,
  );
  const match = greeting.exec(folded.text);
  if (match === null) return [piece];
  const end = folded.origin[match[0].length] ?? piece.text.length;
  const rest = piece.text.slice(end);
  return [
    { text: piece.text.slice(0, end), gap: ' ', greeting: true },
    { text: rest.trimStart(), gap: piece.gap, greeting: false },
  ];
}
