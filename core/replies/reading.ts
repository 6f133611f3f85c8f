/* eslint-disable @typescript-eslint/no-non-null-assertion -- hot loops: every index comes from the bounds of its own list */
import { Matcher, type Hit } from '../phi/lexicon/matcher';
import type { LexiconFile } from '../phi/lexicon/types';
import { foldText } from '../phi/text/fold';
import { analyse } from '../phi/text/tokens';
import { LANGUAGES, type Language } from '../phi/types';
import de from './data/de.json';
import en from './data/en.json';
import es from './data/es.json';
import fr from './data/fr.json';
import it from './data/it.json';

const FILES = { it, de, en, es, fr } as const;
let matcher: Matcher | undefined;
let fillers: ReadonlySet<string> | undefined;

const rules = (): Matcher => (matcher ??= new Matcher(LANGUAGES.map((l) => FILES[l] as LexiconFile)));

/** Words of courtesy that may stand around a whole-message rule. */
function fillerWords(): ReadonlySet<string> {
  fillers ??= new Set(
    LANGUAGES.flatMap((l) => FILES[l].classes.filler).flatMap((line) => foldText(line).split(/[,\s']+/)),
  );
  return fillers;
}

/** Button letters and keycaps as people type them, in plain letters. */
const SQUARED = new Map([
  ['🅰', 'A'],
  ['🅱', 'B'],
  ['©', 'C'],
]);
const SPACED_WORD = /^[^\p{L}]*(?:\p{L}[\s.*_-]+){2,30}\p{L}[^\p{L}]*$/u;

function plain(text: string): string {
  const letters = text.replace(/🅰|🅱|©/gu, (sign) => ` ${SQUARED.get(sign)!} `);
  // "s t o p" as the whole of a message is one word.
  return text.length < 100 && SPACED_WORD.test(text) ? letters.replace(/[^\p{L}]/gu, '') : letters;
}

/** What the rules say about a message: which names stand as the whole of it, and which anywhere in it. */
export interface RuleReading {
  readonly whole: ReadonlySet<string>;
  readonly cue: ReadonlySet<string>;
  /** Folded words of the message that are no fillers. */
  readonly words: readonly string[];
  readonly folded: string;
}

/** Runs the message rules of the given languages over a text. */
export function readRules(text: string, languages: readonly Language[]): RuleReading {
  const doc = analyse(plain(text));
  const hits = rules()
    .match(doc)
    .hits.filter((h) => h.entry.language === 'any' || languages.includes(h.entry.language));
  const guards = hits.filter((h) => h.entry.innocent);
  const guarded = (hit: Hit): boolean => guards.some((g) => g.from <= hit.from && g.to >= hit.to);
  const filler = doc.tokens.map((t) => t.spaced || fillerWords().has(t.word));
  const whole = new Set<string>();
  const cue = new Set<string>();
  for (const hit of hits) {
    if (hit.entry.innocent) continue;
    const [name, kind] = hit.entry.group.rule.split('.') as [string, string];
    const all = filler.every((f, i) => f || (i >= hit.from && i <= hit.to));
    if (kind === 'whole' && all) whole.add(name);
    else if (kind === 'cue' && !guarded(hit)) cue.add(name);
  }
  const words = doc.tokens.filter((_, i) => !filler[i]).map((t) => t.word);
  return { whole, cue, words, folded: doc.folded.text };
}
