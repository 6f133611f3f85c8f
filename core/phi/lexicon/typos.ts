import type { Paradigms } from './paradigms';
import type { WordTrie } from './trie';

const SHORTEST = 8;
const LONGEST = 30;

/** Keyboards of the five languages; each row stands half a key to the right of the one above. */
const KEYBOARDS = [
  ['qwertyuiop', 'asdfghjkl', 'zxcvbnm'],
  ['qwertzuiop', 'asdfghjkl', 'yxcvbnm'],
  ['azertyuiop', 'qsdfghjklm', 'wxcvbn'],
];
/** Letters that are mistaken for each other because they sound alike. */
const ALIKE = ['cs', 'ck', 'ei', 'iy', 'dt'];

/** Pairs of letters of which one is written for the other; a wrong letter from elsewhere makes another word. */
const CONFUSED = new Set<number>();
const pairOf = (a: number, b: number): number => a * 128 + b;

function confuse(a: string | undefined, b: string | undefined): void {
  if (a === undefined || b === undefined) return;
  CONFUSED.add(pairOf(a.charCodeAt(0), b.charCodeAt(0))).add(pairOf(b.charCodeAt(0), a.charCodeAt(0)));
}

for (const rows of KEYBOARDS) {
  rows.forEach((row, y) => {
    for (let x = 0; x < row.length; x++) {
      confuse(row[x], row[x + 1]);
      confuse(row[x], rows[y + 1]?.[x - 1]);
      confuse(row[x], rows[y + 1]?.[x]);
    }
  });
}
for (const [a, b] of ALIKE) confuse(a, b);

const confused = (a: number, b: number): boolean => CONFUSED.has(pairOf(a, b));

/** One letter added, left out, taken for one like it, or two neighbours swapped. */
export function oneSlipApart(a: string, b: string): boolean {
  if (Math.abs(a.length - b.length) > 1 || a === b) return false;
  let i = 0;
  while (i < a.length && a[i] === b[i]) i++;
  const rest = (s: string, skip: number): string => s.slice(i + skip);
  if (a.length === b.length) {
    const swapped = a[i] === b[i + 1] && a[i + 1] === b[i] && rest(a, 2) === rest(b, 2);
    return swapped || (confused(a.charCodeAt(i), b.charCodeAt(i)) && rest(a, 1) === rest(b, 1));
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

  /** Calls `found` for the value of every forgiving word of the trie that is one slip away from `word`. */
  find(word: string, found: Found): void {
    if (word.length < SHORTEST || word.length > LONGEST) return;
    let node = this.trie.forgivingChild(0, word.charCodeAt(0));
    for (let i = 1; node !== 0; i++) {
      this.slipInEnding(node, word, i, found);
      if (i > word.length) return;
      this.slipAt(node, word, i, found);
      if (i === word.length) return;
      node = this.trie.forgivingChild(node, word.charCodeAt(i));
    }
  }

  /** The stem is right; the ending is one slip away from one that it takes. */
  private slipInEnding(node: number, word: string, at: number, found: Found): void {
    const rest = word.slice(at);
    this.trie.eachForgiven(node, (paradigm, value) => {
      for (const ending of this.paradigms.endings(paradigm)) {
        if (at + ending.length < SHORTEST || !oneSlipApart(ending, rest)) continue;
        found(value);
        return;
      }
    });
  }

  /** The slip stands at letter `at` of the word, inside the stem. */
  private slipAt(node: number, word: string, at: number, found: Found): void {
    const { trie } = this;
    const right = word.charCodeAt(at);
    this.rest(node, word, at + 1, at - 1, found);
    for (let child = trie.firstForgivingChild(node); child !== 0; child = trie.nextForgivingChild(child)) {
      if (confused(trie.codeOf(child), right)) this.rest(child, word, at + 1, at + 1, found);
      this.rest(child, word, at, at + 1, found);
    }
    if (at + 1 >= word.length) return;
    const swapped = trie.forgivingChild(node, word.charCodeAt(at + 1));
    const after = swapped === 0 ? 0 : trie.forgivingChild(swapped, right);
    if (after !== 0) this.rest(after, word, at + 2, at + 2, found);
  }

  /** After the slip everything must fit. `depth` letters of the known word have been used. */
  private rest(from: number, word: string, at: number, depth: number, found: Found): void {
    // From here on the two go letter by letter, so their lengths are known.
    if (at > word.length || depth + word.length - at < SHORTEST) return;
    let node = from;
    for (let i = at; ; i++) {
      this.trie.eachForgiven(node, (paradigm, value) => {
        if (this.paradigms.has(paradigm, word, i)) found(value);
      });
      if (i >= word.length) return;
      node = this.trie.forgivingChild(node, word.charCodeAt(i));
      if (node === 0) return;
    }
  }
}
