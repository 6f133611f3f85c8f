/* eslint-disable @typescript-eslint/no-non-null-assertion -- hot loops: every index comes from the bounds of its own list */
import cues from '../data/cues.json';
import { analyse, type Doc, type Token } from '../text/tokens';

/** Phrases of `data/cues.json`, looked for in the words just before (or after) a place in the text. */
class Phrases {
  private readonly byLast = new Map<string, string[][]>();

  constructor(line: string) {
    for (const phrase of line.split(',')) {
      const words = analyse(phrase.trim()).tokens.map((t) => t.word);
      const last = words.at(-1);
      if (last === undefined) continue;
      this.byLast.set(last, [...(this.byLast.get(last) ?? []), words]);
    }
  }

  private endsAt(tokens: readonly Token[], index: number): boolean {
    const phrases = this.byLast.get(tokens[index]!.word);
    return (
      phrases?.some((words) => words.every((w, k) => tokens[index - words.length + 1 + k]?.word === w)) ??
      false
    );
  }

  /** Whether a phrase ends among the `reach` tokens before token `index`. */
  before(tokens: readonly Token[], index: number, reach: number): boolean {
    const last = Math.min(index, tokens.length) - 1;
    for (let i = last; i >= 0 && i >= index - reach; i--) if (this.endsAt(tokens, i)) return true;
    return false;
  }

  /** Whether a phrase stands anywhere: most texts hold none, and need no closer look. */
  anywhere(tokens: readonly Token[]): boolean {
    return tokens.some((_, index) => this.endsAt(tokens, index));
  }

  has(word: string): boolean {
    return this.byLast.get(word)?.some((words) => words.length === 1) ?? false;
  }
}

type CueName = Exclude<keyof typeof cues, 'source'>;
const compiled = new Map<CueName, Phrases>();

export function cue(name: CueName): Phrases {
  let phrases = compiled.get(name);
  if (phrases === undefined) compiled.set(name, (phrases = new Phrases(cues[name])));
  return phrases;
}

/** Index of the first token that ends after `offset` of the folded text; binary search. */
export function tokenAt(doc: Doc, offset: number): number {
  let low = 0;
  let high = doc.tokens.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (doc.tokens[middle]!.end > offset) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** A number or mailbox of the clinic itself ("ring 0161 …"), not one that the patient is reached at. */
export function isOwnContact(doc: Doc, offset: number): boolean {
  const at = tokenAt(doc, offset);
  if (cue('patientContact').before(doc.tokens, at, 8)) return false;
  return cue('ownContact').before(doc.tokens, at, 8);
}
