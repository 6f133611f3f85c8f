/* eslint-disable @typescript-eslint/no-non-null-assertion -- hot loops: every index comes from the bounds of its own list */
import type { Doc, Token } from '../text/tokens';
import type { Language } from '../types';
import { PathTree } from './paths';
import { parseTerm, termsOf, type Element, type Shape } from './pattern';
import { SymbolTable, type WordSymbols } from './symbols';
import { ROOT, Walk, type Entry, type Hit } from './walk';
import type { LexiconFile, TermGroup } from './types';

export type { Hit } from './walk';

export interface Matches {
  readonly hits: readonly Hit[];
  /** Whether a word of a class of a language stands within `reach` words of a token. */
  readonly near: (name: string, language: Language | 'any', token: number, reach: number) => boolean;
}

/** What all sequences of elements of a term have in common. */
interface Term {
  /** Number of the entry that ends it. */
  readonly end: number;
  readonly language: Language | 'any';
  readonly tolerant: boolean;
}

const SHORTEST_COMPOUND = 8;
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

/** A one-word term that is short may be another word in another language. */
function isLocal(elements: readonly Element[], group: TermGroup, language: Language | 'any'): boolean {
  if (language === 'any') return false;
  if (group.local !== undefined) return group.local;
  const only = elements.length === 1 ? elements[0] : undefined;
  return only?.shapes.every((s) => s.kind === 'word' && s.text.length < SHORTEST_GLOBAL_WORD) === true;
}

/** All terms of a set of lexicon files, compiled once and read in one pass over the words of a text. */
export class Matcher {
  private readonly paths = new PathTree();
  private readonly entries: Entry[] = [];
  private readonly symbols: SymbolTable;

  constructor(files: readonly LexiconFile[], correctWords: readonly string[] = []) {
    this.symbols = new SymbolTable(correctWords, (symbol) => this.paths.child(ROOT, symbol));
    for (const file of files) this.addClasses(file);
    for (const file of files) {
      for (const group of file.groups ?? []) this.addTerms(file.language, group, termsOf(group.terms), false);
      this.addTerms(file.language, INNOCENT, termsOf(file.innocent ?? []), true);
    }
  }

  private addClasses(file: LexiconFile): void {
    for (const [name, lines] of Object.entries(file.classes ?? {})) {
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
    const entry = (local: boolean): number => this.entries.push({ language, group, innocent, local }) - 1;
    const anywhere = entry(false);
    const local = entry(true);
    const sure = !innocent && confidenceOf(group) >= DEFAULT_CONFIDENCE;
    for (const term of terms) {
      for (const elements of parseTerm(term)) {
        const end = isLocal(elements, group, language) ? local : anywhere;
        this.insert([ROOT], elements, 0, { end, language, tolerant: sure && elements.length === 1 });
      }
    }
  }

  private insert(nodes: readonly number[], elements: readonly Element[], at: number, term: Term): void {
    const element = elements[at];
    if (element === undefined) {
      for (const node of nodes) if (node !== ROOT) this.paths.addEnd(node, term.end);
      return;
    }
    if (element.optional) this.insert(nodes, elements, at + 1, term);
    const reached: number[] = [];
    const ids = this.symbolsOf(element, term);
    for (const node of nodes) {
      if (element.gap) reached.push(this.paths.growGap(node));
      for (const id of ids) reached.push(this.paths.grow(node, id));
    }
    this.insert(reached, elements, at + 1, term);
  }

  private symbolsOf(element: Element, { language, tolerant }: Term): readonly number[] {
    const { shapes } = element;
    const choice = shapes.length > 1 && !tolerant && shapes.every((shape) => shape.kind !== 'class');
    if (choice) return [this.symbols.ofChoice(shapes, language)];
    const ids = shapes.map((shape) => this.symbols.of(scoped(shape, language), language, tolerant));
    return ids.length > 1 ? [...new Set(ids)] : ids;
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
