import { deriveConsent, type ConsentFact } from '../../../consent/derive';
import { effectiveRule } from '../../../policy';
import { PURPOSES, type ControllerPolicy } from '../../../policy/types';
import type { Db, RegistryContext } from '../../context';
import type { HandleView, PersonView } from '../../rightsApi';
import type { Row } from '../../schema';
import type { Controller, HandleKind, Verification } from '../../types';
import { currentPolicy } from '../controllers';
import { type HandleRow, loadFacts, type LoadedFacts } from '../facts';
import { openHandle } from '../people';

const ENDING = 2;

function handleView(ctx: RegistryContext, row: HandleRow): HandleView {
  const isNumber = row.kind === 'phone' || row.kind === 'waId';
  return {
    id: row.id,
    kind: row.kind as HandleKind,
    state: row.state as Verification,
    country: row.country,
    ending: isNumber ? openHandle(ctx, row).slice(-ENDING) : null,
    protectedSource: row.protected_source === 1,
    changedAt: row.changed_at,
  };
}

/** One line a purpose for the contact, and one for each data subject that something was said about. */
export function consentStates(
  events: readonly ConsentFact[],
  policy: ControllerPolicy,
  now: number,
): PersonView['consents'] {
  const subjects = [...new Set(events.map((event) => event.subjectId))];
  const whose = [null, ...subjects.filter((id) => id !== null)];
  return PURPOSES.flatMap((purpose) =>
    whose.flatMap((subjectId) => {
      const own = events.filter((event) => event.purpose === purpose && event.subjectId === subjectId);
      if (own.length === 0 && subjectId !== null) return [];
      const state = deriveConsent(own, effectiveRule(policy, purpose).validityDays, now);
      const eventId = state.status === 'none' ? null : state.eventId;
      return [{ purpose, subjectId, status: state.status, eventId }];
    }),
  );
}

function suppressionOf(facts: LoadedFacts): PersonView['suppression'] {
  if (facts.suppressions.some(({ scope }) => scope === 'all')) return 'all';
  return facts.suppressions.length > 0 ? 'marketing' : 'none';
}

/** Of an erased person nothing but the fact is left. */
const erasedView = (contactRef: string): PersonView => ({
  contactRef,
  handles: [],
  flags: { deceased: false, restricted: false, erased: true, wrongNumber: false },
  subjects: [],
  profile: [],
  tags: [],
  consents: [],
  suppression: 'all',
});

async function profileOf(db: Db, contactId: string, now: number): Promise<PersonView['profile']> {
  return db
    .selectFrom('contact_profile')
    .select(['field', 'value', 'source', 'set_at as setAt', 'expires_at as expiresAt'])
    .where('contact_id', '=', contactId)
    .where((eb) => eb.or([eb('expires_at', 'is', null), eb('expires_at', '>', now)]))
    .orderBy('field')
    .execute();
}

export async function personView(
  ctx: RegistryContext,
  db: Db,
  controller: Controller,
  contact: Row<'contacts'>,
): Promise<PersonView> {
  if (contact.erased_at !== null) return erasedView(contact.id);
  const now = ctx.clock.now();
  const facts = (await loadFacts(ctx, db, controller, [contact.id], now)).get(contact.id);
  if (!facts) return erasedView(contact.id);
  const subjects = await db
    .selectFrom('data_subjects')
    .select(['id', 'relation', 'adult_at as adultAt'])
    .where('contact_id', '=', contact.id)
    .orderBy('id')
    .execute();
  const tags = await db
    .selectFrom('contact_tags')
    .select('tag')
    .where('contact_id', '=', contact.id)
    .where('removed_at', 'is', null)
    .orderBy('tag')
    .execute();
  return {
    contactRef: contact.id,
    handles: facts.handleRows.map((row) => handleView(ctx, row)),
    flags: {
      deceased: facts.deceased,
      restricted: facts.restricted,
      erased: false,
      wrongNumber: facts.handleRows.some((row) => row.state === 'disputed'),
    },
    subjects,
    profile: await profileOf(db, contact.id, now),
    tags: tags.map((row) => row.tag),
    consents: consentStates(facts.consents, await currentPolicy(db, controller.id), now),
    suppression: suppressionOf(facts),
  };
}
