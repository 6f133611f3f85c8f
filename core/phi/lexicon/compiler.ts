/* eslint-disable @typescript-eslint/no-non-null-assertion -- hot loops: every index comes from the bounds of its own list */
import type { Language } from '../types';
import { ROOT, type PathTree } from './paths';
import { TermReader, termsOf, type Element, type Shape } from './pattern';
import type { SymbolTable } from './symbols';
import type { LexiconFile, TermGroup } from './types';

/** What a path of symbols stands for. */
export interface Entry {
  readonly language: Language | 'any';
  readonly group: TermGroup;
  /** Counts only in a text of its language. */
  readonly local: boolean;
  readonly innocent: boolean;
  /** Symbols of the classes of which a word must, or must not, stand nearby. */
  readonly needs: number | undefined;
  readonly unless: number | undefined;
}

const SHORTEST_GLOBAL_WORD = 6;
const DEFAULT_CONFIDENCE = 0.9;
const INNOCENT: TermGroup = { rule: 'innocent.phrase', why: 'harmless use', terms: [] };
const START: readonly number[] = [ROOT];

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
  return (
    elements.length === 1 &&
    elements[0]!.shapes.every((s) => s.kind === 'word' && s.text.length < SHORTEST_GLOBAL_WORD)
  );
}

/** Lays the terms of one lexicon file into a tree of paths. */
class FileCompiler {
  private readonly language: Language | 'any';
  /** Symbols of the elements of terms of several words, which come again and again. */
  private readonly known = new Map<Element, readonly number[]>();

  constructor(
    private readonly file: LexiconFile,
    private readonly reader: TermReader,
    private readonly symbols: SymbolTable,
    private readonly paths: PathTree,
    private readonly entries: Entry[],
  ) {
    this.language = file.language;
  }

  addClasses(): void {
    for (const [name, lines] of Object.entries(this.file.classes ?? {})) {
      for (const term of termsOf(lines)) {
        for (const shape of this.reader.read(term)[0]?.[0]?.shapes ?? [])
          this.symbols.join(className(name, this.language), shape, this.language);
      }
    }
  }

  addTerms(): void {
    for (const group of this.file.groups ?? []) this.addGroup(group, group.terms, false);
    this.addGroup(INNOCENT, this.file.innocent ?? [], true);
  }

  private addGroup(group: TermGroup, lines: readonly string[], innocent: boolean): void {
    const { language, entries } = this;
    const needs = this.classOf(group.needs);
    const unless = this.classOf(group.unless);
    const anywhere = entries.push({ language, group, innocent, local: false, needs, unless }) - 1;
    const local = entries.push({ language, group, innocent, local: true, needs, unless }) - 1;
    const sure = !innocent && confidenceOf(group) >= DEFAULT_CONFIDENCE;
    for (const term of termsOf(lines)) {
      for (const elements of this.reader.read(term))
        this.insert(START, elements, 0, isLocal(elements, group, language) ? local : anywhere, sure);
    }
  }

  private classOf(name: string | undefined): number | undefined {
    if (name === undefined) return undefined;
    const shape: Shape = { kind: 'class', text: className(name, this.language) };
    return this.symbols.of(shape, this.language, false);
  }

  /** Goes on from `nodes` by the elements from `at` on; `entry` ends there. */
  private insert(
    nodes: readonly number[],
    elements: readonly Element[],
    at: number,
    entry: number,
    sure: boolean,
  ): void {
    const element = elements[at];
    if (element === undefined) {
      for (const node of nodes) if (node !== ROOT) this.paths.addEnd(node, entry);
      return;
    }
    if (element.optional) this.insert(nodes, elements, at + 1, entry, sure);
    const reached: number[] = [];
    const symbols = this.symbolsOf(element, sure && elements.length === 1);
    for (const node of nodes) {
      if (element.gap) reached.push(this.paths.growGap(node));
      for (const symbol of symbols) reached.push(this.paths.grow(node, symbol));
    }
    this.insert(reached, elements, at + 1, entry, sure);
  }

  private symbolsOf(element: Element, tolerant: boolean): readonly number[] {
    const { shapes } = element;
    if (tolerant) return this.separate(shapes, true);
    let symbols = this.known.get(element);
    if (symbols === undefined) {
      const choice = shapes.length > 1 && shapes.every((shape) => shape.kind !== 'class');
      symbols = choice ? [this.symbols.ofChoice(shapes, this.language)] : this.separate(shapes, false);
      this.known.set(element, symbols);
    }
    return symbols;
  }

  private separate(shapes: readonly Shape[], tolerant: boolean): readonly number[] {
    const of = (shape: Shape): number =>
      this.symbols.of(scoped(shape, this.language), this.language, tolerant);
    return shapes.length === 1 ? [of(shapes[0]!)] : [...new Set(shapes.map(of))];
  }
}

/** Lays the terms of lexicon files into `paths`, and gives what their paths stand for, by number. */
export function compile(files: readonly LexiconFile[], symbols: SymbolTable, paths: PathTree): Entry[] {
  const entries: Entry[] = [];
  const reader = new TermReader();
  const compilers = files.map((file) => new FileCompiler(file, reader, symbols, paths, entries));
  for (const compiler of compilers) compiler.addClasses();
  for (const compiler of compilers) compiler.addTerms();
  return entries;
}
