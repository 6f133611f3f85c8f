import { z } from 'zod/v4';
import { type Db, groupBy, inChunks, type RegistryContext } from '../../context';
import type { Row } from '../../schema';
import { openHandle } from '../people';
import { exportedConsentSchema, type ExportedConsent, type PersonExport } from './exportSchema';

export const iso = (at: number): string => new Date(at).toISOString();
export const isoOrNull = (at: number | null): string | null => (at === null ? null : iso(at));

const bodySchema = z.object({ text: z.string().nullable(), mediaIds: z.array(z.string()) });
const proofSchema = exportedConsentSchema.shape.proof;

function consent(ctx: RegistryContext, row: Row<'consent_events'>): ExportedConsent {
  const proof = row.proof_sealed && ctx.keys.open(row.proof_sealed, `consent_events:${row.id}`);
  return exportedConsentSchema.parse({
    // A merged contact's event keeps its name, so that it is one event wherever it is read.
    id: row.copy_of ?? row.id,
    purpose: row.purpose,
    channel: row.channel,
    kind: row.kind,
    scope: row.scope,
    subjectId: row.subject_id,
    source: row.source,
    occurredAt: iso(row.occurred_at),
    recordedAt: iso(row.recorded_at),
    validUntil: isoOrNull(row.valid_until),
    proof: proof ? proofSchema.parse(JSON.parse(proof)) : null,
  });
}

export async function consentsOf(
  ctx: RegistryContext,
  db: Db,
  contactId: string,
): Promise<ExportedConsent[]> {
  const rows = await db
    .selectFrom('consent_events')
    .selectAll()
    .where('contact_id', '=', contactId)
    .orderBy('occurred_at')
    .orderBy('id')
    .execute();
  return rows.map((row) => consent(ctx, row));
}

export async function handlesAndSuppressions(
  ctx: RegistryContext,
  db: Db,
  contactId: string,
): Promise<Pick<PersonExport, 'handles' | 'suppressions'>> {
  const rows = await db
    .selectFrom('handles')
    .selectAll()
    .where('contact_id', '=', contactId)
    .orderBy('created_at')
    .orderBy('kind')
    .orderBy('id')
    .execute();
  const tokens = rows.map((row) => row.token);
  const suppressions = await inChunks(tokens, (slice) =>
    db
      .selectFrom('suppressions')
      .select(['scope', 'source', 'occurred_at', 'lifted_at'])
      .distinct()
      .where('token', 'in', slice)
      .orderBy('occurred_at')
      .execute(),
  );
  const handles = rows.map((row) => ({
    kind: row.kind as PersonExport['handles'][number]['kind'],
    value: openHandle(ctx, row),
    country: row.country,
    state: row.state as PersonExport['handles'][number]['state'],
    protectedSource: row.protected_source === 1,
    unreachableAt: isoOrNull(row.unreachable_at),
    recordedAt: iso(row.created_at),
    changedAt: iso(row.changed_at),
  }));
  return {
    handles,
    suppressions: suppressions.map(({ scope, source, occurred_at, lifted_at }) => ({
      scope,
      source,
      occurredAt: iso(occurred_at),
      liftedAt: isoOrNull(lifted_at),
    })),
  };
}

export async function conversationsOf(
  ctx: RegistryContext,
  db: Db,
  contactId: string,
): Promise<PersonExport['conversations']> {
  const conversations = await db
    .selectFrom('conversations')
    .selectAll()
    .where('contact_id', '=', contactId)
    .orderBy('opened_at')
    .execute();
  const entries = await db
    .selectFrom('conversation_entries')
    .innerJoin('conversations', 'conversations.id', 'conversation_entries.conversation_id')
    .selectAll('conversation_entries')
    .where('conversations.contact_id', '=', contactId)
    .orderBy('conversation_entries.at')
    .orderBy('conversation_entries.id')
    .execute();
  const byConversation = groupBy(entries, (row) => row.conversation_id);
  return conversations.map((row) => ({
    id: row.id,
    state: row.state,
    openedAt: iso(row.opened_at),
    closedAt: isoOrNull(row.closed_at),
    deletedAfter: isoOrNull(row.purge_at),
    entries: (byConversation.get(row.id) ?? []).map((entry) => ({
      direction: entry.direction === 'in' ? ('in' as const) : ('out' as const),
      at: iso(entry.at),
      ...bodySchema.parse(JSON.parse(ctx.keys.open(entry.body_sealed, `conversation_entries:${entry.id}`))),
    })),
  }));
}

/** Names of staff are other people's data (Art. 15(4)); the person learns what was done, not by whom. */
const STAFF = ['person', 'recordedBy'];

export async function auditOf(
  db: Db,
  controllerId: string,
  objects: readonly string[],
): Promise<PersonExport['audit']> {
  const rows = await db
    .selectFrom('audit_entries')
    .select(['seq', 'at', 'action', 'outcome', 'details'])
    .where('controller_id', '=', controllerId)
    .where('object', 'in', objects)
    .orderBy('seq')
    .execute();
  return rows.map((row) => ({
    seq: row.seq,
    at: iso(row.at),
    action: row.action,
    outcome: row.outcome,
    details: Object.fromEntries(
      Object.entries(JSON.parse(row.details) as PersonExport['audit'][number]['details']).filter(
        ([name]) => !STAFF.includes(name),
      ),
    ),
  }));
}
