/* eslint-disable @typescript-eslint/no-non-null-assertion -- hot loops: every index comes from the bounds of its own list */
import type { Paradigms } from './paradigms';

/** What ends at a node: any rest of the word may follow, or one of the endings of a paradigm. */
export const ANY_REST = -1;
/** The owner of an entry that makes its key count as something else too. */
const NOBODY = -1;
const ASCII = 128;

/** Grows a typed array; contents stay. */
export function grown(array: Int32Array, length: number): Int32Array<ArrayBuffer> {
  const next = new Int32Array(length);
  next.set(array);
  return next;
}

/**
 * Words and beginnings of words as one tree of characters in flat arrays: a tree of objects costs a hundred times the
 * memory and most of the time to load. Walking it costs no more steps than its longest entry has letters.
 */
export class WordTrie {
  private code = new Int32Array(1 << 10);
  private first = new Int32Array(1 << 10);
  private sibling = new Int32Array(1 << 10);
  private entry = new Int32Array(1 << 10);
  /** Whether a word for which one slip is forgiven lies at a node or below it. */
  private forgiving = new Uint8Array(1 << 10);
  private nodes = 1;
  /** The children of the root by their character: it has the most, and every walk begins there. */
  private readonly roots = new Int32Array(ASCII);
  private entryNext = new Int32Array(1 << 10);
  private entryPart = new Int32Array(1 << 10);
  private entryValue = new Int32Array(1 << 10);
  private entryOwner = new Int32Array(1 << 10);
  private entryForgiven = new Uint8Array(1 << 10);
  private entries = 1;

  /** Adds `value` under `key`; `part` is {@link ANY_REST} or the number of a paradigm. */
  add(key: string, part: number, value: number): void {
    const node = this.nodeOf(key);
    for (let e = this.entry[node]!; e !== 0; e = this.entryNext[e]!)
      if (this.entryPart[e] === part && this.entryValue[e] === value) return;
    this.addEntry(node, part, value, NOBODY);
  }

  /** The value that `owner` has under `key` for `part`; `fresh`, which it gets, when it had none. */
  own(key: string, part: number, owner: number, fresh: number): number {
    const node = this.nodeOf(key);
    for (let e = this.entry[node]!; e !== 0; e = this.entryNext[e]!)
      if (this.entryPart[e] === part && this.entryOwner[e] === owner) return this.entryValue[e]!;
    this.addEntry(node, part, fresh, owner);
    return fresh;
  }

  /** Forgives one slip in the words of an entry. */
  forgive(key: string, part: number, value: number): void {
    let node = 0;
    for (let i = 0; i < key.length; i++) {
      node = this.child(node, key.charCodeAt(i));
      this.forgiving[node] = 1;
    }
    for (let e = this.entry[node]!; e !== 0; e = this.entryNext[e]!)
      if (this.entryPart[e] === part && this.entryValue[e] === value) this.entryForgiven[e] = 1;
  }

  private nodeOf(key: string): number {
    let node = 0;
    for (let i = 0; i < key.length; i++) {
      const code = key.charCodeAt(i);
      node = this.child(node, code) || this.newChild(node, code);
    }
    return node;
  }

  private addEntry(node: number, part: number, value: number, owner: number): void {
    if (this.entries === this.entryNext.length) {
      const length = this.entries * 2;
      this.entryNext = grown(this.entryNext, length);
      this.entryPart = grown(this.entryPart, length);
      this.entryValue = grown(this.entryValue, length);
      this.entryOwner = grown(this.entryOwner, length);
      const forgiven = new Uint8Array(length);
      forgiven.set(this.entryForgiven);
      this.entryForgiven = forgiven;
    }
    const made = this.entries++;
    this.entryNext[made] = this.entry[node]!;
    this.entryPart[made] = part;
    this.entryValue[made] = value;
    this.entryOwner[made] = owner;
    this.entry[node] = made;
  }

  private newChild(parent: number, code: number): number {
    if (this.nodes === this.code.length) {
      const length = this.nodes * 2;
      this.code = grown(this.code, length);
      this.first = grown(this.first, length);
      this.sibling = grown(this.sibling, length);
      this.entry = grown(this.entry, length);
      const forgiving = new Uint8Array(length);
      forgiving.set(this.forgiving);
      this.forgiving = forgiving;
    }
    const made = this.nodes++;
    this.code[made] = code;
    this.sibling[made] = this.first[parent]!;
    this.first[parent] = made;
    if (parent === 0 && code < ASCII) this.roots[code] = made;
    return made;
  }

  /** The child of a node by a character, 0 when there is none. */
  child(node: number, code: number): number {
    if (node === 0 && code < ASCII) return this.roots[code]!;
    let child = this.first[node]!;
    while (child !== 0 && this.code[child] !== code) child = this.sibling[child]!;
    return child;
  }

  /** The same child where it leads to words for which one slip is forgiven, else 0. */
  forgivingChild(node: number, code: number): number {
    const child = this.child(node, code);
    return this.forgiving[child] === 1 ? child : 0;
  }

  firstForgivingChild(node: number): number {
    return this.forgivingFrom(this.first[node]!);
  }

  nextForgivingChild(child: number): number {
    return this.forgivingFrom(this.sibling[child]!);
  }

  private forgivingFrom(from: number): number {
    let child = from;
    while (child !== 0 && this.forgiving[child] === 0) child = this.sibling[child]!;
    return child;
  }

  codeOf(node: number): number {
    return this.code[node]!;
  }

  /** Calls `found` for every entry at a node for which one slip is forgiven. */
  eachForgiven(node: number, found: (part: number, value: number) => void): void {
    for (let e = this.entry[node]!; e !== 0; e = this.entryNext[e]!)
      if (this.entryForgiven[e] === 1) found(this.entryPart[e]!, this.entryValue[e]!);
  }

  /** Calls `found` for every entry that `word` begins with from `at` on; `end` is where its key ends. */
  walk(word: string, at: number, found: (part: number, value: number, end: number) => void): void {
    let node = 0;
    for (let i = at; i < word.length; i++) {
      node = this.child(node, word.charCodeAt(i));
      if (node === 0) return;
      for (let e = this.entry[node]!; e !== 0; e = this.entryNext[e]!)
        found(this.entryPart[e]!, this.entryValue[e]!, i + 1);
    }
  }

  /** Adds to `out` the values of what `word` is: a stem with one of its endings, or a beginning with any rest. */
  collect(word: string, paradigms: Paradigms, out: number[]): void {
    let node = 0;
    for (let i = 0; i < word.length; i++) {
      node = this.child(node, word.charCodeAt(i));
      if (node === 0) return;
      for (let e = this.entry[node]!; e !== 0; e = this.entryNext[e]!) {
        const part = this.entryPart[e]!;
        if (part === ANY_REST || paradigms.has(part, word, i + 1)) out.push(this.entryValue[e]!);
      }
    }
  }

  /** Adds to `out` the values of all entries with which `word` goes on from `at`, whatever rest follows. */
  collectFrom(word: string, at: number, out: number[]): void {
    let node = 0;
    for (let i = at; i < word.length; i++) {
      node = this.child(node, word.charCodeAt(i));
      if (node === 0) return;
      for (let e = this.entry[node]!; e !== 0; e = this.entryNext[e]!) out.push(this.entryValue[e]!);
    }
  }

  /** The same from the end of the word backwards; entries must have been added reversed. */
  collectBack(word: string, out: number[]): void {
    let node = 0;
    for (let i = word.length - 1; i >= 0; i--) {
      node = this.child(node, word.charCodeAt(i));
      if (node === 0) return;
      for (let e = this.entry[node]!; e !== 0; e = this.entryNext[e]!) out.push(this.entryValue[e]!);
    }
  }
}

export const reversed = (word: string): string => Array.from(word).reverse().join('');
