/* eslint-disable @typescript-eslint/no-non-null-assertion -- hot loops: every index comes from the bounds of its own list */
import type { Language } from '../types';
import { inflect, isInflected } from './inflect';

/** The longest ending that the rules of inflection look at. */
const LETTERS_THAT_COUNT = 3;
/** Six letters of five bits each fit into a small integer. */
const LONGEST_ENDING = 6;
const NO_ENDING = -1;

function commonStem(forms: readonly string[]): string {
  let stem = forms[0]!;
  for (const form of forms) while (!form.startsWith(stem)) stem = stem.slice(0, -1);
  return stem;
}

/** The rest of a word from `from` on as a number, so that it is looked up without being cut off. */
function endingAt(word: string, from: number): number {
  if (word.length - from > LONGEST_ENDING) return NO_ENDING;
  let ending = 0;
  for (let i = from; i < word.length; i++) {
    const letter = word.charCodeAt(i) - 96;
    if (letter < 1 || letter > 26) return NO_ENDING;
    ending = (ending << 5) | letter;
  }
  return ending;
}

/** How a word inflects: the letters to cut off for its stem, and the number of the endings that the stem takes. */
export interface Rule {
  readonly cut: number;
  readonly paradigm: number;
}

/**
 * Words that inflect alike share one set of endings, so that a lexicon holds each word once, as a stem and the number
 * of its set, and not in all its forms.
 */
export class Paradigms {
  private readonly numbers = new Map<string, number>();
  /** How words of a language with the same last letters inflect: the rules look no further back. */
  private readonly known = new Map<string, Map<string, Rule>>();
  private readonly sets: (readonly string[])[] = [];
  private readonly codes: ReadonlySet<number>[] = [];
  private readonly bare = this.number(['']);
  private readonly uninflected: Rule = { cut: 0, paradigm: this.bare };

  /** The number of the set of endings that holds just this one. */
  private number(endings: readonly string[]): number {
    const key = endings.join('|');
    let number = this.numbers.get(key);
    if (number === undefined) {
      number = this.sets.length;
      this.numbers.set(key, number);
      this.sets.push(endings);
      this.codes.push(new Set(endings.map((ending) => endingAt(ending, 0))));
    }
    return number;
  }

  private rule(word: string, language: Language): Rule {
    let rules = this.known.get(language);
    if (rules === undefined) this.known.set(language, (rules = new Map<string, Rule>()));
    const key = word.slice(-LETTERS_THAT_COUNT);
    let rule = rules.get(key);
    if (rule === undefined) {
      const forms = inflect(word, language);
      const stem = commonStem(forms);
      const endings = forms.map((form) => form.slice(stem.length)).sort();
      rule = { cut: word.length - stem.length, paradigm: this.number(endings) };
      rules.set(key, rule);
    }
    return rule;
  }

  /** How a word inflects; `exact`: in this form alone. */
  of(word: string, language: Language | 'any', exact: boolean): Rule {
    return exact || !isInflected(word, language) ? this.uninflected : this.rule(word, language);
  }

  /** Whether the rest of `word` from `from` on is one of the endings. */
  has(paradigm: number, word: string, from: number): boolean {
    if (paradigm === this.bare) return from === word.length;
    const ending = endingAt(word, from);
    return ending !== NO_ENDING && this.codes[paradigm]!.has(ending);
  }

  endings(paradigm: number): readonly string[] {
    return this.sets[paradigm]!;
  }
}
