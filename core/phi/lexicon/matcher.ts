/* eslint-disable @typescript-eslint/no-non-null-assertion -- hot loops: every index comes from the bounds of its own list */
import type { Doc, Token } from '../text/tokens';
import { compile, type Entry } from './compiler';
import { PathTree, ROOT } from './paths';
import { SymbolTable, type WordSymbols } from './symbols';
import { Walk, type Hit } from './walk';
import type { LexiconFile } from './types';

export { confidenceOf } from './compiler';
export type { Hit } from './walk';

export interface Matches {
  readonly hits: readonly Hit[];
  /** Whether a word with the symbol stands within `reach` words of a token. */
  readonly near: (symbol: number, token: number, reach: number) => boolean;
}

const SHORTEST_COMPOUND = 8;

/** All terms of a set of lexicon files, compiled once and read in one pass over the words of a text. */
export class Matcher {
  private readonly paths = new PathTree();
  private readonly symbols: SymbolTable;
  private readonly entries: readonly Entry[];

  constructor(files: readonly LexiconFile[], correctWords: readonly string[] = []) {
    this.symbols = new SymbolTable(correctWords, (symbol) => this.paths.child(ROOT, symbol));
    this.entries = compile(files, this.symbols, this.paths);
  }

  /** Symbols of each token; a hyphen compound ("Herz-Katheter") also counts as one word. */
  private read(tokens: readonly Token[]): WordSymbols[] {
    const read: WordSymbols[] = [];
    for (let i = 0; i < tokens.length; i++) {
      const token = tokens[i]!;
      const next = tokens[i + 1];
      const compound =
        next?.hyphen === true &&
        !token.numeric &&
        !next.numeric &&
        token.word.length + next.word.length >= SHORTEST_COMPOUND;
      read.push(compound ? this.symbols.lookupCompound(token, next.word) : this.symbols.lookup(token));
    }
    return read;
  }

  /** Every term that occurs, and a test whether a class of words stands near a token. */
  match(doc: Doc): Matches {
    const { tokens } = doc;
    const symbols = this.read(tokens);
    const hits = new Walk(this.paths, this.entries, tokens, symbols).hits();
    return { hits, near: nearIn(symbols) };
  }
}

/** How many of the words before each token have a symbol is counted once, however often it is asked for. */
function nearIn(words: readonly WordSymbols[]): Matches['near'] {
  const counts = new Map<number, readonly number[]>();
  return (symbol, token, reach) => {
    let before = counts.get(symbol);
    if (before === undefined) counts.set(symbol, (before = countsOf(words, symbol)));
    return before[Math.min(words.length, token + reach + 1)]! > before[Math.max(0, token - reach)]!;
  };
}

function countsOf(words: readonly WordSymbols[], symbol: number): number[] {
  const before = [0];
  let count = 0;
  for (const word of words) {
    if (word.has(symbol)) count++;
    before.push(count);
  }
  return before;
}
