import { fold } from '../text/fold';
import type { PhiFinding } from '../types';
import { pattern } from './pattern';
import type { Gender, Wording } from './wording';

/** A stretch of a sentence that gives something away, and the sentence on its two sides, all folded. */
interface Place {
  readonly sentence: string;
  readonly start: number;
  readonly end: number;
  readonly before: string;
  readonly term: string;
  readonly after: string;
  readonly rules: ReadonlySet<string>;
}

/** What is taken out of the sentence, and what is put in. */
interface Edit {
  readonly start: number;
  readonly end: number;
  readonly words: string;
}

type Step = (place: Place, wording: Wording) => Edit | undefined;

const NO_LETTER_BEFORE = '(?<![\\p{L}\\d])';
const NO_LETTER_AFTER = '(?![\\p{L}\\d])';

/** Things that are done at an appointment; "the dentist" is none. */
const isDone = ({ rules }: Place): boolean =>
  !rules.has('pathway.practitioner') &&
  !rules.has('revealing.facility') &&
  [...rules].some((rule) => /^(?:pathway\.examination|clinical\.(?:procedure|vaccine))/.test(rule));

const isPlace = (at: Place): boolean => isPathway(at) || isDone(at) || at.rules.has('revealing.facility');

const isPathway = ({ rules }: Place): boolean => [...rules].some((rule) => rule.startsWith('pathway.'));

function place(sentence: string, start: number, end: number, rules: ReadonlySet<string>): Place {
  const side = (text: string): string => fold(text).text;
  return {
    sentence,
    start,
    end,
    rules,
    before: side(sentence.slice(0, start)),
    term: side(sentence.slice(start, end)),
    after: side(sentence.slice(end)),
  };
}

/** Offsets counted from the end of `before` and the beginning of `after`; folding may change lengths inside. */
function backward({ sentence, start }: Place, length: number): number {
  const { text, origin } = fold(sentence.slice(0, start));
  return origin[text.length - length] ?? start;
}
function forward({ sentence, end }: Place, length: number): number {
  return end + (fold(sentence.slice(end)).origin[length] ?? 0);
}

/** "cardiology appointment", "MRT-Termin": the word of the appointment stays. */
const beforeHead: Step = (at, { heads, units }) => {
  const match = pattern(`^[ -]?(?:(?:${units}) )?(?=(?:${heads})${NO_LETTER_AFTER})`).exec(at.after);
  if (match === null) return undefined;
  const joined = at.after.startsWith('-') && /^\p{Lu}/u.test(at.sentence.slice(at.start));
  const end = forward(at, match[0].length);
  if (!joined) return { start: at.start, end, words: '' };
  return { start: at.start, end: end + 1, words: at.sentence.charAt(end).toUpperCase() };
};

/** "Zahnarzttermin", "visita cardiologica": the term holds the word of the appointment itself. */
const aroundHead: Step = (at, wording) => {
  const last = pattern(`(?:${wording.heads})$`).exec(at.term);
  const first = pattern(`^(?:${wording.heads})(?=[ -])`).exec(at.term);
  const { start, end } = at;
  const raw = at.sentence.slice(start, end);
  const capital = /^\p{Lu}/u.test(raw);
  if (last !== null) {
    const own = raw.slice(raw.length - last[0].length);
    // A word by itself has its own letter; in a compound it takes that of the whole, as does the first of a sentence.
    const apart = raw.charAt(raw.length - last[0].length - 1) === ' ' && !standsAlone(at);
    return { start, end, words: apart ? own : cased(own, capital) };
  }
  if (first === null) return undefined;
  const words = standsAlone(at) ? cased(wording.label, capital) : raw.slice(0, first[0].length);
  return follows(at, wording) ? { start, end, words } : undefined;
};

/** "…, the cardiologist": a name stands before it. */
const apposition: Step = (at, { articles, boundary }) => {
  if (!isPathway(at)) return undefined;
  const lead = pattern(`,\\s*(?:(?:${articles})\\s+)*$`).exec(at.before);
  if (lead === null || !boundary.test(at.after)) return undefined;
  const start = backward(at, lead[0].length);
  if (!/\p{Lu}[\p{L}'-]+$/u.test(at.sentence.slice(0, start))) return undefined;
  const comma = /^\s*,/.exec(at.after);
  const more = comma && !/^\s*,?\s*$/.test(at.after) ? comma[0].length : 0;
  return { start, end: forward(at, more), words: '' };
};

/** "(cardiology)" */
const inBrackets: Step = (at) => {
  const open = /\s*\([^()]*$/.exec(at.before);
  const close = /^[^()]*\)/.exec(at.after);
  if (open === null || close === null) return undefined;
  return { start: backward(at, open[0].length), end: forward(at, close[0].length), words: '' };
};

/** "with the cardiologist Dr Rossi" */
const beforeName: Step = (at, { articles, titles }) => {
  const lead = pattern(`${NO_LETTER_BEFORE}(?:(?:${articles})\\s+)?$`).exec(at.before);
  if (lead === null || !pattern(`^ (?:${titles})\\b`).test(at.after)) return undefined;
  return { start: backward(at, lead[0].length), end: forward(at, 1), words: '' };
};

/** "in cardiology", "beim Zahnarzt", and "visita di controllo" with or without its preposition after the head. */
const phrase: Step = (at, { head, heads, prepositions, genitives = 'de', articles, boundary }) => {
  const rest = boundary.exec(at.after);
  if (rest === null || !(isPlace(at) || head.test(at.before))) return undefined;
  const inner = `(?:(?:${articles})(?:\\.? |(?<=')))*`;
  const afterPreposition = pattern(`(?:^|\\s)(?:${prepositions})(?:\\s+|(?<='))${inner}$`).exec(at.before);
  const adjacent = pattern(`(?<=${NO_LETTER_BEFORE}(?:${heads})) (?:(?:${genitives}) ${inner})?$`).exec(
    at.before,
  );
  const lead = afterPreposition ?? adjacent;
  return lead === null
    ? undefined
    : { start: backward(at, lead[0].length), end: forward(at, rest[0].length), words: '' };
};

/** "your ultrasound is", "l'ecografia di domani", "Röntgen: …": an appointment instead, of a fitting gender. */
const asAppointment: Step = (at, wording) => {
  if (!follows(at, wording)) return undefined;
  const capital = /^\p{Lu}/u.test(at.sentence.slice(at.start));
  const end = forward(at, wording.boundary.exec(at.after)?.[0].length ?? 0);
  if (standsAlone(at)) {
    const fits = mayBeLabel(at, wording);
    return fits ? { start: at.start, end, words: cased(wording.label, capital) } : undefined;
  }
  if (!isDone(at)) return undefined;
  for (const [determiner, forms] of wording.determinersByLength) {
    const atStart = determiner.startsWith('^');
    const words = determiner.replace('^', '').replace(/'$/, "' ?");
    const gap = determiner.endsWith("'") ? '' : '\\s+';
    const lead = pattern(`${atStart ? '^' : NO_LETTER_BEFORE}${words}${gap}$`).exec(at.before);
    if (lead === null) continue;
    const gender = genderOf(at.term, forms, wording);
    const noun = gender && wording.nouns[gender];
    const form = gender && forms[gender];
    if (noun === undefined || form === undefined) return undefined;
    const from = backward(at, lead[0].length);
    if (!pattern(wording.possessives).test(lead[0]) || !isPathway(at))
      if (!isSubject(at.sentence.slice(0, from), wording)) return undefined;
    const upper = /^\p{Lu}/u.test(at.sentence.slice(from));
    return { start: from, end, words: cased(form, upper) + noun };
  }
  return undefined;
};

/** "Ultraschall morgen um 9": a heading, unless it begins a sentence about a practitioner. */
function mayBeLabel(at: Place, wording: Wording): boolean {
  const { head, labelUnless, timePrefix, dayPrefix, days } = wording;
  if (at.sentence.includes('?') || head.test(at.before)) return false;
  if (labelUnless !== undefined && pattern(labelUnless).test(at.after)) return false;
  const time = pattern(`^(?:$| ?[:,;.]| (?:\\d|(?:${timePrefix}|${dayPrefix}|${days})${NO_LETTER_AFTER}))`);
  return isDone(at) || (isPathway(at) && time.test(at.after));
}

/** A bandage is taken off, an appointment is not; at the beginning or after "for" either may stand. */
const isSubject = (before: string, { prepositions }: Wording): boolean =>
  pattern(`(?:^|[:,]|${NO_LETTER_BEFORE}(?:${prepositions}))\\s*$`).test(fold(before).text);

function genderOf(
  term: string,
  forms: Partial<Record<Gender, string>>,
  wording: Wording,
): Gender | undefined {
  if (forms.m === undefined) return 'f';
  if (forms.f === undefined) return 'm';
  const word = term.split(/[ -]/)[0] ?? '';
  if (wording.masculine !== undefined && pattern(wording.masculine).test(word)) return 'm';
  return wording.feminine !== undefined && pattern(wording.feminine).test(word) ? 'f' : undefined;
}

const standsAlone = ({ before }: Place): boolean => /(?:^|[:\n–-])\s*$/.test(before);

const follows = ({ after }: Place, { boundary, unlessAgreeing }: Wording): boolean =>
  (boundary.test(after) || /^ ?:/.test(after)) &&
  (unlessAgreeing === undefined || !pattern(unlessAgreeing).test(after));

const cased = (words: string, capital: boolean): string =>
  capital ? words.charAt(0).toUpperCase() + words.slice(1) : words;

/** In sequence: the smallest change that leaves a sentence comes first. */
function stepsFor(at: Place, { head }: Wording): readonly Step[] {
  const named = head.test(at.before);
  const deleting = [inBrackets, apposition, beforeName, phrase];
  const saying = [asAppointment];
  return [
    beforeHead,
    aroundHead,
    ...(named || !isDone(at) ? [...deleting, ...saying] : [...saying, ...deleting]),
  ];
}

/** Findings side by side ("TC torace") are one term; letters that hang on ("cardiolog-ía") belong to it. */
function firstTerm(sentence: string, findings: readonly PhiFinding[]): Place | undefined {
  const [first, ...others] = findings;
  if (first === undefined) return undefined;
  const rules = new Set([first.ruleId]);
  let { end } = first;
  for (const other of others) {
    if (other.start > end && !/^[ -]$/.test(sentence.slice(end, other.start))) break;
    end = Math.max(end, other.end);
    rules.add(other.ruleId);
  }
  end += /^\p{L}*/u.exec(sentence.slice(end))?.[0].length ?? 0;
  const start = first.start - (/\p{L}*$/u.exec(sentence.slice(0, first.start))?.[0].length ?? 0);
  return place(sentence, start, end, rules);
}

const MOST_STEPS = 8;

/**
 * The same sentence about an appointment and nothing else; undefined where that would not be a sound sentence.
 * `find` gives what is still told.
 */
export function withoutTerms(
  sentence: string,
  find: (text: string) => readonly PhiFinding[],
  wording: Wording,
): string | undefined {
  let current = sentence;
  for (let step = 0; step < MOST_STEPS; step++) {
    const at = firstTerm(current, find(current));
    if (at === undefined) return sound(sentence, current, wording) ? current : undefined;
    const edit = stepsFor(at, wording)
      .map((each) => each(at, wording))
      .find((found) => found !== undefined);
    if (edit === undefined) return undefined;
    current = tidy(current.slice(0, edit.start) + edit.words + current.slice(edit.end), current, wording);
  }
  return undefined;
}

function tidy(changed: string, before: string, { repairs }: Wording): string {
  let text = changed
    .replace(/ {2,}/g, ' ')
    .replace(/ +([.,;)])/g, '$1')
    .trim();
  for (const [from, to] of repairs) text = text.replace(pattern(from ?? '', 'giu'), to ?? '');
  return cased(text, /^\p{Lu}/u.test(before));
}

/** No word may hang in the air that did not before. */
function sound(
  before: string,
  after: string,
  { prepositions, articles, conjunctions, heads }: Wording,
): boolean {
  const word = (words: string): string => `${NO_LETTER_BEFORE}(?:${words})${NO_LETTER_AFTER}`;
  const loose = [
    `(?:${word(`${prepositions}|${articles}|${conjunctions}`)})\\s*(?:[.,;:!?)]|$)`,
    `${word(`${prepositions}|${articles}`)} ${word(conjunctions)}`,
    `${word(prepositions)} ${word(prepositions)}`,
    `^${word(conjunctions)}`,
    `${word(heads)} ${word(heads)}`,
    ',\\s*,',
    '^[,;:]',
  ].map((source) => pattern(source, 'gu'));
  const count = (text: string, each: RegExp): number => [...fold(text).text.matchAll(each)].length;
  return /\p{L}/u.test(after) && loose.every((each) => count(after, each) <= count(before, each));
}
