/* eslint-disable @typescript-eslint/no-non-null-assertion -- hot loops: every index comes from the bounds of its own list */
import type { Doc, Token } from '../text/tokens';
import type { Language } from '../types';
import { className, compile, type Entry } from './compiler';
import { PathTree, ROOT } from './paths';
import { SymbolTable, type WordSymbols } from './symbols';
import { Walk, type Hit } from './walk';
import type { LexiconFile } from './types';

export { confidenceOf } from './compiler';
export type { Hit } from './walk';

export interface Matches {
  readonly hits: readonly Hit[];
  /** Whether a word of a class of a language stands within `reach` words of a token. */
  readonly near: (name: string, language: Language | 'any', token: number, reach: number) => boolean;
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
    return {
      hits,
      near: (name, language, token, reach) => this.near(symbols, className(name, language), token, reach),
    };
  }

  private near(symbols: readonly WordSymbols[], name: string, token: number, reach: number): boolean {
    const [id] = this.symbols.classOf(name);
    if (id === undefined) return false;
    const last = Math.min(symbols.length - 1, token + reach);
    for (let i = Math.max(0, token - reach); i <= last; i++) if (symbols[i]!.has(id)) return true;
    return false;
  }
}
