import de from '../data/wording/de.json';
import en from '../data/wording/en.json';
import es from '../data/wording/es.json';
import fr from '../data/wording/fr.json';
import it from '../data/wording/it.json';
import languages from '../data/languages.json';
import { phiMatcher } from '../recognizers/lexicon';
import { pattern } from './pattern';
import { foldText } from '../text/fold';
import { analyse } from '../text/tokens';
import { LANGUAGES, type Language } from '../types';

export type Gender = 'm' | 'f';
export type Intent = 'moved' | 'cancelled' | 'free' | 'confirm';
type SentenceName = keyof typeof en.sentences;

interface WordingFile {
  /** Letters that are common in this language and rarer in the others; over text that keeps its accents. */
  readonly marks: string;
  readonly heads: string;
  readonly units: string;
  readonly prepositions: string;
  readonly articles: string;
  readonly conjunctions: string;
  readonly after: string;
  /** Words of a result: what stands with them is no appointment. */
  readonly telling: string;
  readonly possessives: string;
  /** What parts a head from its attribute without being a preposition. */
  readonly genitives?: string;
  readonly determiners: Readonly<Record<string, Partial<Record<Gender, string>>>>;
  readonly feminine?: string;
  readonly masculine?: string;
  readonly unlessAgreeing?: string;
  /** Endings that would not agree with the label. */
  readonly labelUnless?: string;
  readonly nouns: Partial<Record<Gender, string>>;
  readonly label: string;
  readonly repairs: readonly (readonly string[])[];
  /** Name of a file that says nothing. */
  readonly file: string;
  readonly greetings: string;
  readonly titles: string;
  readonly days: string;
  readonly months: string;
  readonly timePrefix: string;
  readonly timeRange: string;
  readonly timeSuffix: string;
  readonly dayPrefix: string;
  readonly joins: string;
  /** What is written small inside a sentence. */
  readonly small: string;
  /** Words of a sentence that tells no fact: "if you cancel". */
  readonly doubts: string;
  /** A day without its month. */
  readonly dayOfMonth: string;
  readonly intents: Readonly<Record<Intent, string>>;
  readonly sentences: Readonly<Record<SentenceName, string>>;
}

const FILES: Readonly<Record<Language, WordingFile>> = { it, de, en, es, fr };

/** How one language speaks of an appointment, with its patterns compiled. All of them read folded text. */
export interface Wording extends WordingFile {
  readonly language: Language;
  readonly head: RegExp;
  /** What may follow a word that is taken out, with the "department" or "clinic" that goes along. */
  readonly boundary: RegExp;
  readonly day: string;
  readonly determinersByLength: readonly (readonly [string, Partial<Record<Gender, string>>])[];
}

const made = new Map<Language, Wording>();

export function wordingOf(language: Language): Wording {
  let wording = made.get(language);
  if (wording === undefined) made.set(language, (wording = compile(language, FILES[language])));
  return wording;
}

function compile(language: Language, file: WordingFile): Wording {
  const numeric =
    '[0-3]?\\d[./-][01]?\\d[./-](?:\\d{4}|\\d{2})|[0-3]?\\d/[01]?\\d|[0-3]?\\d\\.[01]?\\d\\.|\\d{4}-\\d{2}-\\d{2}';
  const ordinal = '\\d{1,2}(?:st|nd|rd|th|er|\\.)?';
  const named = `${ordinal} (?:de |of )?(?:${file.months})\\b\\.?(?: (?:de |del )?\\d{4}\\b)?|(?:${file.months}) ${ordinal}(?:, \\d{4}\\b)?`;
  return {
    ...file,
    language,
    head: new RegExp(`(?<![\\p{L}\\d])(?:${file.heads})(?![\\p{L}\\d])`, 'u'),
    boundary: new RegExp(
      `^(?: (?:${file.units})(?!\\p{L}))?(?= ?$| ?[.,;:!?)\\n-]| (?:(?:${file.after}|(?:(?:${file.prepositions}) )?(?:${file.days}))(?![\\p{L}])|\\d|[^\\p{L}\\d ]))`,
      'u',
    ),
    day: `(?:${named}|${numeric}|(?:${file.dayPrefix}) [0-3]?\\d\\.[01]?\\d(?!\\d)|(?<!\\p{L})${file.dayOfMonth}(?![\\p{L}\\d%])|(?<!\\p{L})(?:${file.days})(?!\\p{L})\\.?)`,
    determinersByLength: Object.entries(file.determiners).sort(([a], [b]) => b.length - a.length),
  };
}

/**
 * Whose function words, medical terms and words of appointments a text has most of; the first of the allowed ones
 * where it has none.
 */
export function likeliestLanguage(text: string, allowed: readonly Language[] = LANGUAGES): Language {
  const doc = analyse(text);
  const terms = phiMatcher().match(doc).hits;
  const scores = allowed.map((language) => {
    const known = vocabulary(language);
    const own = new Set(terms.filter(({ entry }) => entry.language === language).map(({ from }) => from));
    const marks = [...text.toLowerCase().matchAll(pattern(FILES[language].marks, 'gu'))].length;
    return own.size + marks / 2 + doc.tokens.filter(({ word }) => known.has(word)).length;
  });
  return allowed[scores.indexOf(Math.max(...scores))] ?? 'en';
}

const vocabularies = new Map<Language, Set<string>>();

function vocabulary(language: Language): Set<string> {
  let known = vocabularies.get(language);
  if (known === undefined) {
    const { label, nouns, sentences, heads, units, prepositions, after, days } = FILES[language];
    const patterns = [heads, units, prepositions, after, days].join(' ').replace(/\(\?:|[()?[\]\\]/g, ' ');
    const own = `${label} ${Object.values(nouns).join(' ')} ${Object.values(sentences).join(' ')}`;
    const text = `${languages.words[language]} ${own} ${patterns}`;
    vocabularies.set(language, (known = new Set(foldText(text).split(/[^\p{L}\d]+/u))));
  }
  return known;
}
