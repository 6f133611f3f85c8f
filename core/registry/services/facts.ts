import type { ContactFacts, HandleFact } from '../../consent/decide';
import type { ConsentFact } from '../../consent/derive';
import type { Purpose } from '../../policy/types';
import { zonesOfCountry } from '../../schedule';
import { type Db, groupBy, inChunks } from '../context';
import type { Row } from '../schema';
import type { ConsentKind, Controller, Relation, Verification } from '../types';

/** The facts of a contact, with the handle rows that the claim needs for the address. */
export interface LoadedFacts extends ContactFacts {
  readonly contactId: string;
  readonly handleRows: readonly Row<'handles'>[];
  readonly language: string | null;
  readonly suppressions: readonly {
    readonly id: string;
    readonly scope: 'all' | 'marketing';
    readonly occurredAt: number;
  }[];
}

/** States in which a message counts against a cap: whatever may have reached the person. */
export const COUNTING_STATES = [
  'claimed',
  'calling',
  'accepted',
  'sent',
  'delivered',
  'read',
  'unknown',
] as const;

const YEAR = 366 * 86_400_000;

export function handleFact(row: Row<'handles'>): HandleFact {
  return {
    state: row.state as Verification,
    country: row.country,
    protectedSource: row.protected_source === 1,
    unreachableAt: row.unreachable_at,
  };
}

function consentFact(row: Row<'consent_events'>): ConsentFact {
  return {
    id: row.id,
    purpose: row.purpose,
    subjectId: row.subject_id,
    kind: row.kind as ConsentKind,
    scope: row.scope,
    hasProof: row.has_proof === 1,
    occurredAt: row.occurred_at,
    validUntil: row.valid_until,
  };
}

function zonesOf(
  profileZone: string | undefined,
  handles: readonly Row<'handles'>[],
  controller: Controller,
): string[] {
  if (profileZone) return [profileZone];
  const countries = new Set(handles.flatMap((handle) => (handle.country ? [handle.country] : [])));
  const zones = [...countries].flatMap((c) =>
    c === controller.country ? [controller.zone] : zonesOfCountry(c),
  );
  return zones.length > 0 ? zones : [controller.zone];
}

/** Loads the facts of a batch of contacts: eight queries for each thousand people, however many there are stored. */
export async function loadFacts(
  db: Db,
  controller: Controller,
  contactIds: readonly string[],
  now: number,
): Promise<Map<string, LoadedFacts>> {
  const unique = [...new Set(contactIds)];
  const loaded = await inChunks(unique, (ids) => loadSlice(db, controller, ids, now));
  return new Map(loaded.map((facts) => [facts.contactId, facts]));
}

async function loadSlice(
  db: Db,
  controller: Controller,
  ids: readonly string[],
  now: number,
): Promise<LoadedFacts[]> {
  const contacts = await db.selectFrom('contacts').selectAll().where('id', 'in', ids).execute();
  const handles = await db
    .selectFrom('handles')
    .selectAll()
    .where('contact_id', 'in', ids)
    .orderBy('created_at')
    .execute();
  const consents = await db.selectFrom('consent_events').selectAll().where('contact_id', 'in', ids).execute();
  const profiles = await db
    .selectFrom('contact_profile')
    .selectAll()
    .where('contact_id', 'in', ids)
    .where((eb) => eb.or([eb('expires_at', 'is', null), eb('expires_at', '>', now)]))
    .execute();
  const frequencies = await db
    .selectFrom('contact_frequencies')
    .selectAll()
    .where('contact_id', 'in', ids)
    .execute();
  const sent = await db
    .selectFrom('outbox')
    .select(['contact_id', 'purpose', 'created_at', 'claimed_at'])
    .where('contact_id', 'in', ids)
    .where('created_at', '>', now - YEAR)
    .where('basis', '=', 'purpose')
    .where('state', 'in', COUNTING_STATES)
    .execute();
  const suppressions = await suppressionsOf(db, controller.id, handles);
  const subjects = await db
    .selectFrom('data_subjects')
    .select(['id', 'contact_id', 'relation', 'adult_at'])
    .where('contact_id', 'in', ids)
    .execute();

  const handlesBy = groupBy(handles, (row) => row.contact_id);
  const consentsBy = groupBy(consents, (row) => row.contact_id);
  const profilesBy = groupBy(profiles, (row) => row.contact_id);
  const frequenciesBy = groupBy(frequencies, (row) => row.contact_id);
  const subjectsBy = groupBy(subjects, (row) => row.contact_id);
  const sentBy = groupBy(sent, (row) => row.contact_id ?? '');

  return contacts.map((contact): LoadedFacts => {
    const own = handlesBy.get(contact.id) ?? [];
    const profile = new Map((profilesBy.get(contact.id) ?? []).map((row) => [row.field, row.value]));
    return {
      contactId: contact.id,
      deceased: contact.deceased_at !== null,
      restricted: contact.restricted_at !== null,
      adultAt: contact.adult_at,
      subjects: (subjectsBy.get(contact.id) ?? []).map((row) => ({
        id: row.id,
        relation: row.relation as Relation,
        adultAt: row.adult_at,
      })),
      handleRows: own,
      handles: own.map(handleFact),
      consents: (consentsBy.get(contact.id) ?? []).map(consentFact),
      suppressions: own.flatMap((row) => suppressions.get(row.token) ?? []),
      sent: (sentBy.get(contact.id) ?? []).map((row) => ({
        purpose: row.purpose as Purpose,
        at: row.claimed_at ?? row.created_at,
      })),
      frequencies: (frequenciesBy.get(contact.id) ?? []).map((row) => ({
        purpose: row.purpose as Purpose,
        messages: row.messages,
        days: row.days,
      })),
      zones: zonesOf(profile.get('zone'), own, controller),
      language: profile.get('language') ?? null,
    };
  });
}

async function suppressionsOf(
  db: Db,
  controllerId: string,
  handles: readonly Row<'handles'>[],
): Promise<Map<string, (LoadedFacts['suppressions'][number] & { token: string })[]>> {
  const rows = await inChunks([...new Set(handles.map((handle) => handle.token))], (slice) =>
    db
      .selectFrom('suppressions')
      .select(['id', 'token', 'scope', 'occurred_at as occurredAt'])
      .where('controller_id', '=', controllerId)
      .where('token', 'in', slice)
      .where('lifted_at', 'is', null)
      .execute(),
  );
  return groupBy(rows, (row) => row.token);
}

/** Data subjects of a batch, by `contact id + look-up`. */
export async function loadSubjects(db: Db, contactIds: readonly string[]): Promise<Map<string, string>> {
  const rows = await inChunks([...new Set(contactIds)], (slice) =>
    db
      .selectFrom('data_subjects')
      .select(['id', 'contact_id', 'lookup'])
      .where('contact_id', 'in', slice)
      .execute(),
  );
  return new Map(rows.map((row) => [`${row.contact_id}\0${row.lookup}`, row.id]));
}
