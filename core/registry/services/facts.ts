import type { Selectable } from 'kysely';
import type { ContactFacts, HandleFact } from '../../consent/decide';
import type { ConsentFact } from '../../consent/derive';
import type { Purpose } from '../../policy/types';
import { zonesOfCountry } from '../../schedule';
import { type Db, groupBy, type RegistryContext, together } from '../context';
import type { Tables } from '../schema';
import type { ConsentKind, Controller, Relation, Verification } from '../types';

const HANDLE_COLUMNS = [
  'id',
  'contact_id',
  'kind',
  'value_sealed',
  'token',
  'country',
  'state',
  'protected_source',
  'unreachable_at',
  'changed_at',
] as const;
const CONSENT_COLUMNS = [
  'id',
  'contact_id',
  'subject_id',
  'purpose',
  'kind',
  'scope',
  'has_proof',
  'occurred_at',
  'valid_until',
] as const;

/** What a decision and a call need of a handle. */
export type HandleRow = Pick<Selectable<Tables['handles']>, (typeof HANDLE_COLUMNS)[number]>;
type ConsentRow = Pick<Selectable<Tables['consent_events']>, (typeof CONSENT_COLUMNS)[number]>;

interface Suppression {
  readonly id: string;
  readonly scope: 'all' | 'marketing';
  readonly occurredAt: number;
}

/** The facts of a contact, with the handle rows that the claim needs for the address. */
export interface LoadedFacts extends ContactFacts {
  readonly contactId: string;
  readonly handleRows: readonly HandleRow[];
  readonly language: string | null;
  readonly suppressions: readonly Suppression[];
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

export function handleFact(row: HandleRow): HandleFact {
  return {
    state: row.state as Verification,
    country: row.country,
    protectedSource: row.protected_source === 1,
    unreachableAt: row.unreachable_at,
  };
}

function consentFact(row: ConsentRow): ConsentFact {
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
  handles: readonly HandleRow[],
  controller: Controller,
): string[] {
  if (profileZone) return [profileZone];
  const countries = new Set(handles.flatMap((handle) => (handle.country ? [handle.country] : [])));
  const zones = [...countries].flatMap((c) =>
    c === controller.country ? [controller.zone] : zonesOfCountry(c),
  );
  return zones.length > 0 ? zones : [controller.zone];
}

/** What the queries of one batch ask by. */
interface Asked {
  readonly ctx: RegistryContext;
  readonly db: Db;
  readonly ids: readonly string[];
  readonly now: number;
}

const contactRows = ({ ctx, db, ids }: Asked) =>
  db
    .selectFrom('contacts')
    .select(['id', 'deceased_at', 'restricted_at', 'adult_at'])
    .where('id', 'in', ctx.engine.list(ids))
    .execute();

const handleRows = ({ ctx, db, ids }: Asked) =>
  db
    .selectFrom('handles')
    .select(HANDLE_COLUMNS)
    .where('contact_id', 'in', ctx.engine.list(ids))
    .orderBy('created_at')
    .execute();

const consentRows = ({ ctx, db, ids }: Asked) =>
  db
    .selectFrom('consent_events')
    .select(CONSENT_COLUMNS)
    .where('contact_id', 'in', ctx.engine.list(ids))
    .execute();

const profileRows = ({ ctx, db, ids, now }: Asked) =>
  db
    .selectFrom('contact_profile')
    .select(['contact_id', 'field', 'value'])
    .where('contact_id', 'in', ctx.engine.list(ids))
    .where('field', 'in', ['zone', 'language'])
    .where((eb) => eb.or([eb('expires_at', 'is', null), eb('expires_at', '>', now)]))
    .execute();

const subjectRows = ({ ctx, db, ids }: Asked) =>
  db
    .selectFrom('data_subjects')
    .select(['id', 'contact_id', 'relation', 'adult_at'])
    .where('contact_id', 'in', ctx.engine.list(ids))
    .execute();

const frequencyRows = ({ ctx, db, ids }: Asked) =>
  db
    .selectFrom('contact_frequencies')
    .select(['contact_id', 'purpose', 'messages', 'days'])
    .where('contact_id', 'in', ctx.engine.list(ids))
    .execute();

const sentRows = ({ ctx, db, ids, now }: Asked) =>
  db
    .selectFrom('outbox')
    .select(['contact_id', 'purpose', 'created_at', 'claimed_at'])
    .where('contact_id', 'in', ctx.engine.list(ids))
    .where('created_at', '>', now - YEAR)
    .where('basis', '=', 'purpose')
    .where('state', 'in', COUNTING_STATES)
    .execute();

const suppressionRows = ({ ctx, db }: Asked, controller: Controller, handles: readonly HandleRow[]) =>
  db
    .selectFrom('suppressions')
    .select(['id', 'token', 'scope', 'occurred_at as occurredAt'])
    .where('controller_id', '=', controller.id)
    .where('token', 'in', ctx.engine.list([...new Set(handles.map((handle) => handle.token))]))
    .where('lifted_at', 'is', null)
    .execute();

/** Loads the facts of a batch of contacts: eight queries, however many are asked for and however many are stored. */
export async function loadFacts(
  ctx: RegistryContext,
  db: Db,
  controller: Controller,
  contactIds: readonly string[],
  now: number,
): Promise<Map<string, LoadedFacts>> {
  const ids = [...new Set(contactIds)];
  if (ids.length === 0) return new Map();
  const asked: Asked = { ctx, db, ids, now };
  const [contacts, handles, consents, profiles, subjects, frequencies, sent] = await together(db, [
    () => contactRows(asked),
    () => handleRows(asked),
    () => consentRows(asked),
    () => profileRows(asked),
    () => subjectRows(asked),
    () => frequencyRows(asked),
    () => sentRows(asked),
  ]);
  const suppressions = await suppressionRows(asked, controller, handles);

  const handlesBy = groupBy(handles, (row) => row.contact_id);
  const consentsBy = groupBy(consents, (row) => row.contact_id);
  const profilesBy = groupBy(profiles, (row) => row.contact_id);
  const subjectsBy = groupBy(subjects, (row) => row.contact_id);
  const frequenciesBy = groupBy(frequencies, (row) => row.contact_id);
  const sentBy = groupBy(sent, (row) => row.contact_id ?? '');
  const suppressionsBy = groupBy(suppressions, (row) => row.token);

  const facts = contacts.map((contact): LoadedFacts => {
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
      suppressions: own.flatMap((row) => suppressionsBy.get(row.token) ?? []),
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
  return new Map(facts.map((each) => [each.contactId, each]));
}

/** Data subjects of a batch, by `contact id + look-up`. */
export async function loadSubjects(
  ctx: RegistryContext,
  db: Db,
  contactIds: readonly string[],
): Promise<Map<string, string>> {
  if (contactIds.length === 0) return new Map();
  const rows = await db
    .selectFrom('data_subjects')
    .select(['id', 'contact_id', 'lookup'])
    .where('contact_id', 'in', ctx.engine.list([...new Set(contactIds)]))
    .execute();
  return new Map(rows.map((row) => [`${row.contact_id}\0${row.lookup}`, row.id]));
}
