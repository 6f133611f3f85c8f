/* eslint-disable @typescript-eslint/no-non-null-assertion -- hot loops: every index comes from the bounds of its own list */
import type { Language } from '../types';
import { inflect, isInflected } from './inflect';

/** The longest ending that the rules of inflection look at. */
const LETTERS_THAT_COUNT = 4;

function commonStem(forms: readonly string[]): string {
  let stem = forms[0]!;
  for (const form of forms) while (!form.startsWith(stem)) stem = stem.slice(0, -1);
  return stem;
}

/**
 * Words that inflect alike share one set of endings, so that a lexicon holds each word once, as a stem and the number
 * of its set, and not in all its forms.
 */
export class Paradigms {
  private readonly numbers = new Map<string, number>();
  /** How words of a language with the same last letters inflect: the rules look no further back. */
  private readonly known = new Map<string, { readonly cut: number; readonly paradigm: number }>();
  private readonly sets: ReadonlySet<string>[] = [];

  /** The number of the set of endings that holds just this one. */
  private number(endings: readonly string[]): number {
    const key = endings.join('|');
    let number = this.numbers.get(key);
    if (number === undefined) {
      number = this.sets.length;
      this.numbers.set(key, number);
      this.sets.push(new Set(endings));
    }
    return number;
  }

  /** Stem and number of a word; `exact`: of this form alone. */
  of(word: string, language: Language | 'any', exact: boolean): { stem: string; paradigm: number } {
    if (exact || !isInflected(word, language)) return { stem: word, paradigm: this.number(['']) };
    const key = `${language}:${word.slice(-LETTERS_THAT_COUNT)}`;
    let rule = this.known.get(key);
    if (rule === undefined) {
      const forms = inflect(word, language);
      const stem = commonStem(forms);
      const endings = forms.map((form) => form.slice(stem.length)).sort();
      rule = { cut: word.length - stem.length, paradigm: this.number(endings) };
      this.known.set(key, rule);
    }
    return { stem: word.slice(0, word.length - rule.cut), paradigm: rule.paradigm };
  }

  has(paradigm: number, ending: string): boolean {
    return this.sets[paradigm]!.has(ending);
  }

  endings(paradigm: number): ReadonlySet<string> {
    return this.sets[paradigm]!;
  }
}
