import { detectPhi } from '../phi/detect';
import { LANGUAGES, type Language, type PhiFinding } from '../phi/types';
import { readRules, type RuleReading } from './reading';
import { bareNumber, ratingOf } from './score';
import type { ClassifyOptions, Intent, Question, ReplyReading } from './types';

interface Answer {
  readonly intent: Intent;
  readonly value: number | null;
}

const answer = (intent: Intent, value: number | null = null): Answer => ({ intent, value });

const APPOINTMENT: readonly Intent[] = ['confirm', 'reschedule', 'human'];
const PREFERENCES: readonly Intent[] = ['preference_a', 'preference_b', 'preference_c'];
const THUMB_UP = /^(?:\s|👍|👌|✅|☑|✔|🙏|🆗|\p{Emoji_Modifier}|\ufe0f)+$/u;
const THUMB_DOWN = /^(?:\s|👎|❌|🚫|✖|\p{Emoji_Modifier}|\ufe0f)+$/u;

/** What a bare number means depends on what was asked; without a question, 1 to 5 is a score. */
function numberAnswer(value: number, expecting: Question | undefined, choices: number | undefined): Answer {
  switch (expecting) {
    case 'appointment':
      return answer(APPOINTMENT[value - 1] ?? 'other');
    case 'preference':
      return answer(PREFERENCES[value - 1] ?? 'other');
    case 'yesNo':
      return answer(value === 1 ? 'yes' : value === 2 ? 'no' : 'other');
    case 'location':
      return value >= 1 && value <= (choices ?? 0) ? answer('yes', value) : answer('other');
    default:
      return value >= 1 && value <= 5 ? answer('rating', value) : answer('other');
  }
}

/** A letter that stands alone, or is chosen with words ("opzione B", "weder A noch B, sondern C"). */
function preferenceOf(reading: RuleReading): Intent | undefined {
  const letters = reading.folded.match(/(?<![\p{L}\d'-])[abc](?![\p{L}\d'-])/gu) ?? [];
  const alone = letters.length === 1 && reading.words.every((word) => word === letters[0]);
  const chosen =
    reading.cue.has('preference') ||
    /(?:ne|ni|weder|neither|ni)\b.*\b(?:ne|ni|noch|nor)\b/.test(reading.folded);
  const letter = alone || chosen ? letters.at(-1) : undefined;
  return letter === undefined ? undefined : PREFERENCES['abc'.indexOf(letter)];
}

/** A plain yes to "are you coming?" is a confirmation. */
const agreed = (expecting: Question | undefined): Answer =>
  answer(expecting === 'appointment' ? 'confirm' : 'yes');

/** Intents by words, surest first; a stop or an emergency has been ruled out before. */
function byWords(text: string, reading: RuleReading, expecting: Question | undefined): Answer {
  const { whole, cue } = reading;
  if (THUMB_UP.test(text)) return agreed(expecting);
  if (THUMB_DOWN.test(text)) return answer('no');
  if (whole.has('help')) return answer('help');
  if (whole.has('yes')) return agreed(expecting);
  if (whole.has('no')) return answer('no');
  const preference = preferenceOf(reading);
  if (preference !== undefined) return answer(preference);
  for (const intent of ['human', 'cancel', 'reschedule', 'confirm'] as const)
    if (cue.has(intent)) return answer(intent);
  const rating = ratingOf(text, reading);
  if (rating !== null) return answer('rating', rating);
  if (cue.has('help')) return answer('help');
  if (reading.folded.includes('?')) return answer('question');
  if (cue.has('no')) return answer('no');
  return cue.has('yes') ? agreed(expecting) : answer('other');
}

function decide(text: string, reading: RuleReading, options: ClassifyOptions): Answer {
  const { whole, cue } = reading;
  if (cue.has('emergency')) return answer('emergency');
  const again = cue.has('start');
  if ((whole.has('stop') || cue.has('stop')) && !again) return answer('stop');
  if (whole.has('start') || again) return answer('start');
  const scored = /^\s*[^\p{L}]*$/u.test(text) ? ratingOf(text, reading) : null;
  if (scored !== null && options.expecting !== 'location') return answer('rating', scored);
  const bare = bareNumber(reading);
  if (bare !== null) return numberAnswer(bare, options.expecting, options.choices);
  return byWords(text, reading, options.expecting);
}

/** As people put one command after the other. */
const PIECES = /[\n.,;:!?/]+/;
/** So short, and no sentence that was understood, that the words are commands: "STOP START". */
const COMMANDS = 4;

/**
 * Whether one part of the message says stop by itself and another says start. Nobody can tell which of them holds, so
 * stop does; "I sent stop by mistake" says it in one part and stays a start.
 */
function saysBoth(text: string, languages: readonly Language[], isSentence: boolean): boolean {
  const words = text.trim().split(/\s+/);
  const pieces = !isSentence && words.length <= COMMANDS ? words : text.split(PIECES);
  const said = new Set(pieces.map((piece) => decide(piece, readRules(piece, languages), {}).intent));
  return said.has('stop') && said.has('start');
}

/**
 * Money matters and a bare practitioner ("the dentist") may be answered by a bot; the rest may not. What else the word
 * for a practitioner says by itself ("dent") does not count.
 */
function hasSensitive(findings: readonly PhiFinding[]): boolean {
  const practitioners = findings.filter(({ ruleId }) => ruleId === 'pathway.practitioner');
  const isPractitioner = ({ start, end }: PhiFinding): boolean =>
    practitioners.some((one) => one.start <= start && one.end >= end);
  return findings.some((finding) => finding.category !== 'economic' && !isPractitioner(finding));
}

/**
 * Reads what a patient wrote. An emergency beats everything, a stop beats the rest, and a message can be both
 * a stop and sensitive. Deterministic and linear; nothing of the text is kept.
 *
 * @param text the words as received; a button payload is read elsewhere
 * @param options the languages, and what our last open question asked
 */
export function classifyReply(text: string, options: ClassifyOptions = {}): ReplyReading {
  const languages = options.languages ?? LANGUAGES;
  const reading = readRules(text, languages);
  const findings = detectPhi(text, { languages, strict: true });
  const decided = decide(text, reading, options);
  const wrongNumber = reading.cue.has('wrongNumber');
  const deceased = reading.cue.has('deceased');
  const nearStop = reading.cue.has('suspect') || reading.cue.has('stop');
  const unclear = decided.intent === 'start' || (decided.intent !== 'stop' && nearStop);
  const isBoth =
    decided.intent !== 'emergency' && unclear && saysBoth(text, languages, decided.intent === 'start');
  const { intent, value } = isBoth ? answer('stop') : decided;
  const doubtful = nearStop || wrongNumber || deceased;
  return {
    intent,
    value,
    sensitive: hasSensitive(findings),
    suspectedStop: intent !== 'stop' && intent !== 'start' && doubtful,
    wrongNumber,
    deceased,
    findings,
  };
}
