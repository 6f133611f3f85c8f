import type { Token } from '../text/tokens';
import type { Language } from '../types';
import { Paradigms } from './paradigms';
import type { Shape } from './pattern';
import { ANY_REST, WordTrie, reversed } from './trie';
import { TypoSearch } from './typos';

/** Longer "words" are not language; they are looked at from both ends only. */
const LONGEST_WORD_SEARCHED_INSIDE = 64;
/** Shorter words are found in letters written apart by chance. */
const SHORTEST_SPACED = 6;
const NUMBER = '#';
const CAPITAL = '@cap';
/** Words are few and come again and again; the memory of them is emptied when it is full. */
const MOST_REMEMBERED = 16_384;
const LONGEST_REMEMBERED = 32;

const isCapital = (token: Token): boolean => token.capital && !token.upper && !token.numeric;

/** The symbols of one word; made once and shared by all its occurrences. */
export class WordSymbols {
  readonly all: ReadonlySet<number>;
  /** Those with which a term begins: "la" stands in hundreds of terms and begins few. */
  readonly starts: readonly number[];

  constructor(ids: readonly number[], begins: (id: number) => boolean) {
    this.all = new Set(ids);
    this.starts = [...this.all].filter(begins);
  }
}

/**
 * Turns every word of a text into the small set of numbers ("symbols") of the shapes it fits, so that a term
 * of many words is a path of numbers, and the text is read once however many terms there are.
 */
export class SymbolTable {
  private readonly ids = new Map<string, number>();
  private readonly paradigms = new Paradigms();
  /** Words and beginnings of words. */
  private readonly words = new WordTrie();
  private readonly endings = new WordTrie();
  private readonly insides = new WordTrie();
  /** The words for which one slip is forgiven. */
  private readonly forgiven = new WordTrie();
  private readonly typos = new TypoSearch(this.forgiven, this.paradigms);
  private readonly correct: ReadonlySet<string>;
  private readonly remembered = new Map<string, WordSymbols>();
  private readonly rememberedCapital = new Map<string, WordSymbols>();

  constructor(correctWords: readonly string[] = []) {
    this.correct = new Set(correctWords);
  }

  /** The symbol of a shape in a language, made on first use. */
  of(shape: Shape, language: Language | 'any', tolerant: boolean): number {
    const key = `${shape.kind}:${shape.kind === 'word' && !shape.exact ? language : ''}:${shape.text}`;
    let id = this.ids.get(key);
    if (id === undefined) {
      id = this.ids.size;
      this.ids.set(key, id);
      this.learn(shape, language, id);
    }
    if (tolerant && shape.kind === 'word' && !shape.exact) {
      const { stem, paradigm } = this.paradigms.of(shape.text, language, false);
      this.forgiven.add(stem, paradigm, id);
    }
    return id;
  }

  /**
   * One symbol for a choice of shapes ("a|b|c"), so that a term of many choices stays one path and does not
   * grow with their product. Classes have words of their own and cannot be part of one.
   */
  ofChoice(shapes: readonly Shape[], language: Language | 'any'): number {
    const key = `choice:${language}:${shapes.map((s) => `${s.kind}${s.kind === 'word' && s.exact ? '=' : ''}${s.text}`).join('|')}`;
    let id = this.ids.get(key);
    if (id === undefined) {
      id = this.ids.size;
      this.ids.set(key, id);
      for (const shape of shapes) this.learn(shape, language, id);
    }
    return id;
  }

  /** Makes `shape` count as the class `name` too. */
  join(name: string, shape: Shape, language: Language | 'any'): void {
    this.learn(shape, language, this.of({ kind: 'class', text: name }, language, false));
  }

  private learn(shape: Shape, language: Language | 'any', id: number): void {
    switch (shape.kind) {
      case 'word': {
        const { stem, paradigm } = this.paradigms.of(shape.text, language, shape.exact);
        this.words.add(stem, paradigm, id);
        break;
      }
      case 'prefix':
        this.words.add(shape.text, ANY_REST, id);
        break;
      case 'suffix':
        this.endings.add(reversed(shape.text), ANY_REST, id);
        break;
      case 'infix':
        this.insides.add(shape.text, ANY_REST, id);
        break;
      case 'class':
        break;
    }
  }

  private classId(name: string): number | undefined {
    return this.ids.get(`class::${name}`);
  }

  /** Symbols of one token; `begins` tells with which of them a term begins, and is the same at every call. */
  lookup(token: Token, begins: (id: number) => boolean): WordSymbols {
    const { word } = token;
    if (token.spaced) return new WordSymbols(this.inSpaced(word), begins);
    const capital = isCapital(token);
    const memory = capital ? this.rememberedCapital : this.remembered;
    let known = memory.get(word);
    if (known === undefined) {
      known = new WordSymbols([...this.search(word, true), ...this.shapesOf(token, capital)], begins);
      if (word.length <= LONGEST_REMEMBERED) this.remember(memory, word, known);
    }
    return known;
  }

  /** Symbols of a token with those of the compound that it makes with the word after its hyphen. */
  lookupCompound(token: Token, after: string, begins: (id: number) => boolean): WordSymbols {
    const memory = isCapital(token) ? this.rememberedCapital : this.remembered;
    const key = `${token.word}-${after}`;
    let known = memory.get(key);
    if (known === undefined) {
      const own = this.lookup(token, begins);
      known = new WordSymbols([...own.all, ...this.search(token.word + after, false)], begins);
      if (key.length <= LONGEST_REMEMBERED) this.remember(memory, key, known);
    }
    return known;
  }

  private shapesOf(token: Token, capital: boolean): number[] {
    const id = token.numeric && !token.word.includes(':') ? this.classId(NUMBER) : undefined;
    const shape = capital ? this.classId(CAPITAL) : id;
    return shape === undefined ? [] : [shape];
  }

  private remember(memory: Map<string, WordSymbols>, word: string, known: WordSymbols): void {
    if (memory.size >= MOST_REMEMBERED) memory.clear();
    memory.set(word, known);
  }

  /** Symbols of a word; a typing error is looked for only where asked and nothing else fits. */
  private search(word: string, forgiving: boolean): number[] {
    const out: number[] = [];
    const push = (id: number): void => void out.push(id);
    this.words.walk(word, 0, (paradigm, id, end) => {
      if (paradigm === ANY_REST || this.paradigms.has(paradigm, word.slice(end))) out.push(id);
    });
    this.endings.walkBack(word, push);
    if (word.length <= LONGEST_WORD_SEARCHED_INSIDE) {
      for (let i = 0; i < word.length; i++) this.insides.walk(word, i, (_, id) => push(id));
    }
    if (forgiving && out.length === 0 && !this.correct.has(word)) this.typos.find(word, push);
    return out;
  }

  /** Words anywhere in a row of letters that were written apart. */
  private inSpaced(letters: string): number[] {
    const out: number[] = [];
    const row = letters.slice(0, 2 * LONGEST_WORD_SEARCHED_INSIDE);
    for (let i = 0; i < row.length && i < LONGEST_WORD_SEARCHED_INSIDE; i++) {
      this.words.walk(row, i, (paradigm, id, end) => {
        const fits = (ending: string): boolean =>
          end + ending.length - i >= SHORTEST_SPACED && row.startsWith(ending, end);
        const whole = paradigm === ANY_REST ? fits('') : [...this.paradigms.endings(paradigm)].some(fits);
        if (whole) out.push(id);
      });
    }
    return out;
  }
}
