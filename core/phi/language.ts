/* eslint-disable @typescript-eslint/no-non-null-assertion -- hot loops: every index comes from the bounds of its own list */
import languages from './data/languages.json';
import { foldText } from './text/fold';
import type { Doc } from './text/tokens';
import { LANGUAGES, type Language } from './types';

/** One function word more may be chance. */
const SURE_LEAD = 2;
const MOST_LOOKED_AT = 200;

/** Function words, each with the languages it belongs to as bits. */
let table: Map<string, number> | undefined;

function functionWords(): Map<string, number> {
  if (table) return table;
  table = new Map();
  LANGUAGES.forEach((language, bit) => {
    for (const word of foldText(languages.words[language]).split(' ')) {
      table!.set(word, (table!.get(word) ?? 0) | (1 << bit));
    }
  });
  return table;
}

/**
 * Languages that a text may be in. A language is ruled out by words of others where it has none of its own or clearly
 * fewer, so a short text without function words ("ECO DOMANI 10:30") may be in any.
 */
export function plausibleLanguages(doc: Doc, allowed: readonly Language[]): readonly Language[] {
  const words = functionWords();
  const score = [0, 0, 0, 0, 0];
  let looked = 0;
  for (const token of doc.tokens) {
    const bits = words.get(token.word);
    if (bits === undefined) continue;
    for (let bit = 0; bit < score.length; bit++) score[bit]! += (bits >> bit) & 1;
    if (++looked >= MOST_LOOKED_AT) break;
  }
  const scoreOf = (language: Language): number => score[LANGUAGES.indexOf(language)]!;
  let best = 0;
  for (const language of allowed) best = Math.max(best, scoreOf(language));
  return allowed.filter((language) => {
    const mine = scoreOf(language);
    return mine >= 0.6 * best || (mine > 0 && best - mine < SURE_LEAD);
  });
}

/** Whether a folded word is a function word of one of the five languages. */
export const isFunctionWord = (word: string): boolean => functionWords().has(word);
