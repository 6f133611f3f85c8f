/* eslint-disable @typescript-eslint/no-non-null-assertion -- hot loops: every index comes from the bounds of its own list */
import { Matcher, confidenceOf, type Hit, type Matches } from '../lexicon/matcher';
import { CORRECT_WORDS, LEXICONS } from '../lexicon/sources';
import { isFunctionWord, plausibleLanguages } from '../language';
import type { Doc } from '../text/tokens';
import { PHI_CATEGORIES, type Language, type PhiCategory } from '../types';
import type { Candidate } from './candidate';

const REACH = 8;
let matcher: Matcher | undefined;

/** The compiled lexicons, made on first use (some tens of milliseconds). */
export const phiMatcher = (): Matcher => (matcher ??= new Matcher(LEXICONS, CORRECT_WORDS));

/** By name of the rule: there are far fewer of them than findings. */
const categories = new Map<string, PhiCategory>();

function categoryOf(rule: string): PhiCategory {
  const known = categories.get(rule);
  if (known !== undefined) return known;
  const name = rule.slice(0, rule.indexOf('.'));
  const category = PHI_CATEGORIES.find((c) => c === name);
  if (category === undefined) throw new RangeError(`Lexicon rule ${rule} names no category`);
  categories.set(rule, category);
  return category;
}

/** What the hits of one text are judged by. */
interface Setting {
  readonly doc: Doc;
  readonly matches: Matches;
  readonly allowed: readonly Language[];
  /** Made for the first term that counts in a text of its language only: most texts have none. */
  plausible?: readonly Language[];
}

function speaks(setting: Setting, language: Language | 'any', local: boolean): boolean {
  if (language === 'any') return true;
  if (!local) return setting.allowed.includes(language);
  setting.plausible ??= plausibleLanguages(setting.doc, setting.allowed);
  return setting.plausible.includes(language);
}

function counts(hit: Hit, setting: Setting): boolean {
  const { entry, from, to } = hit;
  if (!speaks(setting, entry.language, entry.local)) return false;
  // A short word that is a function word of another language ("sono", "ist") is that one.
  if (entry.local && from === to && isFunctionWord(setting.doc.tokens[from]!.word)) return false;
  const { needs, unless } = entry;
  return (
    (needs === undefined || stands(needs, hit, setting)) &&
    (unless === undefined || !stands(unless, hit, setting))
  );
}

/** Whether a word with a symbol stands near a term. */
const stands = (symbol: number, { from, to }: Hit, { matches }: Setting): boolean =>
  matches.near(symbol, from, REACH) || (to > from && matches.near(symbol, to, REACH));

/**
 * For each token, how far the harmless phrases reach that begin at it or before it ("in the heart of Leeds"). They count
 * in a text of their language only: Italian "parto" (I leave) is Spanish for childbirth.
 */
function innocentReach(setting: Setting): Int32Array | undefined {
  let reach: Int32Array | undefined;
  for (const { entry, from, to } of setting.matches.hits) {
    if (!entry.innocent || !speaks(setting, entry.language, true)) continue;
    reach ??= new Int32Array(setting.doc.tokens.length).fill(-1);
    if (to > reach[from]!) reach[from] = to;
  }
  if (reach) for (let i = 1; i < reach.length; i++) reach[i] = Math.max(reach[i]!, reach[i - 1]!);
  return reach;
}

/** Five languages may say the same of one place ("€ 5"). */
const repeats = (one: Candidate, last: Candidate | undefined): boolean =>
  last?.start === one.start &&
  last.end === one.end &&
  last.ruleId === one.ruleId &&
  last.confidence === one.confidence;

/** Terms of the lexicons of the languages allowed. */
export function lexiconCandidates(doc: Doc, allowed: readonly Language[]): Candidate[] {
  const found: Candidate[] = [];
  const matches = phiMatcher().match(doc);
  if (matches.hits.length === 0) return found;
  const setting: Setting = { doc, matches, allowed };
  const reach = innocentReach(setting);
  for (const hit of matches.hits) {
    const { from, to, entry } = hit;
    const excused = reach !== undefined && reach[from]! >= to;
    if (entry.innocent || excused || !counts(hit, setting)) continue;
    const { group } = entry;
    const candidate: Candidate = {
      start: doc.tokens[from]!.start,
      end: doc.tokens[to]!.end,
      category: categoryOf(group.rule),
      ruleId: group.rule,
      confidence: confidenceOf(group),
    };
    if (!repeats(candidate, found.at(-1))) found.push(candidate);
  }
  return found;
}
