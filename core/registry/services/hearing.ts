import { summariseFindings } from '../../phi';
import { joinText, type OpenQuestion, readPayload } from '../../replies/join';
import type { Intent, Question, ReplyReading } from '../../replies/types';
import type { Language } from '../../phi/types';
import type { Db, RegistryContext } from '../context';
import type { Row } from '../schema';
import type { InboxItem, ReplyTo } from '../types';
import type { Arrival, EventRows } from './arrivals';
import type { Asked, Spoken } from './asked';
import type { ConversationLog } from './conversationLog';
import { tellStrayStop } from './strayStop';
import { applyWill } from './will';

interface Heard {
  readonly reading: ReplyReading;
  /** What a stop ends; absent: everything. */
  readonly scope?: 'marketing';
  readonly status: ReplyTo['status'];
  readonly rows: readonly Row<'outbox'>[];
}

/** A message of the batch, with the person behind it. */
export interface HeardMessage extends Spoken {
  readonly arrival: Arrival;
  readonly language: Language;
}

/** What all messages of a batch share. */
export interface Hearing {
  readonly ctx: RegistryContext;
  readonly tx: Db;
  readonly asked: Asked;
  readonly log: ConversationLog;
  readonly rows: EventRows;
}

const NONE: ReplyTo = {
  status: 'none',
  outboxId: null,
  about: null,
  question: null,
  stage: null,
  campaign: null,
  options: [],
};
const NEUTRAL: Omit<ReplyReading, 'intent' | 'value'> = {
  sensitive: false,
  suspectedStop: false,
  wrongNumber: false,
  deceased: false,
  findings: [],
};
/** Answers that settle a question. Asking for a person or for help leaves it open. */
const ANSWERING: readonly Intent[] = [
  'confirm',
  'reschedule',
  'cancel',
  'rating',
  'preference_a',
  'preference_b',
  'preference_c',
  'yes',
  'no',
];

const alone = (intent: Intent, change: Partial<ReplyReading> = {}): Heard => ({
  reading: { ...NEUTRAL, intent, value: null, ...change },
  status: 'none',
  rows: [],
});

function toQuestion(row: Row<'outbox'>): OpenQuestion {
  return {
    outboxId: row.id,
    question: row.question as Question,
    answered: row.answered_event_id !== null,
    choices: row.choices,
  };
}

/** A tap says by itself what it answers. A payload of somebody else's message is words without a question. */
function byTap({ asked }: Hearing, spoken: Spoken): Heard | null {
  const tap = readPayload(spoken.event.payload ?? '');
  const row = tap && asked.tapped(spoken, tap.outboxId);
  if (!tap || !row) return null;
  return { reading: { ...NEUTRAL, intent: tap.intent, value: tap.value }, status: 'one', rows: [row] };
}

/**
 * A button of a template that was made elsewhere: Meta puts the label where no payload was set, and others write
 * things like `STOP_PROMOTIONS`. Whichever of the two says stop is believed. Nobody taps a stop in passing, so it counts
 * also where it names what it ends; then that are promotions.
 */
function byForeignTap({ ctx }: Hearing, payload: string, label: string | null): Heard | null {
  const said = [payload.replace(/[_-]+/g, ' '), label ?? ''].map((words) => ctx.classifyReply(words));
  const plain = said.find(({ intent }) => intent === 'stop');
  if (plain) return { reading: plain, status: 'none', rows: [] };
  if (!said.some(({ suspectedStop }) => suspectedStop)) return null;
  return { ...alone('stop'), scope: 'marketing' };
}

function byText({ ctx, asked }: Hearing, spoken: Spoken, text: string): Heard {
  const quoted = asked.quoted(spoken);
  const rows = quoted?.question ? [quoted] : asked.openTo(spoken);
  const joined = joinText(text, rows.map(toQuestion), ctx.classifyReply);
  const ids = joined.matches.map((match) => match.outboxId);
  return { reading: joined.reading, status: joined.status, rows: rows.filter((row) => ids.includes(row.id)) };
}

/** Words of somebody else answer nothing and open nothing; that they say stop is believed all the same. */
function forwarded({ ctx }: Hearing, text: string): Heard {
  const reading = ctx.classifyReply(text);
  const believed = reading.intent === 'stop' || reading.intent === 'emergency';
  return believed ? { reading, status: 'none', rows: [] } : alone('other', { sensitive: true });
}

/** The person takes a reaction back that may have been their answer: somebody has to look at what holds now. */
function takenBack({ asked }: Hearing, spoken: Spoken): Heard {
  const row = asked.quoted(spoken);
  return row ? { ...alone('other'), status: 'one', rows: [row] } : alone('other');
}

function understand(hearing: Hearing, spoken: Spoken): Heard {
  const { payload, text, mediaIds, form } = spoken.event;
  const tapped = payload === null ? null : (byTap(hearing, spoken) ?? byForeignTap(hearing, payload, text));
  if (tapped) return tapped;
  if (form === 'reactionRemoved') return takenBack(hearing, spoken);
  // Nobody can read it, not even the staff: the person gets a person.
  if (form === 'unsupported') return alone('human');
  const words = (text ?? payload ?? '').trim();
  // Media without a caption: nothing to read, and a person has to look.
  if (words === '') return alone('other', { sensitive: true });
  if (spoken.event.forwarded) return forwarded(hearing, words);
  const heard = byText(hearing, spoken, words);
  if (mediaIds.length === 0) return heard;
  return { ...heard, reading: { ...heard.reading, sensitive: true } };
}

async function replyTo(tx: Db, heard: Heard): Promise<ReplyTo> {
  const [first] = heard.rows;
  if (!first) return NONE;
  if (heard.status === 'several') {
    const options = heard.rows.flatMap((row) =>
      row.about_at === null || row.about_zone === null
        ? []
        : [{ id: row.id, at: row.about_at, zone: row.about_zone }],
    );
    return { ...NONE, status: 'several', options };
  }
  const campaign = first.campaign_id
    ? await tx.selectFrom('campaigns').select('key').where('id', '=', first.campaign_id).executeTakeFirst()
    : undefined;
  return {
    status: 'one',
    outboxId: first.id,
    about: first.about,
    question: (first.question as Question | null) ?? null,
    stage: first.stage,
    campaign: campaign?.key ?? null,
    options: [],
  };
}

function markAnswered(asked: Asked, heard: Heard, eventId: string): void {
  const [row] = heard.rows;
  if (heard.status !== 'one' || !row || !ANSWERING.includes(heard.reading.intent)) return;
  asked.answer(row, eventId);
}

/** Hears one message: who, what they want, and what it answers. The words go to the encrypted store and nowhere else. */
export async function hear(hearing: Hearing, spoken: HeardMessage): Promise<InboxItem> {
  const { ctx, tx, asked, log, rows } = hearing;
  const { arrival, contactId, sender, event, language } = spoken;
  const heard = understand(hearing, spoken);
  const { reading } = heard;
  const alreadyStopped = await applyWill(
    ctx,
    tx,
    sender,
    contactId,
    reading,
    arrival.id,
    heard.scope ?? 'all',
  );
  const conversationId = log.hear(spoken, arrival.id);
  if (reading.intent === 'stop' && event.from.sendAppId !== undefined) {
    await log.writeOpened();
    await tellStrayStop(ctx, tx, sender, contactId, arrival.id, conversationId);
  }
  markAnswered(asked, heard, arrival.id);
  const reply = await replyTo(tx, heard);
  const { categories } = summariseFindings(reading.findings);
  rows.add(arrival, {
    contact_id: contactId,
    intent: reading.intent,
    value: reading.value,
    sensitive: reading.sensitive ? 1 : 0,
    categories: JSON.stringify(categories),
    outbox_id: reply.outboxId,
    conversation_id: conversationId,
    referral: event.ad ? JSON.stringify(event.ad) : null,
  });
  return {
    eventId: arrival.id,
    contactRef: contactId,
    sender: sender.phoneNumberId,
    kind: 'message',
    intent: reading.intent,
    value: reading.value,
    sensitive: reading.sensitive,
    categories,
    language,
    replyTo: reply,
    alreadyStopped,
    suspectedStop: reading.suspectedStop,
    wrongNumber: reading.wrongNumber,
    deceased: reading.deceased,
    ...(event.ad ? { ad: event.ad } : {}),
  };
}
