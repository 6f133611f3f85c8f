import { fold } from '../text/fold';
import { pattern } from './pattern';
import type { Wording } from './wording';

interface Span {
  readonly start: number;
  readonly end: number;
}

/** Between a day and its hour; a longer stretch is another matter, and slow to look through. */
const WIDEST_GAP = 30;

const patterns = new Map<string, { atom: RegExp; between: RegExp }>();

function patternsOf(wording: Wording) {
  let known = patterns.get(wording.language);
  if (known === undefined) {
    const { timePrefix, timeRange, timeSuffix, dayPrefix, day, joins } = wording;
    const clock = `(?:[01]?\\d|2[0-4])[:.h][0-5]\\d(?:[:.]\\d{2})?(?: ?(?:${timeSuffix})(?!\\p{L}))?`;
    const hour = `\\d{1,2} ?(?:${timeSuffix})(?![\\p{L}\\d])`;
    const announced = `(?:${timePrefix}) \\d{1,2}(?![\\p{L}\\d]|[./-]\\d)(?: (?:${timeSuffix})(?!\\p{L}))?`;
    const time = `(?:${timeRange})|(?:(?:${timePrefix}) )?(?:${clock}|${hour})|${announced}`;
    known = {
      atom: new RegExp(
        `(?<![\\p{L}\\d./:-])(?:(?:(?:${dayPrefix}) )?${day}|${time})(?!\\d|[.,/:]\\d| ?[€$£])`,
        'gu',
      ),
      between: new RegExp(`^[ ,]*(?:(?:${joins})[ ,]*)*$`, 'u'),
    };
    patterns.set(wording.language, known);
  }
  return known;
}

/**
 * The days and times that a text names, in its own words, as one enumeration; empty when it names none. What lies in
 * a `hidden` span, such as a date of birth, is no time of an appointment.
 */
export function whenOf(text: string, wording: Wording, hidden: readonly Span[]): string {
  const folded = fold(text);
  const { atom, between } = patternsOf(wording);
  const spans: { start: number; end: number }[] = [];
  for (const match of folded.text.matchAll(atom)) {
    const start = folded.origin[match.index] ?? 0;
    const end = folded.origin[match.index + match[0].length] ?? text.length;
    if (hidden.some((span) => span.start < end && span.end > start)) continue;
    const last = spans.at(-1);
    const near = last !== undefined && start - last.end <= WIDEST_GAP;
    if (near && between.test(fold(text.slice(last.end, start)).text)) last.end = end;
    else spans.push({ start, end });
  }
  const phrases = spans.map(({ start, end }) =>
    inside(text.slice(start, end).replace(/[.,;]+$/, ''), wording),
  );
  return [...new Set(phrases)].join(', ');
}

/** "Domani alle 9" began a sentence and does so no more. */
function inside(phrase: string, { small }: Wording): string {
  const written = /^\p{Lu}(?!\p{Lu})/u.test(phrase) && pattern(`^(?:${small})`).test(fold(phrase).text);
  return written ? phrase.charAt(0).toLowerCase() + phrase.slice(1) : phrase;
}
