/* eslint-disable @typescript-eslint/no-non-null-assertion -- hot loops: every index comes from the bounds of its own list */

/** What ends at a node: any rest of the word may follow, or one of the endings of a paradigm. */
export const ANY_REST = -1;

/** Grows a typed array; contents stay. */
function grown(array: Int32Array, length: number): Int32Array<ArrayBuffer> {
  const next = new Int32Array(length);
  next.set(array);
  return next;
}

/**
 * Words and beginnings of words as one tree of characters in flat arrays: a tree of objects costs a hundred times the
 * memory and most of the time to load. Walking it costs no more steps than its longest entry has letters.
 */
export class WordTrie {
  private code = new Int32Array(1 << 12);
  private first = new Int32Array(1 << 12);
  private sibling = new Int32Array(1 << 12);
  private entry = new Int32Array(1 << 12);
  private nodes = 1;
  private entryNext = new Int32Array(1 << 12);
  private entryPart = new Int32Array(1 << 12);
  private entryValue = new Int32Array(1 << 12);
  private entries = 1;

  /** Adds `value` under `key`; `part` is {@link ANY_REST} or a number that means something to the caller. */
  add(key: string, part: number, value: number): void {
    let node = 0;
    for (let i = 0; i < key.length; i++)
      node = this.child(node, key.charCodeAt(i)) || this.newChild(node, key.charCodeAt(i));
    this.addEntry(node, part, value);
  }

  private addEntry(node: number, part: number, value: number): void {
    for (let e = this.entry[node]!; e !== 0; e = this.entryNext[e]!)
      if (this.entryPart[e] === part && this.entryValue[e] === value) return;
    if (this.entries === this.entryNext.length) {
      this.entryNext = grown(this.entryNext, this.entries * 2);
      this.entryPart = grown(this.entryPart, this.entries * 2);
      this.entryValue = grown(this.entryValue, this.entries * 2);
    }
    const made = this.entries++;
    this.entryNext[made] = this.entry[node]!;
    this.entryPart[made] = part;
    this.entryValue[made] = value;
    this.entry[node] = made;
  }

  private newChild(parent: number, code: number): number {
    if (this.nodes === this.code.length) {
      const length = this.nodes * 2;
      this.code = grown(this.code, length);
      this.first = grown(this.first, length);
      this.sibling = grown(this.sibling, length);
      this.entry = grown(this.entry, length);
    }
    const made = this.nodes++;
    this.code[made] = code;
    this.sibling[made] = this.first[parent]!;
    this.first[parent] = made;
    return made;
  }

  /** The child of a node by a character, 0 when there is none. */
  child(node: number, code: number): number {
    let child = this.first[node]!;
    while (child !== 0 && this.code[child] !== code) child = this.sibling[child]!;
    return child;
  }

  /** Calls `visit` for every child of a node. */
  eachChild(node: number, visit: (child: number, code: number) => void): void {
    for (let child = this.first[node]!; child !== 0; child = this.sibling[child]!)
      visit(child, this.code[child]!);
  }

  /** Calls `found` for every entry at a node. */
  eachEntry(node: number, found: (part: number, value: number) => void): void {
    for (let e = this.entry[node]!; e !== 0; e = this.entryNext[e]!)
      found(this.entryPart[e]!, this.entryValue[e]!);
  }

  /** Calls `found` for every entry that `word` begins with from `at` on; `end` is where its key ends. */
  walk(word: string, at: number, found: (part: number, value: number, end: number) => void): void {
    let node = 0;
    for (let i = at; ; i++) {
      for (let e = this.entry[node]!; e !== 0; e = this.entryNext[e]!)
        found(this.entryPart[e]!, this.entryValue[e]!, i);
      if (i >= word.length) return;
      node = this.child(node, word.charCodeAt(i));
      if (node === 0) return;
    }
  }

  /** The same from the end of the word backwards; entries must have been added reversed. */
  walkBack(word: string, found: (value: number) => void): void {
    let node = 0;
    for (let i = word.length - 1; i >= 0; i--) {
      node = this.child(node, word.charCodeAt(i));
      if (node === 0) return;
      for (let e = this.entry[node]!; e !== 0; e = this.entryNext[e]!) found(this.entryValue[e]!);
    }
  }
}

export const reversed = (word: string): string => Array.from(word).reverse().join('');
