import type { Paradigms } from './paradigms';
import type { WordTrie } from './trie';

const SHORTEST = 8;
const LONGEST = 30;

/** One letter added, left out, changed, or two neighbours swapped. */
export function oneSlipApart(a: string, b: string): boolean {
  if (Math.abs(a.length - b.length) > 1 || a === b) return false;
  let i = 0;
  while (i < a.length && a[i] === b[i]) i++;
  const rest = (s: string, skip: number): string => s.slice(i + skip);
  if (a.length === b.length) {
    const swapped = a[i] === b[i + 1] && a[i + 1] === b[i] && rest(a, 2) === rest(b, 2);
    return swapped || rest(a, 1) === rest(b, 1);
  }
  return a.length > b.length ? rest(a, 1) === rest(b, 0) : rest(a, 0) === rest(b, 1);
}

type Found = (value: number) => void;

/** Finds long known words in spite of one slip; the first letter must be right. */
export class TypoSearch {
  constructor(
    private readonly trie: WordTrie,
    private readonly paradigms: Paradigms,
  ) {}

  /** Calls `found` for the value of every word of the trie that is one slip away from `word`. */
  find(word: string, found: Found): void {
    if (word.length < SHORTEST || word.length > LONGEST) return;
    let node = this.trie.child(0, word.charCodeAt(0));
    for (let i = 1; node !== 0; i++) {
      this.slipInEnding(node, word, i, found);
      if (i > word.length) return;
      this.slipAt(node, word, i, found);
      if (i === word.length) return;
      node = this.trie.child(node, word.charCodeAt(i));
    }
  }

  /** The stem is right; the ending is one slip away from one that it takes. */
  private slipInEnding(node: number, word: string, at: number, found: Found): void {
    const rest = word.slice(at);
    this.trie.eachEntry(node, (paradigm, value) => {
      for (const ending of this.paradigms.endings(paradigm)) {
        if (at + ending.length < SHORTEST || !oneSlipApart(ending, rest)) continue;
        found(value);
        return;
      }
    });
  }

  /** The slip stands at letter `at` of the word, inside the stem. */
  private slipAt(node: number, word: string, at: number, found: Found): void {
    this.rest(node, word, at + 1, at - 1, found);
    this.trie.eachChild(node, (child, code) => {
      if (code !== word.charCodeAt(at)) this.rest(child, word, at + 1, at + 1, found);
      this.rest(child, word, at, at + 1, found);
    });
    if (at + 1 >= word.length) return;
    const swapped = this.trie.child(node, word.charCodeAt(at + 1));
    const after = swapped === 0 ? 0 : this.trie.child(swapped, word.charCodeAt(at));
    if (after !== 0) this.rest(after, word, at + 2, at + 2, found);
  }

  /** After the slip everything must fit. `depth` letters of the known word have been used. */
  private rest(from: number, word: string, at: number, depth: number, found: Found): void {
    let node = from;
    let known = depth;
    for (let i = at; i <= word.length; i++, known++) {
      const ending = word.slice(i);
      this.trie.eachEntry(node, (paradigm, value) => {
        if (known + ending.length >= SHORTEST && this.paradigms.has(paradigm, ending)) found(value);
      });
      if (i === word.length) return;
      node = this.trie.child(node, word.charCodeAt(i));
      if (node === 0) return;
    }
  }
}
