import { summariseFindings } from '../../phi';
import { joinText, type OpenQuestion, readPayload } from '../../replies/join';
import type { Intent, Question, ReplyReading } from '../../replies/types';
import type { Db, RegistryContext } from '../context';
import type { Row } from '../schema';
import type { InboundEvent, InboxItem, ReplyTo, Sender } from '../types';
import { keepEntry } from './conversations';
import { messageLookup } from './people';
import { tellStrayStop } from './strayStop';
import { contactOf } from './traffic';
import { applyWill } from './will';

type Message = Extract<InboundEvent, { kind: 'message' }>;

interface Heard {
  readonly reading: ReplyReading;
  readonly status: ReplyTo['status'];
  readonly rows: readonly Row<'outbox'>[];
}

const DAY = 86_400_000;
/** Questions that are not about a future appointment stay open for a week. */
const OPEN_DAYS = 7;
const REACHED_STATES = ['calling', 'accepted', 'sent', 'delivered', 'read', 'unknown'] as const;
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

async function askedOf(
  ctx: RegistryContext,
  tx: Db,
  sender: Sender,
  contactId: string,
): Promise<Row<'outbox'>[]> {
  const now = ctx.clock.now();
  const rows = await tx
    .selectFrom('outbox')
    .selectAll()
    .where('contact_id', '=', contactId)
    .where('sender_id', '=', sender.id)
    .where('question', 'is not', null)
    .where('state', 'in', REACHED_STATES)
    .where((eb) => eb.or([eb('about_at', '>', now), eb('created_at', '>', now - OPEN_DAYS * DAY)]))
    .orderBy('created_at', 'desc')
    .execute();
  return latestPerSubject(rows.filter((row) => row.question !== 'appointment' || (row.about_at ?? 0) > now));
}

/** Two messages about one appointment (or one survey) ask one question: the newer of them. */
function latestPerSubject(rows: readonly Row<'outbox'>[]): Row<'outbox'>[] {
  const seen = new Set<string>();
  return rows.filter((row) => {
    const subject = `${row.question}\0${row.about ?? row.id}`;
    if (seen.has(subject)) return false;
    seen.add(subject);
    return true;
  });
}

function toQuestion(row: Row<'outbox'>): OpenQuestion {
  return {
    outboxId: row.id,
    question: row.question as Question,
    answered: row.answered_event_id !== null,
    choices: row.choices,
  };
}

async function ownRow(
  tx: Db,
  contactId: string,
  column: 'id' | 'message_lookup',
  value: string,
): Promise<Row<'outbox'> | null> {
  const row = await tx
    .selectFrom('outbox')
    .selectAll()
    .where(column, '=', value)
    .where('contact_id', '=', contactId)
    .executeTakeFirst();
  return row ?? null;
}

/** A tap says by itself what it answers. A payload of somebody else's message is words without a question. */
async function byTap(tx: Db, contactId: string, payload: string): Promise<Heard | null> {
  const tap = readPayload(payload);
  const row = tap && (await ownRow(tx, contactId, 'id', tap.outboxId));
  if (!tap || !row) return null;
  return { reading: { ...NEUTRAL, intent: tap.intent, value: tap.value }, status: 'one', rows: [row] };
}

async function byText(
  ctx: RegistryContext,
  tx: Db,
  sender: Sender,
  contactId: string,
  event: Message,
): Promise<Heard> {
  const text = event.text ?? '';
  const quoted =
    event.contextId === null
      ? null
      : await ownRow(tx, contactId, 'message_lookup', messageLookup(ctx, event.contextId));
  const rows = quoted?.question ? [quoted] : await askedOf(ctx, tx, sender, contactId);
  const joined = joinText(text, rows.map(toQuestion), ctx.classifyReply);
  const ids = joined.matches.map((match) => match.outboxId);
  return { reading: joined.reading, status: joined.status, rows: rows.filter((row) => ids.includes(row.id)) };
}

/** Media without a caption: nothing to read, and a person has to look. */
function mediaOnly(): Heard {
  return { reading: { ...NEUTRAL, intent: 'other', value: null, sensitive: true }, status: 'none', rows: [] };
}

async function understand(
  ctx: RegistryContext,
  tx: Db,
  sender: Sender,
  contactId: string,
  event: Message,
): Promise<Heard> {
  const tapped = event.payload === null ? null : await byTap(tx, contactId, event.payload);
  if (tapped) return tapped;
  if (event.text === null || event.text.trim() === '') return mediaOnly();
  const heard = await byText(ctx, tx, sender, contactId, event);
  if (event.mediaIds.length === 0) return heard;
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

async function touchWindow(tx: Db, sender: Sender, contactId: string, at: number): Promise<void> {
  await tx
    .insertInto('service_windows')
    .values({ sender_id: sender.id, contact_id: contactId, last_inbound_at: at })
    .onConflict((conflict) =>
      conflict.columns(['sender_id', 'contact_id']).doUpdateSet({ last_inbound_at: at }),
    )
    .execute();
}

async function markAnswered(tx: Db, heard: Heard, eventId: string): Promise<void> {
  const [row] = heard.rows;
  if (heard.status !== 'one' || !row || !ANSWERING.includes(heard.reading.intent)) return;
  await tx.updateTable('outbox').set({ answered_event_id: eventId }).where('id', '=', row.id).execute();
}

/** Hears one message: who, what they want, and what it answers. The words go to the encrypted store and nowhere else. */
export async function hear(
  ctx: RegistryContext,
  tx: Db,
  sender: Sender,
  event: Message,
  id: string,
): Promise<InboxItem> {
  const { contactId, language } = await contactOf(ctx, tx, sender, event.from, true, event.contextId);
  await touchWindow(tx, sender, contactId, event.at);
  const heard = await understand(ctx, tx, sender, contactId, event);
  const { reading } = heard;
  const alreadyStopped = await applyWill(ctx, tx, sender, contactId, reading, id);
  const conversationId = await keepEntry(ctx, tx, {
    controllerId: sender.controllerId,
    senderId: sender.id,
    contactId,
    direction: 'in',
    text: event.text,
    mediaIds: event.mediaIds,
    eventId: id,
    outboxId: null,
  });
  if (reading.intent === 'stop' && event.from.sendAppId !== undefined)
    await tellStrayStop(ctx, tx, sender, contactId, id, conversationId);
  await markAnswered(tx, heard, id);
  const reply = await replyTo(tx, heard);
  const { categories } = summariseFindings(reading.findings);
  await tx
    .updateTable('inbound_events')
    .set({
      contact_id: contactId,
      intent: reading.intent,
      value: reading.value,
      sensitive: reading.sensitive ? 1 : 0,
      categories: JSON.stringify(categories),
      outbox_id: reply.outboxId,
      conversation_id: conversationId,
    })
    .where('id', '=', id)
    .execute();
  return {
    eventId: id,
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
  };
}
