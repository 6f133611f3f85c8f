/* eslint-disable @typescript-eslint/no-non-null-assertion -- hot loops: every index comes from the bounds of its own list */
import { grown } from './trie';

/** Where all terms begin. */
export const ROOT = 0;
const GAP = -1;
const FREE = 0;

/** One bit of 32 for a symbol: two sets of symbols whose bits are all different have none in common. */
export const markOf = (symbol: number): number => 1 << (symbol & 31);

/**
 * Terms as paths of symbols, in flat arrays as {@link WordTrie} is and for the same reasons. A node goes on by symbols
 * and over a gap; what ends there are numbers of the caller.
 */
export class PathTree {
  private parent = new Int32Array(1 << 8);
  private symbol = new Int32Array(1 << 8);
  private first = new Int32Array(1 << 8);
  private sibling = new Int32Array(1 << 8);
  private ways = new Int32Array(1 << 8);
  private marks = new Int32Array(1 << 8);
  private gap = new Int32Array(1 << 8);
  private end = new Int32Array(1 << 8);
  private nodes = 1;
  private endNext = new Int32Array(1 << 8);
  private endValue = new Int32Array(1 << 8);
  private ends = 1;
  /** Nodes by parent and symbol, by open addressing; at most half of it is taken. */
  private table = new Int32Array(1 << 10);

  private slot(parent: number, symbol: number): number {
    const mask = this.table.length - 1;
    let at = (Math.imul(parent, 0x9e3779b1) ^ Math.imul(symbol, 0x85ebca6b)) >>> 7;
    for (; ; at++) {
      const node = this.table[(at &= mask)]!;
      if (node === FREE || (this.parent[node] === parent && this.symbol[node] === symbol)) return at;
    }
  }

  /** The child of a node by a symbol, 0 when there is none. */
  child(node: number, symbol: number): number {
    return this.table[this.slot(node, symbol)]!;
  }

  /** The child of a node by a symbol, made on first use. */
  grow(node: number, symbol: number): number {
    const known = this.child(node, symbol);
    if (known !== 0) return known;
    const made = this.add(node, symbol);
    this.sibling[made] = this.first[node]!;
    this.first[node] = made;
    this.ways[node]!++;
    this.marks[node]! |= markOf(symbol);
    return made;
  }

  /** The node behind a gap, made on first use. */
  growGap(node: number): number {
    if (this.gap[node] === 0) {
      // First made, then set: the arrays may be others afterwards.
      const made = this.add(node, GAP);
      this.gap[node] = made;
    }
    return this.gap[node]!;
  }

  private add(parent: number, symbol: number): number {
    if (this.nodes === this.parent.length) this.widen();
    const made = this.nodes++;
    this.parent[made] = parent;
    this.symbol[made] = symbol;
    this.table[this.slot(parent, symbol)] = made;
    return made;
  }

  private widen(): void {
    const length = this.nodes * 2;
    this.parent = grown(this.parent, length);
    this.symbol = grown(this.symbol, length);
    this.first = grown(this.first, length);
    this.sibling = grown(this.sibling, length);
    this.ways = grown(this.ways, length);
    this.marks = grown(this.marks, length);
    this.gap = grown(this.gap, length);
    this.end = grown(this.end, length);
    this.table = new Int32Array(length * 4);
    for (let node = 1; node < this.nodes; node++)
      this.table[this.slot(this.parent[node]!, this.symbol[node]!)] = node;
  }

  /** Lets `value` end at a node, after what ends there already. */
  addEnd(node: number, value: number): void {
    let last = 0;
    for (let e = this.end[node]!; e !== 0; e = this.endNext[e]!) {
      if (this.endValue[e] === value) return;
      last = e;
    }
    if (this.ends === this.endNext.length) {
      this.endNext = grown(this.endNext, this.ends * 2);
      this.endValue = grown(this.endValue, this.ends * 2);
    }
    const made = this.ends++;
    this.endValue[made] = value;
    if (last === 0) this.end[node] = made;
    else this.endNext[last] = made;
  }

  firstEnd(node: number): number {
    return this.end[node]!;
  }

  nextEnd(end: number): number {
    return this.endNext[end]!;
  }

  valueOf(end: number): number {
    return this.endValue[end]!;
  }

  firstChild(node: number): number {
    return this.first[node]!;
  }

  nextChild(child: number): number {
    return this.sibling[child]!;
  }

  symbolOf(node: number): number {
    return this.symbol[node]!;
  }

  /** How many symbols a node goes on by. */
  waysOf(node: number): number {
    return this.ways[node]!;
  }

  /** The marks of all symbols that a node goes on by. */
  marksOf(node: number): number {
    return this.marks[node]!;
  }

  gapOf(node: number): number {
    return this.gap[node]!;
  }
}
