/* eslint-disable @typescript-eslint/no-non-null-assertion -- hot loops: every index comes from the bounds of its own list */
import { Gap, type Token } from '../text/tokens';
import type { Entry } from './compiler';
import type { PathTree } from './paths';
import type { WordSymbols } from './symbols';

const WIDEST_GAP = 3;

/** A term found: tokens `from` to `to` (inclusive) and what it stands for. */
export interface Hit {
  readonly from: number;
  readonly to: number;
  readonly entry: Entry;
}

/** One walk through a text, along all paths of terms at once. */
export class Walk {
  private readonly found: Hit[] = [];
  /** Where the term begins that is being followed. */
  private from = 0;

  constructor(
    private readonly paths: PathTree,
    private readonly entries: readonly Entry[],
    private readonly tokens: readonly Token[],
    private readonly symbols: readonly WordSymbols[],
  ) {}

  hits(): Hit[] {
    for (let i = 0; i < this.tokens.length; i++) {
      const { starts } = this.symbols[i]!;
      this.from = i;
      for (const node of starts) this.step(node, i);
    }
    return this.found;
  }

  /** The token at `at` has led to `node`: what ends there has been found, what goes on is followed. */
  private step(node: number, at: number): void {
    const { paths } = this;
    for (let end = paths.firstEnd(node); end !== 0; end = paths.nextEnd(end))
      this.found.push({ from: this.from, to: at, entry: this.entries[paths.valueOf(end)]! });
    const gap = paths.gapOf(node);
    if (gap === 0 && paths.marksOf(node) === 0) return;
    const next = this.tokens[at + 1];
    if (next === undefined || next.gap === Gap.Hard) return;
    this.follow(node, at + 1);
    if (gap !== 0) this.leap(gap, at + 1);
  }

  /** A node goes on in few ways, and a word may have many symbols: the shorter list is gone through. */
  private follow(node: number, at: number): void {
    const { paths } = this;
    const symbols = this.symbols[at]!;
    if ((paths.marksOf(node) & symbols.marks) === 0) return;
    const { all } = symbols;
    if (paths.waysOf(node) <= all.length) {
      for (let child = paths.firstChild(node); child !== 0; child = paths.nextChild(child))
        if (symbols.has(paths.symbolOf(child))) this.step(child, at);
      return;
    }
    for (const symbol of all) {
      const child = paths.child(node, symbol);
      if (child !== 0) this.step(child, at);
    }
  }

  private leap(node: number, at: number): void {
    for (let skip = 0; skip <= WIDEST_GAP; skip++) {
      const token = this.tokens[at + skip];
      if (token === undefined || token.gap === Gap.Hard || token.spaced) return;
      // A full stop ends the reach of a gap, unless it was an abbreviation's (next word in lower case).
      if (token.gap === Gap.Stop && token.capital) return;
      this.follow(node, at + skip);
    }
  }
}
