import { sql, type SelectQueryBuilder } from 'kysely';
import { reasonFor, refusal } from '../policy';
import type { Purpose } from '../policy/types';
import type { RegistryContext } from '../registry/context';
import type { Row, Tables } from '../registry/schema';
import { controllerByKey } from '../registry/services/controllers';
import { resolvePeople } from '../registry/services/people';
import type { Controller, PersonRef } from '../registry/types';
import { LIKE_A_PHONE } from './discreet';
import {
  NOT_SENT_STATES,
  type NotSent,
  type NotSentFilter,
  type NotSentRow,
  type NotSentState,
} from './types';

const MOST = 10_000;
/** A refusal that was not final is judged again in its row, so the row's age says nothing. */
const DECIDED = sql<number>`coalesce(settled_at, calling_at, created_at)`;

/** Kinds and stages as the nodes write them; one of the user's own may be any text. */
const OURS = /^[a-z][A-Za-z]*\d{0,3}[a-z]?(:[a-z0-9-]{2,40})?$/;

async function contactOf(ctx: RegistryContext, controller: Controller, person: PersonRef): Promise<string> {
  // Also of somebody who was erased since: the facts stay, unlinked.
  if ('contactRef' in person) return person.contactRef;
  const [resolved] = await resolvePeople(ctx, ctx.db, controller, [person]);
  if (resolved?.status === 'known') return resolved.contactId;
  throw refusal(resolved?.status === 'bad' ? 'badPhone' : 'unknownContact', { field: 'person' });
}

function filtered<O>(
  query: SelectQueryBuilder<Tables, 'outbox', O>,
  controllerId: string,
  contactId: string | null,
  { since, until, code, kind, occurrence }: NotSentFilter,
): SelectQueryBuilder<Tables, 'outbox', O> {
  let found = query.where('controller_id', '=', controllerId).where('state', 'in', NOT_SENT_STATES);
  if (contactId !== null) found = found.where('contact_id', '=', contactId);
  if (since !== undefined) found = found.where(DECIDED, '>=', since);
  if (until !== undefined) found = found.where(DECIDED, '<', until);
  if (code !== undefined) found = found.where('code', '=', code);
  if (kind !== undefined) found = found.where('kind', '=', kind);
  if (occurrence !== undefined) found = found.where('occurrence', '=', occurrence);
  return found;
}

function toRow(ctx: RegistryContext, row: Row<'outbox'>): NotSentRow {
  const code = row.code ?? 'unexpected';
  const { sentence, final } = reasonFor(code);
  const hashed = (text: string) => ctx.keys.messageLookup('occurrence', text).slice(0, 22);
  const name = (text: string) => (OURS.test(text) && !LIKE_A_PHONE.test(text) ? text : hashed(text));
  return {
    outboxId: row.id,
    at: row.settled_at ?? row.calling_at ?? row.created_at,
    state: row.state as NotSentState,
    code,
    sentence,
    final: final || row.final === 1,
    kind: name(row.kind),
    stage: name(row.stage),
    occurrence: hashed(`${row.controller_id}\0${row.occurrence}`),
    purpose: row.purpose as Purpose,
    template: row.template,
    language: row.language,
    contactRef: row.contact_id,
    actor: row.actor,
    policyVersion: row.policy_version,
    consentEventId: row.consent_event_id,
    providerCode: row.provider_code,
  };
}

export async function whyNotSent(
  ctx: RegistryContext,
  controllerKey: string,
  filter: NotSentFilter,
): Promise<NotSent> {
  const controller = await controllerByKey(ctx.db, controllerKey);
  const contactId = filter.person ? await contactOf(ctx, controller, filter.person) : null;
  const outbox = ctx.db.selectFrom('outbox');
  const rows = await filtered(outbox.selectAll(), controller.id, contactId, filter)
    .orderBy(DECIDED, 'desc')
    .orderBy('id')
    .limit(Math.min(Math.max(1, Math.trunc(filter.limit)), MOST))
    .execute();
  const counted = outbox.select(['code', (eb) => eb.fn.countAll<number>().as('count')]);
  const counts = await filtered(counted, controller.id, contactId, filter).groupBy('code').execute();
  return {
    rows: rows.map((row) => toRow(ctx, row)),
    counts: Object.fromEntries(counts.map(({ code, count }) => [code ?? 'unexpected', count])),
  };
}
