/* eslint-disable @typescript-eslint/no-non-null-assertion -- hot loops: every index comes from the bounds of its own list */
import { Matcher, confidenceOf, type Hit, type Matches } from '../lexicon/matcher';
import { CORRECT_WORDS, LEXICONS } from '../lexicon/sources';
import { isFunctionWord } from '../language';
import type { Doc } from '../text/tokens';
import { PHI_CATEGORIES, type Language, type PhiCategory } from '../types';
import type { Candidate } from './candidate';

const REACH = 8;
let matcher: Matcher | undefined;

/** The compiled lexicons, made on first use (some tens of milliseconds). */
export const phiMatcher = (): Matcher => (matcher ??= new Matcher(LEXICONS, CORRECT_WORDS));

const categoryOf = (rule: string): PhiCategory => {
  const name = rule.slice(0, rule.indexOf('.'));
  const category = PHI_CATEGORIES.find((c) => c === name);
  if (category === undefined) throw new RangeError(`Lexicon rule ${rule} names no category`);
  return category;
};

/** Whether a harmless phrase ("in the heart of Leeds") holds the whole term. */
const excused = (hit: Hit, innocents: readonly Hit[]): boolean =>
  innocents.some((phrase) => phrase.from <= hit.from && phrase.to >= hit.to);

function counts(
  word: string,
  hit: Hit,
  matches: Matches,
  languages: ReadonlySet<Language>,
  all: ReadonlySet<Language>,
): boolean {
  const { entry, from, to } = hit;
  if (entry.language !== 'any' && !(entry.local ? languages : all).has(entry.language)) return false;
  // A short word that is a function word of another language ("sono", "ist") is that one.
  if (entry.local && from === to && isFunctionWord(word)) return false;
  const { needs, unless } = entry.group;
  const near = (name: string): boolean =>
    matches.near(name, entry.language, from, REACH) || matches.near(name, entry.language, to, REACH);
  return (needs === undefined || near(needs)) && (unless === undefined || !near(unless));
}

/** Terms of the lexicons. */
export function lexiconCandidates(
  doc: Doc,
  plausible: ReadonlySet<Language>,
  all: ReadonlySet<Language>,
): Candidate[] {
  const matches = phiMatcher().match(doc);
  const innocents = matches.hits.filter(
    ({ entry }) => entry.innocent && (entry.language === 'any' || all.has(entry.language)),
  );
  const found: Candidate[] = [];
  for (const hit of matches.hits) {
    if (
      hit.entry.innocent ||
      excused(hit, innocents) ||
      !counts(doc.tokens[hit.from]!.word, hit, matches, plausible, all)
    )
      continue;
    const { group } = hit.entry;
    found.push({
      start: doc.tokens[hit.from]!.start,
      end: doc.tokens[hit.to]!.end,
      category: categoryOf(group.rule),
      ruleId: group.rule,
      confidence: confidenceOf(group),
    });
  }
  return found;
}
