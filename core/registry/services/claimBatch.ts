import { capabilitiesOf } from '../../messaging/providers';
import type { Db, RegistryContext } from '../context';
import { isId } from '../ids';
import type { Row } from '../schema';
import type { ClaimContext, Controller, Sender, SendRequest } from '../types';
import { currentPolicy } from './controllers';
import { COUNTING_STATES, loadFacts, loadSubjects, type LoadedFacts } from './facts';
import type { GateState } from './gate';
import { type Limits, loadLimits } from './limits';
import { type Resolved, resolvePeople, suppressedStrangers } from './people';

/** No status for accepted messages in this time: the sender has no ears (docs/design, section 4). */
const DEAF_AFTER_MS = 30 * 60_000;

/** All that the claims of one batch are judged by, read in the transaction that writes them. */
export interface Batch {
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
  readonly strangers: ReadonlySet<string>;
  readonly limits: Limits;
  readonly gate: Omit<GateState, 'campaign' | 'event' | 'answers' | 'stranger'>;
}

export const OPT_OUT_CONFIRMATION = 'opt_out_confirmation';

export const keyOf = (r: { kind: string; occurrence: string; stage: string }): string =>
  `${r.kind}\0${r.occurrence}\0${r.stage}`;

async function isDeaf(db: Db, sender: Sender, now: number): Promise<boolean> {
  if (sender.inboxSeenAt === null) return true;
  // Where no status ever comes, its absence says nothing.
  if (!capabilitiesOf(sender.provider).status) return false;
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

/** Contacts whose STOP stands and was confirmed: one confirmation goes out, however often it is said. */
async function confirmedStops(
  db: Db,
  requests: readonly SendRequest[],
  facts: ReadonlyMap<string, LoadedFacts>,
): Promise<Set<string>> {
  if (!requests.some((request) => request.template === OPT_OUT_CONFIRMATION)) return new Set();
  const stopped = [...facts.values()].filter(({ suppressions }) => suppressions.length > 0);
  const since = new Map(stopped.map((each) => [each.contactId, lastStop(each)]));
  if (since.size === 0) return new Set();
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

/** Reads everything in a number of queries that does not grow with the batch. */
export async function loadBatch(
  ctx: RegistryContext,
  tx: Db,
  controller: Controller,
  sender: Sender,
  context: ClaimContext,
  requests: readonly SendRequest[],
): Promise<Batch> {
  const now = ctx.clock.now();
  const people = await resolvePeople(
    ctx,
    tx,
    controller,
    requests.map((request) => request.person),
  );
  const ids = people.flatMap((person) => (person.status === 'known' ? [person.contactId] : []));
  const facts = await loadFacts(ctx, tx, controller, ids, now);
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
    strangers: await suppressedStrangers(ctx, tx, controller.id, people),
    confirmedStops: await confirmedStops(tx, requests, facts),
    subjects: await loadSubjects(ctx, tx, ids),
    limits: await loadLimits(ctx, tx, sender, ids),
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
