import { detectPhi } from '../detect';
import { redactPhi } from '../redact';
import { foldText } from '../text/fold';
import { LANGUAGES, type DetectOptions, type Language, type PhiFinding } from '../types';
import { withoutTerms } from './grammar';
import { linkIn } from './link';
import { pattern, word } from './pattern';
import { withShortNames } from './people';
import { piecesOf, type Piece } from './sentences';
import { likeliestLanguage, wordingOf, type Intent, type Wording } from './wording';
import { whenOf } from './when';

export interface RewordOptions extends DetectOptions {
  /** The language to write in; found out from the text unless given. */
  readonly language?: Language;
}

interface Work {
  readonly options: RewordOptions;
  readonly wording: Wording;
  readonly find: (text: string) => PhiFinding[];
}

const INTENTS: readonly Intent[] = ['cancelled', 'moved', 'free'];
const ROUNDS = 3;

/**
 * Says the same as far as it may be said: a cardiology appointment becomes an appointment, a full name a first name,
 * and sentences about results, money or preparation become one that leads to the personal area. Day, time and
 * links to the controller's own domains stay. A text that gives nothing away is returned as it is, and no result
 * gives anything away; where no sound sentence can be made, a fixed neutral one takes its place.
 */
export function rewordPhi(text: string, options: RewordOptions = {}): string {
  const find = (part: string): PhiFinding[] => detectPhi(part, { strict: true, ...options });
  const language = options.language ?? likeliestLanguage(text, options.languages ?? LANGUAGES);
  const work: Work = { options, wording: wordingOf(language), find };
  const alone = find(text).length === 0 ? undefined : singleName(text, work);
  if (alone !== undefined) return alone;
  let current = text;
  for (let round = 0; round < ROUNDS; round++) {
    const findings = find(current);
    if (findings.length === 0) return current;
    current = rewordOnce(current, findings, work, round > 0);
  }
  return find(current).length === 0 ? current : lastResort(text, work);
}

/** A link or the name of a file that stands alone is no sentence and becomes none. */
function singleName(text: string, { wording, options, find }: Work): string | undefined {
  const [, file] = /^[^\s/]+(\.[a-z\d]{2,5})$/i.exec(text.trim()) ?? [];
  if (file !== undefined && !text.includes('@')) return `${wording.file}${file.toLowerCase()}`;
  if (!/^https?:\/\/\S+$/i.test(text.trim())) return undefined;
  return linkIn(text, options.policy?.allowedDomains ?? [], find) ?? redactPhi(text, options);
}

/** Nothing of the text but day and time; of those nothing either where a policy forbids even that. */
function lastResort(text: string, work: Work): string {
  const whole = fixedSentence(text, work.find(text), work);
  const { contact, details } = work.wording.sentences;
  const clean = [whole, details, contact].find((sentence) => work.find(sentence).length === 0);
  return clean ?? redactPhi(details, work.options);
}

function rewordOnce(text: string, findings: readonly PhiFinding[], work: Work, plainly: boolean): string {
  let from = 0;
  const said = new Set<string>();
  let out = '';
  for (const piece of piecesOf(text, work.wording)) {
    const start = text.indexOf(piece.text, from);
    from = start + piece.text.length;
    const inside = findings
      .filter((found) => found.start < from && found.end > start)
      .map((found) => clipped(found, start, piece.text.length));
    const words = inside.length === 0 ? piece.text : reworded(piece, inside, work, plainly, /,\s$/.test(out));
    const key = foldText(words);
    if (words === '' || (inside.length > 0 && said.has(key))) continue;
    said.add(key);
    out += words + piece.gap;
  }
  return out.trimEnd() + (/\s*$/.exec(text)?.[0] ?? '');
}

const clipped = (found: PhiFinding, start: number, length: number): PhiFinding => ({
  ...found,
  start: Math.max(found.start - start, 0),
  end: Math.min(found.end - start, length),
});

function reworded(
  piece: Piece,
  findings: readonly PhiFinding[],
  work: Work,
  plainly: boolean,
  goesOn: boolean,
): string {
  const { wording, find } = work;
  const short = withShortNames(piece.text, findings, wording);
  const left = short === piece.text ? findings : find(short);
  if (left.length === 0 && !plainly) return short;
  if (piece.greeting) return greetingOf(piece, wording);
  const alike =
    plainly || tellsOnly(left) || word(wording.telling).test(foldText(short))
      ? undefined
      : withoutTerms(short, find, wording);
  const kept = alike !== undefined && keepsTimes(short, alike, wording) ? alike : undefined;
  return kept ?? fitted(fixedSentence(piece.text, findings, work), goesOn, wording);
}

/** "Gentile" with whatever comes after it left out. */
function greetingOf({ text }: Piece, { greetings }: Wording): string {
  const [word = ''] = pattern(`^(?:${greetings})(?!\\p{L})`).exec(foldText(text)) ?? [];
  const sign = /[,:!]$/.exec(text)?.[0] ?? ',';
  return /buon|hall|hell|hola|guten|good|ciao|salve|bonj|bons|hi|hey/.test(word)
    ? text.slice(0, word.length) + sign
    : '';
}

/** A day that looked like a part of a term must not go with it. */
function keepsTimes(before: string, after: string, wording: Wording): boolean {
  const words = new Set(foldText(after).split(/[^\p{L}\d]+/u));
  return foldText(whenOf(before, wording, []))
    .split(/[^\p{L}\d]+/u)
    .every((each) => each === '' || words.has(each));
}

/** After a greeting with a comma a sentence goes on in small letters; German "Ihr" keeps its capital. */
function fitted(sentence: string, goesOn: boolean, { language }: Wording): string {
  const keeps = language === 'de' && sentence.startsWith('Ihr');
  return goesOn && !keeps ? sentence.charAt(0).toLowerCase() + sentence.slice(1) : sentence;
}

const TELLING = /^(?:clinical\.(?:result|lab|drug|therapy)|economic\.|revealing\.preparation)/;

const tellsOnly = (findings: readonly PhiFinding[]): boolean =>
  findings.some(({ ruleId }) => TELLING.test(ruleId));

const HELD = /^(?:pathway\.|clinical\.vaccine)/;

const isAppointment = (findings: readonly PhiFinding[]): boolean =>
  findings.some(({ ruleId }) => HELD.test(ruleId)) &&
  findings.every(
    ({ ruleId }) =>
      !/^(?:clinical\.(?:result|lab|drug)|economic\.|identifier\.|revealing\.(?:facility|policyTerm))/.test(
        ruleId,
      ),
  );

/** A fixed sentence for one that cannot be mended: about the appointment with its day and time, or about the rest. */
function fixedSentence(text: string, findings: readonly PhiFinding[], work: Work): string {
  const { wording, find, options } = work;
  const { sentences, intents } = wording;
  const folded = foldText(text);
  const has = (intent: Intent): boolean => word(intents[intent]).test(folded);
  const when = whenOf(
    text,
    wording,
    findings.filter(({ category }) => category === 'identifier'),
  );
  const link = linkIn(text, options.policy?.allowedDomains ?? [], find);
  const telling = word(wording.telling).test(folded);
  const detailed = link === undefined ? undefined : sentences.detailsLink.replace('{link}', () => link);
  if (
    wording.head.test(folded) ||
    (when !== '' && isAppointment(findings) && !telling && !text.includes('?'))
  ) {
    // "If you cancel on Monday" cancels nothing, and of two times one is the new one.
    const doubtful = text.includes('?') || when.includes(', ') || word(wording.doubts).test(folded);
    const name = (doubtful ? undefined : INTENTS.find(has)) ?? 'appointment';
    const first =
      when === ''
        ? sentences.appointmentOnly
        : sentences[name as 'appointment'].replace('{when}', () => when);
    const confirm = has('confirm') && name === 'appointment' ? sentences.confirm : '';
    return [first, confirm, detailed].filter(Boolean).join(' ');
  }
  if (detailed !== undefined)
    return when === '' ? detailed : `${sentences.detailsWhen.replace('{when}', () => when)} ${link}`;
  if (when !== '') return sentences.detailsWhen.replace('{when}', () => when);
  return telling || tellsOnly(findings) ? sentences.details : sentences.contact;
}
