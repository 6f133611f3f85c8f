import type { Language } from '../types';

/**
 * One lexicon file. Terms are written several to a line, parted by commas; a term is words parted by blanks:
 *
 * - `ecografia`   the word with the endings of its language (plural, gender, case) when it has 4 letters or more
 * - `=ecg`        this form only
 * - `cardiolog*`  this beginning; `*skopie` this ending; `*krebs*` anywhere inside a word
 * - `a|b`         one or the other; `a|b_c` where the other is two words
 * - `?word`       may be missing
 * - `..`          up to three words of any kind, inside one sentence
 * - `#`           a number; `@name` a word of that class; `@cap` a word with a capital
 */
export interface LexiconFile {
  /** `any`: the words are international and count in a text of every language. */
  readonly language: Language | 'any';
  /** Where the terms come from and why they stand here. */
  readonly source: string;
  readonly classes?: Readonly<Record<string, readonly string[]>>;
  readonly groups?: readonly TermGroup[];
  /** Harmless phrases: a term found wholly inside one of them is dropped. */
  readonly innocent?: readonly string[];
}

export interface TermGroup {
  /** `category.name`; the part before the dot is the category of the finding. */
  readonly rule: string;
  readonly why: string;
  /** 0 to 1; 0.9 when not given. */
  readonly confidence?: number;
  /** Counts only where the text reads as this language (short or ambiguous words). */
  readonly local?: boolean;
  /** Counts only with a word of one of these classes nearby. */
  readonly needs?: string;
  /** Does not count with a word of this class nearby. */
  readonly unless?: string;
  readonly terms: readonly string[];
}
