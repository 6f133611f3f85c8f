import type { Db, RegistryContext } from '../../context';
import type { PersonExport } from './exportSchema';
import { iso, isoOrNull } from './exportRows';

export async function profileFacts(
  db: Db,
  contactId: string,
): Promise<Pick<PersonExport, 'profile' | 'tags' | 'frequencies' | 'engagement'>> {
  const profile = await db
    .selectFrom('contact_profile')
    .selectAll()
    .where('contact_id', '=', contactId)
    .orderBy('field')
    .execute();
  const tags = await db
    .selectFrom('contact_tags')
    .selectAll()
    .where('contact_id', '=', contactId)
    .orderBy('tag')
    .execute();
  const frequencies = await db
    .selectFrom('contact_frequencies')
    .selectAll()
    .where('contact_id', '=', contactId)
    .orderBy('purpose')
    .execute();
  const engagement = await db
    .selectFrom('contact_engagement')
    .select(['month', 'kind', 'count'])
    .where('contact_id', '=', contactId)
    .orderBy('month')
    .orderBy('kind')
    .execute();
  return {
    profile: profile.map(({ field, value, source, set_at, expires_at }) => ({
      field,
      value,
      source,
      setAt: iso(set_at),
      expiresAt: isoOrNull(expires_at),
    })),
    tags: tags.map(({ tag, source, set_at, removed_at }) => ({
      tag,
      source,
      setAt: iso(set_at),
      removedAt: isoOrNull(removed_at),
    })),
    frequencies: frequencies.map(({ purpose, messages, days, set_at }) => ({
      purpose,
      messages,
      days,
      setAt: iso(set_at),
    })),
    engagement,
  };
}

export async function subjectsOf(
  ctx: RegistryContext,
  db: Db,
  contactId: string,
): Promise<PersonExport['subjects']> {
  const rows = await db
    .selectFrom('data_subjects')
    .selectAll()
    .where('contact_id', '=', contactId)
    .orderBy('id')
    .execute();
  return rows.map((row) => ({
    id: row.id,
    ref: ctx.keys.open(row.ref_sealed, `data_subjects:${row.id}`),
    relation: row.relation,
    adultAt: isoOrNull(row.adult_at),
    recordedAt: iso(row.created_at),
  }));
}

export async function messagesOf(db: Db, contactId: string): Promise<PersonExport['messages']> {
  const rows = await db
    .selectFrom('outbox')
    .selectAll()
    .where('contact_id', '=', contactId)
    .orderBy('created_at')
    .orderBy('id')
    .execute();
  return rows.map((row) => ({
    id: row.id,
    kind: row.kind,
    occurrence: row.occurrence,
    stage: row.stage,
    basis: row.basis,
    purpose: row.purpose,
    template: row.template,
    templateVersion: row.template_version,
    language: row.language,
    subjectId: row.subject_id,
    about: row.about,
    state: row.state,
    code: row.code,
    createdAt: iso(row.created_at),
    sentAt: isoOrNull(row.sent_at),
    deliveredAt: isoOrNull(row.delivered_at),
    readAt: isoOrNull(row.read_at),
  }));
}

export async function inboundOf(db: Db, contactId: string): Promise<PersonExport['inbound']> {
  const rows = await db
    .selectFrom('inbound_events')
    .selectAll()
    .where('contact_id', '=', contactId)
    .orderBy('occurred_at')
    .orderBy('id')
    .execute();
  return rows.map((row) => ({
    id: row.id,
    kind: row.kind,
    intent: row.intent,
    value: row.value,
    sensitive: row.sensitive === 1,
    categories: JSON.parse(row.categories ?? '[]') as string[],
    occurredAt: iso(row.occurred_at),
    receivedAt: iso(row.received_at),
  }));
}

/** @param contactIds the contact first; a workflow may have opened a task under a pseudonym from before a merge */
export async function deskFacts(
  db: Db,
  contactIds: readonly [string, ...string[]],
): Promise<Pick<PersonExport, 'tasks' | 'windows'>> {
  const tasks = await db
    .selectFrom('tasks')
    .select(['id', 'kind', 'state', 'about', 'created_at', 'closed_at'])
    .where('contact_id', 'in', contactIds)
    .orderBy('created_at')
    .execute();
  const windows = await db
    .selectFrom('service_windows')
    .innerJoin('senders', 'senders.id', 'service_windows.sender_id')
    .select(['senders.display_name as sender', 'service_windows.last_inbound_at as at'])
    .where('service_windows.contact_id', '=', contactIds[0])
    .execute();
  return {
    tasks: tasks.map(({ created_at, closed_at, ...task }) => ({
      ...task,
      createdAt: iso(created_at),
      closedAt: isoOrNull(closed_at),
    })),
    windows: windows.map(({ sender, at }) => ({ sender, lastInboundAt: iso(at) })),
  };
}
