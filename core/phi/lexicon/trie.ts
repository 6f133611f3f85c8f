/* eslint-disable @typescript-eslint/no-non-null-assertion -- hot loops: every index comes from the bounds of its own list */
/**
 * Beginnings of words as a tree of characters. Walking it costs no more steps than its longest entry has
 * letters, whatever the length of the text.
 */
export class PrefixTrie {
  private readonly next: Map<number, number>[] = [new Map<number, number>()];
  private readonly values: (number[] | undefined)[] = [undefined];

  add(key: string, value: number): void {
    let node = 0;
    for (let i = 0; i < key.length; i++) {
      const code = key.charCodeAt(i);
      let child = this.next[node]!.get(code);
      if (child === undefined) {
        child = this.next.length;
        this.next.push(new Map());
        this.values.push(undefined);
        this.next[node]!.set(code, child);
      }
      node = child;
    }
    (this.values[node] ??= []).push(value);
  }

  /** Calls `found` for every entry that `word` begins with from `at` on. */
  walk(word: string, at: number, found: (value: number) => void): void {
    let node = 0;
    for (let i = at; i < word.length; i++) {
      const child = this.next[node]!.get(word.charCodeAt(i));
      if (child === undefined) return;
      node = child;
      const values = this.values[node];
      if (values) for (const value of values) found(value);
    }
  }

  /** The same from the end of the word backwards; entries must have been added reversed. */
  walkBack(word: string, found: (value: number) => void): void {
    let node = 0;
    for (let i = word.length - 1; i >= 0; i--) {
      const child = this.next[node]!.get(word.charCodeAt(i));
      if (child === undefined) return;
      node = child;
      const values = this.values[node];
      if (values) for (const value of values) found(value);
    }
  }
}

export const reversed = (word: string): string => Array.from(word).reverse().join('');
