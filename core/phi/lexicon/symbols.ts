import type { Token } from '../text/tokens';
import type { Language } from '../types';
import { inflect } from './inflect';
import type { Shape } from './pattern';
import { PrefixTrie, reversed } from './trie';
import { TypoIndex } from './typos';

/** Longer "words" are not language; they are looked at from both ends only. */
const LONGEST_WORD_SEARCHED_INSIDE = 64;
const NUMBER = '#';
const CAPITAL = '@cap';

/**
 * Turns every word of a text into the small set of numbers ("symbols") of the shapes it fits, so that a term
 * of many words is a path of numbers, and the text is read once however many terms there are.
 */
export class SymbolTable {
  private readonly ids = new Map<string, number>();
  private readonly exact = new Map<string, number[]>();
  private readonly beginnings = new PrefixTrie();
  private readonly endings = new PrefixTrie();
  private readonly insides = new PrefixTrie();
  /** Whole words again, for letters that were written apart. */
  private readonly wholes = new PrefixTrie();
  private readonly typos = new TypoIndex();
  private readonly correct: ReadonlySet<string>;

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
      for (const form of inflect(shape.text, language)) this.typos.add(form, id);
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
      case 'word':
        for (const form of shape.exact ? [shape.text] : inflect(shape.text, language)) {
          const known = this.exact.get(form);
          if (known) known.push(id);
          else this.exact.set(form, [id]);
          if (form.length >= 6) this.wholes.add(form, id);
        }
        break;
      case 'prefix':
        this.beginnings.add(shape.text, id);
        if (shape.text.length >= 6) this.wholes.add(shape.text, id);
        break;
      case 'suffix':
        this.endings.add(reversed(shape.text), id);
        break;
      case 'infix':
        this.insides.add(shape.text, id);
        break;
      case 'class':
        break;
    }
  }

  private classId(name: string): number | undefined {
    return this.ids.get(`class::${name}`);
  }

  /** Symbols of one token. */
  lookup(token: Token, out: number[]): void {
    const { word } = token;
    const push = (id: number): void => void out.push(id);
    if (token.spaced) {
      for (let i = 0; i < word.length && i < LONGEST_WORD_SEARCHED_INSIDE; i++)
        this.wholes.walk(word, i, push);
      return;
    }
    if (token.numeric) {
      const id = word.includes(':') ? undefined : this.classId(NUMBER);
      if (id !== undefined) out.push(id);
    } else if (token.capital && !token.upper) {
      const id = this.classId(CAPITAL);
      if (id !== undefined) out.push(id);
    }
    this.lookupWord(word, out, true);
  }

  /** Symbols of a word; a typing error is looked for only where asked and nothing else fits. */
  lookupWord(word: string, out: number[], forgiving: boolean): void {
    const push = (id: number): void => void out.push(id);
    const before = out.length;
    for (const id of this.exact.get(word) ?? []) out.push(id);
    this.beginnings.walk(word, 0, push);
    this.endings.walkBack(word, push);
    if (word.length <= LONGEST_WORD_SEARCHED_INSIDE) {
      for (let i = 0; i < word.length; i++) this.insides.walk(word, i, push);
    }
    if (forgiving && out.length === before && !this.correct.has(word)) this.typos.find(word, push);
  }
}
