/* eslint-disable @typescript-eslint/no-non-null-assertion -- hot loops: every index comes from the bounds of its own list */
import { Gap, type Doc, type Token } from '../text/tokens';
import type { Language } from '../types';
import { parseTerm, termsOf, type Element, type Shape } from './pattern';
import { SymbolTable, type WordSymbols } from './symbols';
import type { LexiconFile, TermGroup } from './types';

/** A term found: tokens `from` to `to` (inclusive) and what it stands for. */
export interface Hit {
  readonly from: number;
  readonly to: number;
  readonly entry: Entry;
}

export interface Matches {
  readonly hits: readonly Hit[];
  /** Whether a word of a class of a language stands within `reach` words of a token. */
  readonly near: (name: string, language: Language | 'any', token: number, reach: number) => boolean;
}

export interface Entry {
  readonly language: Language | 'any';
  readonly group: TermGroup;
  /** Counts only in a text of its language. */
  readonly local: boolean;
  readonly innocent: boolean;
}

interface Node {
  /** Made with the first child: most terms end in a node without one. */
  next?: Map<number, Node> | undefined;
  gap?: Node | undefined;
  ends?: Entry[] | undefined;
}

const WIDEST_GAP = 3;
const SHORTEST_GLOBAL_WORD = 6;
const DEFAULT_CONFIDENCE = 0.9;
const INNOCENT: TermGroup = { rule: 'innocent.phrase', why: 'harmless use', terms: [] };

export const confidenceOf = (group: TermGroup): number => group.confidence ?? DEFAULT_CONFIDENCE;

/** Classes belong to the language of their file; numbers and capitals are everybody's. */
const className = (name: string, language: Language | 'any'): string => `@${name}:${language}`;

function scoped(shape: Shape, language: Language | 'any'): Shape {
  if (shape.kind !== 'class' || shape.text === '#' || shape.text === '@cap') return shape;
  return { kind: 'class', text: className(shape.text.slice(1), language) };
}

const newNode = (): Node => ({ next: undefined, gap: undefined, ends: undefined });

/** A one-word term that is short may be another word in another language. */
function isLocal(elements: readonly Element[], group: TermGroup, language: Language | 'any'): boolean {
  if (language === 'any') return false;
  if (group.local !== undefined) return group.local;
  const only = elements.length === 1 ? elements[0] : undefined;
  return only?.shapes.every((s) => s.kind === 'word' && s.text.length < SHORTEST_GLOBAL_WORD) === true;
}

/** All terms of a set of lexicon files, compiled once and read in one pass over the words of a text. */
export class Matcher {
  private readonly root = newNode();
  private readonly symbols: SymbolTable;
  private readonly classes = new Set<string>();

  constructor(files: readonly LexiconFile[], correctWords: readonly string[] = []) {
    this.symbols = new SymbolTable(correctWords);
    for (const file of files) this.addClasses(file);
    for (const file of files) {
      for (const group of file.groups ?? []) this.addTerms(file.language, group, termsOf(group.terms), false);
      this.addTerms(file.language, INNOCENT, termsOf(file.innocent ?? []), true);
    }
  }

  private addClasses(file: LexiconFile): void {
    for (const [name, lines] of Object.entries(file.classes ?? {})) {
      this.classes.add(className(name, file.language));
      for (const term of termsOf(lines)) {
        for (const shape of parseTerm(term)[0]?.[0]?.shapes ?? []) {
          this.symbols.join(className(name, file.language), shape, file.language);
        }
      }
    }
  }

  private addTerms(
    language: Language | 'any',
    group: TermGroup,
    terms: readonly string[],
    innocent: boolean,
  ): void {
    for (const term of terms) {
      for (const elements of parseTerm(term)) {
        const entry: Entry = { language, group, innocent, local: isLocal(elements, group, language) };
        const tolerant = !innocent && elements.length === 1 && confidenceOf(group) >= DEFAULT_CONFIDENCE;
        this.insert([this.root], elements, 0, entry, tolerant);
      }
    }
  }

  private insert(
    nodes: readonly Node[],
    elements: readonly Element[],
    at: number,
    entry: Entry,
    tolerant: boolean,
  ): void {
    const element = elements[at];
    if (element === undefined) {
      for (const node of nodes) if (node !== this.root) (node.ends ??= []).push(entry);
      return;
    }
    if (element.optional) this.insert(nodes, elements, at + 1, entry, tolerant);
    const reached = new Set<Node>();
    for (const node of nodes) {
      if (element.gap) reached.add((node.gap ??= newNode()));
      for (const id of this.symbolsOf(element, entry.language, tolerant)) {
        node.next ??= new Map<number, Node>();
        let child = node.next.get(id);
        if (child === undefined) node.next.set(id, (child = newNode()));
        reached.add(child);
      }
    }
    this.insert([...reached], elements, at + 1, entry, tolerant);
  }

  private symbolsOf(element: Element, language: Language | 'any', tolerant: boolean): number[] {
    const { shapes } = element;
    const choice = shapes.length > 1 && !tolerant && shapes.every((shape) => shape.kind !== 'class');
    if (choice) return [this.symbols.ofChoice(shapes, language)];
    return shapes.map((shape) => this.symbols.of(scoped(shape, language), language, tolerant));
  }

  private readonly begins = (id: number): boolean => this.root.next?.has(id) === true;

  /** Symbols of each token; a hyphen compound ("Herz-Katheter") also counts as one word. */
  private read(tokens: readonly Token[]): WordSymbols[] {
    return tokens.map((token, i) => {
      const next = tokens[i + 1];
      const compound =
        next?.hyphen && !token.numeric && !next.numeric && token.word.length + next.word.length >= 8;
      return compound
        ? this.symbols.lookupCompound(token, next.word, this.begins)
        : this.symbols.lookup(token, this.begins);
    });
  }

  /** Every term that occurs, and a test whether a class of words stands near a token. */
  match(doc: Doc): Matches {
    const { tokens } = doc;
    const symbols = this.read(tokens);
    const hits: Hit[] = [];
    for (let i = 0; i < tokens.length; i++) this.begin(tokens, symbols, i, hits);
    return {
      hits,
      near: (name, language, token, reach) => this.near(symbols, className(name, language), token, reach),
    };
  }

  /** Terms that begin at a token. */
  private begin(tokens: readonly Token[], symbols: readonly WordSymbols[], from: number, hits: Hit[]): void {
    for (const symbol of symbols[from]!.starts)
      this.step(this.root.next!.get(symbol)!, tokens, symbols, from, from, hits);
  }

  /** The token at `at` has led to `node`: what ends there has been found, what goes on is followed. */
  private step(
    node: Node,
    tokens: readonly Token[],
    symbols: readonly WordSymbols[],
    from: number,
    at: number,
    hits: Hit[],
  ): void {
    if (node.ends) for (const entry of node.ends) hits.push({ from, to: at, entry });
    const next = tokens[at + 1];
    if (next === undefined || next.gap === Gap.Hard) return;
    if (node.next) this.follow(node.next, tokens, symbols, from, at + 1, hits);
    if (node.gap) this.leap(node.gap, tokens, symbols, from, at + 1, hits);
  }

  /** A node goes on in few ways, and a word may have many symbols: the shorter list is gone through. */
  private follow(
    ways: ReadonlyMap<number, Node>,
    tokens: readonly Token[],
    symbols: readonly WordSymbols[],
    from: number,
    at: number,
    hits: Hit[],
  ): void {
    const { all } = symbols[at]!;
    if (all.size === 0) return;
    if (ways.size <= all.size) {
      for (const [symbol, node] of ways)
        if (all.has(symbol)) this.step(node, tokens, symbols, from, at, hits);
      return;
    }
    for (const symbol of all) {
      const node = ways.get(symbol);
      if (node) this.step(node, tokens, symbols, from, at, hits);
    }
  }

  private leap(
    node: Node,
    tokens: readonly Token[],
    symbols: readonly WordSymbols[],
    from: number,
    at: number,
    hits: Hit[],
  ): void {
    for (let skip = 0; skip <= WIDEST_GAP; skip++) {
      const token = tokens[at + skip];
      if (token === undefined || token.gap === Gap.Hard || token.spaced) return;
      // A full stop ends the reach of a gap, unless it was an abbreviation's (next word in lower case).
      if (token.gap === Gap.Stop && token.capital) return;
      if (node.next) this.follow(node.next, tokens, symbols, from, at + skip, hits);
    }
  }

  private near(symbols: readonly WordSymbols[], name: string, token: number, reach: number): boolean {
    if (!this.classes.has(name)) return false;
    const id = this.symbols.of({ kind: 'class', text: name }, 'any', false);
    const last = Math.min(symbols.length - 1, token + reach);
    for (let i = Math.max(0, token - reach); i <= last; i++) if (symbols[i]!.all.has(id)) return true;
    return false;
  }
}
