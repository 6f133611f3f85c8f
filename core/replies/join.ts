import type { ClassifyReply, Intent, Question, ReplyReading } from './types';

/** A question of ours that may still be open, newest first. */
export interface OpenQuestion {
  readonly outboxId: string;
  readonly question: Question;
  readonly answered: boolean;
  readonly choices: number | null;
}

export interface JoinedReply {
  readonly reading: ReplyReading;
  readonly status: 'one' | 'none' | 'several';
  /** With `one`, the question that was answered; with `several`, those that it could be. */
  readonly matches: readonly OpenQuestion[];
}

/** Which questions an intent can answer. */
const ANSWERS: Readonly<Partial<Record<Intent, readonly Question[]>>> = {
  confirm: ['appointment'],
  reschedule: ['appointment'],
  cancel: ['appointment'],
  rating: ['rating'],
  preference_a: ['preference'],
  preference_b: ['preference'],
  preference_c: ['preference'],
  yes: ['yesNo', 'location'],
  no: ['yesNo', 'location'],
};

/** These mean the same whatever was asked. */
const ABSOLUTE: readonly Intent[] = ['emergency', 'stop', 'start'];

function fits(intent: Intent, question: Question): boolean {
  return ANSWERS[intent]?.includes(question) ?? false;
}

interface Read {
  readonly reading: ReplyReading;
  readonly open: OpenQuestion;
}

function readFor(text: string, open: OpenQuestion, classify: ClassifyReply): Read {
  const options =
    open.choices === null
      ? { expecting: open.question }
      : { expecting: open.question, choices: open.choices };
  return { reading: classify(text, options), open };
}

function sameMeaning(a: ReplyReading, b: ReplyReading): boolean {
  return a.intent === b.intent && a.value === b.value;
}

/**
 * Joins free text to what we asked. With two or more open questions that the words could answer we ask which,
 * and never assume; with none, the words are read on their own.
 */
export function joinText(
  text: string,
  questions: readonly OpenQuestion[],
  classify: ClassifyReply,
): JoinedReply {
  const plain = classify(text);
  if (ABSOLUTE.includes(plain.intent)) return { reading: plain, status: 'none', matches: [] };
  const unanswered = questions.filter((question) => !question.answered);
  // Somebody who changes their mind answers the same question again.
  const candidates = unanswered.length > 0 ? unanswered : questions;
  const reads = candidates
    .map((open) => readFor(text, open, classify))
    .filter(({ reading, open }) => fits(reading.intent, open.question));
  const [first] = reads;
  if (!first)
    return { reading: firstMeaning(text, candidates, classify) ?? plain, status: 'none', matches: [] };
  if (reads.length === 1) return { reading: first.reading, status: 'one', matches: [first.open] };
  const matches = reads.map(({ open }) => open);
  if (reads.every(({ reading }) => sameMeaning(reading, first.reading)))
    return { reading: first.reading, status: 'several', matches };
  return { reading: { ...plain, intent: 'help', value: null }, status: 'several', matches };
}

// "3" after a reminder asks for a person: an answer that belongs to no appointment but to the question all the same.
function firstMeaning(
  text: string,
  candidates: readonly OpenQuestion[],
  classify: ClassifyReply,
): ReplyReading | null {
  const [first] = candidates;
  if (!first || candidates.some(({ question }) => question !== first.question)) return null;
  return readFor(text, first, classify).reading;
}

const CHOICE_INTENTS: Readonly<Record<string, Intent>> = {
  confirm: 'confirm',
  reschedule: 'reschedule',
  cancel: 'cancel',
  human: 'human',
  yes: 'yes',
  no: 'no',
  stop: 'stop',
  preference_a: 'preference_a',
  preference_b: 'preference_b',
  preference_c: 'preference_c',
};

/** What a tap says: the payload is `<outbox id>.<choice>`, both ours. Null when it is not one of ours. */
export function readPayload(
  payload: string,
): { outboxId: string; intent: Intent; value: number | null } | null {
  const match = /^([a-z2-7]{26})\.([a-z_]+?)(?:_(\d{1,2}))?$/.exec(payload);
  if (!match) return null;
  const [, outboxId = '', name = '', digits] = match;
  if (digits !== undefined && name === 'rating') return { outboxId, intent: 'rating', value: Number(digits) };
  if (digits !== undefined && name === 'location') return { outboxId, intent: 'yes', value: Number(digits) };
  const intent = CHOICE_INTENTS[name];
  return intent && digits === undefined ? { outboxId, intent, value: null } : null;
}
