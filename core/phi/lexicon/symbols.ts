import type { Token } from '../text/tokens';
import { NOT_KEPT, WordMemory } from '../text/words';
import { LANGUAGES, type Language } from '../types';
import { Paradigms } from './paradigms';
import { markOf } from './paths';
import type { Shape } from './pattern';
import { ANY_REST, WordTrie, reversed } from './trie';
import { TypoSearch } from './typos';

/** Longer "words" are not language; they are looked at from both ends only. */
const LONGEST_WORD_SEARCHED_INSIDE = 64;
/** Shorter words are found in letters written apart by chance. */
const SHORTEST_SPACED = 6;
/** Numbers of so many signs are remembered: they belong to nobody, and there are few of them. */
const SHORT_NUMBER = 2;
const NUMBER = '#';
const CAPITAL = '@cap';
/** Up to so many symbols, going through them all is fastest. */
const FEW = 8;
/** Forms and parts of words are nobody's but their own; inflected words belong to a language. */
const EVERYBODY = LANGUAGES.length;

const isCapital = (token: Token): boolean => token.capital && !token.upper && !token.numeric;
const ownerOf = (language: Language | 'any'): number =>
  language === 'any' ? EVERYBODY + 1 : LANGUAGES.indexOf(language);

/** The symbols of one word; made once and shared by all its occurrences. */
export class WordSymbols {
  static readonly NONE = new WordSymbols([], []);
  readonly marks: number;
  private readonly set: ReadonlySet<number> | undefined;

  constructor(
    readonly all: readonly number[],
    /** Where the terms go on that begin with the word: "la" stands in hundreds of terms and begins few. */
    readonly starts: readonly number[],
  ) {
    this.marks = all.reduce((marks, symbol) => marks | markOf(symbol), 0);
    this.set = all.length > FEW ? new Set(all) : undefined;
  }

  has(symbol: number): boolean {
    return this.set === undefined ? this.all.includes(symbol) : this.set.has(symbol);
  }
}

/** The node to which a symbol leads from the start of a term, 0 when none begins with it. */
type StartOf = (symbol: number) => number;

/**
 * Turns every word of a text into the small set of numbers ("symbols") of the shapes it fits, so that a term
 * of many words is a path of numbers, and the text is read once however many terms there are.
 */
export class SymbolTable {
  /** Symbols of the classes; those of shapes stand in the tries. */
  private readonly ids = new Map<string, number>();
  private symbols = 0;
  private readonly paradigms = new Paradigms();
  /** Words and beginnings of words. */
  private readonly words = new WordTrie();
  private readonly endings = new WordTrie();
  private readonly insides = new WordTrie();
  private readonly typos = new TypoSearch(this.words, this.paradigms);
  private readonly correct: ReadonlySet<string>;
  private readonly remembered = new WordMemory<WordSymbols>();
  private readonly rememberedCapital = new WordMemory<WordSymbols>();
  /** Most numbers are nothing but a number. */
  private bareNumber: WordSymbols | undefined;
  private readonly shortNumbers = new Map<string, WordSymbols>();

  /** @param startOf is first asked when all terms are known */
  constructor(
    correctWords: readonly string[],
    private readonly startOf: StartOf,
  ) {
    this.correct = new Set(correctWords);
  }

  private ofClass(name: string): number {
    let id = this.ids.get(name);
    if (id === undefined) this.ids.set(name, (id = this.symbols++));
    return id;
  }

  /** The symbol of a shape in a language, made on first use. */
  of(shape: Shape, language: Language | 'any', tolerant: boolean): number {
    switch (shape.kind) {
      case 'word':
        return this.ofWord(shape.text, language, shape.exact, tolerant);
      case 'prefix':
        return this.own(this.words, shape.text, ANY_REST, EVERYBODY);
      case 'suffix':
        return this.own(this.endings, reversed(shape.text), ANY_REST, EVERYBODY);
      case 'infix':
        return this.own(this.insides, shape.text, ANY_REST, EVERYBODY);
      case 'class':
        return this.ofClass(shape.text);
    }
  }

  private own(trie: WordTrie, key: string, part: number, owner: number): number {
    const id = trie.own(key, part, owner, this.symbols);
    if (id === this.symbols) this.symbols++;
    return id;
  }

  private ofWord(text: string, language: Language | 'any', exact: boolean, tolerant: boolean): number {
    const { cut, paradigm } = this.paradigms.of(text, language, exact);
    const stem = cut === 0 ? text : text.slice(0, -cut);
    const id = this.own(this.words, stem, paradigm, exact ? EVERYBODY : ownerOf(language));
    if (tolerant && !exact) this.words.forgive(stem, paradigm, id);
    return id;
  }

  /**
   * One symbol for a choice of shapes ("a|b|c"), so that a term of many choices stays one path and does not
   * grow with their product. Classes have words of their own and cannot be part of one.
   */
  ofChoice(shapes: readonly Shape[], language: Language | 'any'): number {
    const id = this.symbols++;
    for (const shape of shapes) this.learn(shape, language, id);
    return id;
  }

  /** Makes `shape` count as the class `name` too. */
  join(name: string, shape: Shape, language: Language | 'any'): void {
    this.learn(shape, language, this.ofClass(name));
  }

  private learn(shape: Shape, language: Language | 'any', id: number): void {
    switch (shape.kind) {
      case 'word': {
        const { cut, paradigm } = this.paradigms.of(shape.text, language, shape.exact);
        this.words.add(cut === 0 ? shape.text : shape.text.slice(0, -cut), paradigm, id);
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

  /** The symbol of a class; none where no term names it. */
  classOf(name: string): readonly number[] {
    const id = this.ids.get(name);
    return id === undefined ? [] : [id];
  }

  /** Symbols of one token. */
  lookup(token: Token): WordSymbols {
    const { word, hash } = token;
    if (token.spaced) return this.made(this.inSpaced(word));
    const capital = isCapital(token);
    if (token.numeric && word.length <= SHORT_NUMBER) return this.shortNumber(token);
    if (hash === NOT_KEPT) return this.fresh(token, capital);
    const memory = capital ? this.rememberedCapital : this.remembered;
    let known = memory.get(word, hash);
    if (known === undefined) {
      known = this.fresh(token, capital);
      memory.set(word, hash, known);
    }
    return known;
  }

  private shortNumber(token: Token): WordSymbols {
    let known = this.shortNumbers.get(token.word);
    if (known === undefined) {
      known = this.fresh(token, false);
      this.shortNumbers.set(token.word, known);
    }
    return known;
  }

  private fresh(token: Token, capital: boolean): WordSymbols {
    const found = this.search(token.word, !token.numeric);
    if (token.numeric && !token.word.includes(':')) {
      if (found.length === 0) return (this.bareNumber ??= this.made(this.classOf(NUMBER)));
      found.push(...this.classOf(NUMBER));
    } else if (capital) found.push(...this.classOf(CAPITAL));
    return this.made(found);
  }

  /** Symbols of a token with those of the compound that it makes with the word after its hyphen. */
  lookupCompound(token: Token, after: string): WordSymbols {
    const compound = this.search(token.word + after, false);
    const own = this.lookup(token);
    return compound.length === 0 ? own : this.made([...own.all, ...compound]);
  }

  private made(found: readonly number[]): WordSymbols {
    if (found.length === 0) return WordSymbols.NONE;
    const all = found.length === 1 ? found : [...new Set(found)];
    return new WordSymbols(
      all,
      all.map(this.startOf).filter((node) => node !== 0),
    );
  }

  /** Symbols of a word; a typing error is looked for only where asked, and where no term begins with the word as it stands. */
  private search(word: string, forgiving: boolean): number[] {
    const out: number[] = [];
    this.words.collect(word, this.paradigms, out);
    this.endings.collectBack(word, out);
    if (word.length <= LONGEST_WORD_SEARCHED_INSIDE) {
      for (let i = 0; i < word.length; i++) this.insides.collectFrom(word, i, out);
    }
    const begins = out.some((id) => this.startOf(id) !== 0);
    if (forgiving && !begins && !this.correct.has(word)) this.typos.find(word, (id) => void out.push(id));
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
        const whole = paradigm === ANY_REST ? fits('') : this.paradigms.endings(paradigm).some(fits);
        if (whole) out.push(id);
      });
    }
    return out;
  }
}
