import { CareError } from '../../errors';
import { reasonFor } from '../../policy';
import type { Db, RegistryContext } from '../context';
import { isId, newId } from '../ids';
import type { NewRow, Row } from '../schema';
import type { ClaimContext, ClaimResult, Controller, Sender, SendRequest } from '../types';
import { appendAudit } from './audit';
import { subjectOf } from './consent';
import { controllerByKey, currentPolicy } from './controllers';
import { COUNTING_STATES, loadFacts, loadSubjects, type LoadedFacts } from './facts';
import { type GateState, type GateVerdict, judge } from './gate';
import { recoverLeftovers } from './leftovers';
import { type Resolved, resolvePeople } from './people';
import { senderBy } from './senders';

export const MAX_CLAIM = 200;
/** Longer than any call may take; after it a claim of a process that is gone is taken up by others. */
export const LEASE_MS = 120_000;
/** No status for accepted messages in this time: the sender has no ears (docs/design, section 4). */
const DEAF_AFTER_MS = 30 * 60_000;

interface Batch {
  readonly controller: Controller;
  readonly sender: Sender;
  readonly people: readonly Resolved[];
  readonly facts: ReadonlyMap<string, LoadedFacts>;
  readonly subjects: ReadonlyMap<string, string>;
  readonly existing: ReadonlyMap<string, Row<'outbox'>>;
  readonly events: ReadonlyMap<string, Row<'inbound_events'>>;
  readonly answers: Map<string, number>;
  readonly campaigns: ReadonlyMap<string, Row<'campaigns'>>;
  readonly confirmedStops: ReadonlySet<string>;
  readonly gate: Omit<GateState, 'campaign' | 'event' | 'answers'>;
}

const OPT_OUT_CONFIRMATION = 'opt_out_confirmation';

const keyOf = (r: { kind: string; occurrence: string; stage: string }): string =>
  `${r.kind}\0${r.occurrence}\0${r.stage}`;

function refusal(
  code: string,
  contactRef: string | null,
  outboxId: string | null,
  nextPermittedAt: number | null = null,
): ClaimResult {
  return { claimed: false, code, sentence: reasonFor(code).sentence, contactRef, outboxId, nextPermittedAt };
}

async function isDeaf(db: Db, sender: Sender, now: number): Promise<boolean> {
  if (sender.inboxSeenAt === null) return true;
  const silent = await db
    .selectFrom('outbox')
    .select('id')
    .where('sender_id', '=', sender.id)
    .where('state', '=', 'accepted')
    .where('accepted_at', '<', now - DEAF_AFTER_MS)
    .where('accepted_at', '>', sender.inboxSeenAt)
    .limit(1)
    .executeTakeFirst();
  if (!silent) return false;
  const row = await db
    .selectFrom('senders')
    .select('last_status_at')
    .where('id', '=', sender.id)
    .executeTakeFirst();
  return (row?.last_status_at ?? 0) < now - DEAF_AFTER_MS;
}

async function existingRows(
  db: Db,
  controllerId: string,
  requests: readonly SendRequest[],
): Promise<Map<string, Row<'outbox'>>> {
  const rows = await db
    .selectFrom('outbox')
    .selectAll()
    .where('controller_id', '=', controllerId)
    .where('kind', 'in', [...new Set(requests.map((r) => r.kind))])
    .where('occurrence', 'in', [...new Set(requests.map((r) => r.occurrence))])
    .execute();
  return new Map(rows.map((row) => [keyOf(row), row]));
}

async function eventsOf(
  db: Db,
  controllerId: string,
  requests: readonly SendRequest[],
): Promise<Pick<Batch, 'events' | 'answers'>> {
  const ids = requests.flatMap(({ basis }) =>
    basis.kind === 'reply' && isId(basis.eventId) ? [basis.eventId] : [],
  );
  if (ids.length === 0) return { events: new Map(), answers: new Map() };
  const events = await db
    .selectFrom('inbound_events')
    .selectAll()
    .where('controller_id', '=', controllerId)
    .where('id', 'in', ids)
    .execute();
  const answers = await db
    .selectFrom('outbox')
    .select(['event_id', (eb) => eb.fn.countAll<number>().as('count')])
    .where('event_id', 'in', ids)
    .where('state', 'in', COUNTING_STATES)
    .groupBy('event_id')
    .execute();
  return {
    events: new Map(events.map((row) => [row.id, row])),
    answers: new Map(answers.map((row) => [row.event_id ?? '', row.count])),
  };
}

/** Contacts whose latest STOP was confirmed already: one confirmation goes out, however often it is said. */
async function confirmedStops(
  db: Db,
  requests: readonly SendRequest[],
  facts: ReadonlyMap<string, LoadedFacts>,
): Promise<Set<string>> {
  if (!requests.some((request) => request.template === OPT_OUT_CONFIRMATION)) return new Set();
  const since = new Map([...facts.values()].map((each) => [each.contactId, lastStop(each)]));
  const rows = await db
    .selectFrom('outbox')
    .select(['contact_id', 'created_at'])
    .where('contact_id', 'in', [...since.keys()])
    .where('template', '=', OPT_OUT_CONFIRMATION)
    .where('state', 'in', COUNTING_STATES)
    .execute();
  const confirmed = rows.filter((row) => row.created_at >= (since.get(row.contact_id ?? '') ?? 0));
  return new Set(confirmed.map((row) => row.contact_id ?? ''));
}

function lastStop(facts: LoadedFacts): number {
  return Math.max(0, ...facts.suppressions.map((suppression) => suppression.occurredAt));
}

async function campaignsOf(
  db: Db,
  controllerId: string,
  requests: readonly SendRequest[],
): Promise<Map<string, Row<'campaigns'>>> {
  const keys = [...new Set(requests.flatMap((r) => (r.campaignKey ? [r.campaignKey] : [])))];
  if (keys.length === 0) return new Map();
  const rows = await db
    .selectFrom('campaigns')
    .selectAll()
    .where('controller_id', '=', controllerId)
    .where('key', 'in', keys)
    .execute();
  return new Map(rows.map((row) => [row.key, row]));
}

async function loadBatch(
  ctx: RegistryContext,
  tx: Db,
  context: ClaimContext,
  requests: readonly SendRequest[],
): Promise<Batch> {
  const now = ctx.clock.now();
  const controller = await controllerByKey(tx, context.controllerKey);
  const sender = await senderBy(tx, context.provider, context.phoneNumberId);
  if (sender.controllerId !== controller.id) {
    throw new CareError(
      'senderUnknown',
      'This sender belongs to another controller. Pick its own controller.',
      { field: 'controller' },
    );
  }
  const people = await resolvePeople(
    ctx,
    tx,
    controller,
    requests.map((request) => request.person),
  );
  const ids = people.flatMap((person) => (person.status === 'known' ? [person.contactId] : []));
  const facts = await loadFacts(tx, controller, ids, now);
  const testRows = await tx
    .selectFrom('sender_test_numbers')
    .select('lookup')
    .where('sender_id', '=', sender.id)
    .execute();
  return {
    controller,
    sender,
    people,
    facts,
    confirmedStops: await confirmedStops(tx, requests, facts),
    subjects: await loadSubjects(tx, ids),
    existing: await existingRows(tx, controller.id, requests),
    ...(await eventsOf(tx, controller.id, requests)),
    campaigns: await campaignsOf(tx, controller.id, requests),
    gate: {
      controller,
      policy: await currentPolicy(tx, controller.id),
      sender,
      now,
      runSize: context.runSize,
      deaf: await isDeaf(tx, sender, now),
      testLookups: new Set(testRows.map((row) => row.lookup)),
    },
  };
}

/** What an earlier row of the same occurrence and stage says; null: nothing stands in the way. */
function earlier(row: Row<'outbox'> | undefined): string | null {
  if (!row) return null;
  switch (row.state) {
    case 'claimed':
    case 'calling':
      return 'inFlight';
    case 'unknown':
      return 'answerLost';
    case 'failed':
      return row.code ?? 'providerRefused';
    case 'refused':
      return row.final === 1 ? (row.code ?? 'tooLate') : null;
    default:
      return 'alreadySent';
  }
}

function newRow(
  ctx: RegistryContext,
  batch: Batch,
  context: ClaimContext,
  request: SendRequest,
  contactId: string | null,
  subjectId: string | null,
  verdict: GateVerdict,
): NewRow<'outbox'> {
  const { now } = batch.gate;
  const ok = verdict.code === 'ok';
  const asks = request.asks;
  return {
    id: newId(ctx.random),
    controller_id: batch.controller.id,
    sender_id: batch.sender.id,
    contact_id: contactId,
    subject_id: subjectId,
    campaign_id: request.campaignKey ? (batch.campaigns.get(request.campaignKey)?.id ?? null) : null,
    event_id: request.basis.kind === 'reply' ? request.basis.eventId : null,
    basis: request.basis.kind,
    kind: request.kind,
    occurrence: request.occurrence,
    stage: request.stage,
    purpose: request.purpose,
    template: request.template,
    template_version: request.templateVersion,
    language: request.language,
    state: ok ? 'claimed' : 'refused',
    code: ok ? null : verdict.code,
    final: !ok && reasonFor(verdict.code).final ? 1 : 0,
    question: asks?.question ?? null,
    about: asks?.about ?? null,
    about_at: asks?.at ?? null,
    about_zone: asks?.zone ?? null,
    choices: asks?.choices ?? null,
    answered_event_id: null,
    message_lookup: null,
    provider_code: null,
    policy_version: batch.gate.policy.version,
    consent_event_id: verdict.consentEventId,
    owner: ok ? context.owner : null,
    lease_until: ok ? now + LEASE_MS : null,
    closes_at: request.closesAt,
    actor: context.actor,
    created_at: now,
    claimed_at: ok ? now : null,
    calling_at: null,
    accepted_at: null,
    sent_at: null,
    delivered_at: null,
    read_at: null,
    settled_at: ok ? null : now,
  };
}

async function write(tx: Db, row: NewRow<'outbox'>, before: Row<'outbox'> | undefined): Promise<string> {
  if (!before) {
    await tx.insertInto('outbox').values(row).execute();
    return row.id;
  }
  // A refusal that was not final is judged again and keeps its place and its id.
  const { id: _id, created_at: _createdAt, ...changed } = row;
  await tx.updateTable('outbox').set(changed).where('id', '=', before.id).execute();
  return before.id;
}

// Two requests of one batch must not both pass a cap that has room for one.
function countClaim(batch: Batch, request: SendRequest, contactId: string): void {
  const facts = batch.facts.get(contactId);
  if (request.basis.kind === 'purpose') {
    (facts?.sent as { purpose: string; at: number }[]).push({
      purpose: request.purpose,
      at: batch.gate.now,
    });
  } else {
    const { eventId } = request.basis;
    batch.answers.set(eventId, (batch.answers.get(eventId) ?? 0) + 1);
  }
}

async function claimOne(
  ctx: RegistryContext,
  tx: Db,
  batch: Batch,
  context: ClaimContext,
  request: SendRequest,
  person: Resolved,
  seen: Set<string>,
): Promise<ClaimResult> {
  const contactId = person.status === 'known' ? person.contactId : null;
  if (request.occurrence === '' || request.stage === '' || request.kind === '')
    return refusal('noOccurrence', contactId, null);
  const key = keyOf(request);
  const before = batch.existing.get(key);
  const standing = seen.has(key) ? 'duplicateRow' : earlier(before);
  if (standing) return refusal(standing, contactId, before?.id ?? null);
  seen.add(key);
  const subjectId = contactId
    ? subjectOf(ctx, batch.controller, contactId, request.subjectRef, batch.subjects)
    : null;
  const state: GateState = {
    ...batch.gate,
    campaign: request.campaignKey ? (batch.campaigns.get(request.campaignKey) ?? null) : null,
    event: request.basis.kind === 'reply' ? (batch.events.get(request.basis.eventId) ?? null) : null,
    answers: request.basis.kind === 'reply' ? (batch.answers.get(request.basis.eventId) ?? 0) : 0,
  };
  const facts = contactId ? (batch.facts.get(contactId) ?? null) : null;
  const repeated = request.template === OPT_OUT_CONFIRMATION && batch.confirmedStops.has(contactId ?? '');
  const verdict: GateVerdict =
    person.status === 'bad' || repeated
      ? {
          code: repeated ? 'optOutAlreadyConfirmed' : 'badPhone',
          consentEventId: null,
          nextPermittedAt: null,
          to: null,
        }
      : judge(ctx, state, request, facts, subjectId);
  const row = newRow(ctx, batch, context, request, contactId, subjectId ?? null, verdict);
  const id = context.dryRun ? row.id : await write(tx, row, before);
  if (verdict.code !== 'ok' || !verdict.to || !contactId) {
    return refusal(verdict.code, contactId, context.dryRun ? null : id, verdict.nextPermittedAt);
  }
  countClaim(batch, request, contactId);
  return { claimed: true, outboxId: id, contactRef: contactId, to: verdict.to };
}

function tally(results: readonly ClaimResult[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const result of results) {
    const code = result.claimed ? 'claimed' : result.code;
    counts[code] = (counts[code] ?? 0) + 1;
  }
  return counts;
}

/**
 * Decision and claim are one step: consent, suppression, policy, caps, quiet hours, window and mode are read and the
 * outbox row is written in one transaction. A STOP that was committed before refuses; one committed after finds the
 * message already in flight.
 */
export async function claimSends(
  ctx: RegistryContext,
  context: ClaimContext,
  requests: readonly SendRequest[],
): Promise<ClaimResult[]> {
  if (requests.length > MAX_CLAIM)
    throw new CareError('batchTooLarge', `At most ${MAX_CLAIM} messages are claimed at once.`);
  if (requests.length === 0) return [];
  return ctx.db.transaction().execute(async (tx) => {
    await recoverLeftovers(ctx, tx, context.owner);
    const batch = await loadBatch(ctx, tx, context, requests);
    const seen = new Set<string>();
    const results: ClaimResult[] = [];
    for (const [index, request] of requests.entries()) {
      results.push(
        await claimOne(ctx, tx, batch, context, request, batch.people[index] ?? { status: 'bad' }, seen),
      );
    }
    if (!context.dryRun) {
      const details = tally(results);
      await appendAudit(ctx, tx, batch.controller.id, {
        actor: context.actor,
        action: 'outbox.claim',
        object: `sender:${batch.sender.id}`,
        outcome: 'done',
        details,
      });
    }
    return results;
  });
}
