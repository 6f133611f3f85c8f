import { decide } from '../../consent/decide';
import { LANGUAGES, type Language } from '../../phi/types';
import type { ReasonCode } from '../../policy/reasons';
import type { AudienceService } from '../api';
import { type Db, groupBy, inChunks, type RegistryContext } from '../context';
import type { AudienceFilter, AudienceResult, Controller } from '../types';
import { controllerByKey, currentPolicy } from './controllers';
import { loadFacts } from './facts';

interface Profile {
  readonly contactId: string;
  readonly fields: ReadonlyMap<string, string>;
  readonly tags: ReadonlySet<string>;
}

const PAGE = 1000;

async function pageOfContacts(db: Db, controllerId: string, after: string): Promise<string[]> {
  const rows = await db
    .selectFrom('contacts')
    .select('id')
    .where('controller_id', '=', controllerId)
    .where('erased_at', 'is', null)
    .where('merged_into', 'is', null)
    .where('id', '>', after)
    .orderBy('id')
    .limit(PAGE)
    .execute();
  return rows.map((row) => row.id);
}

async function profilesOf(db: Db, ids: readonly string[], now: number): Promise<Profile[]> {
  const fields = await inChunks(ids, (slice) =>
    db
      .selectFrom('contact_profile')
      .select(['contact_id', 'field', 'value'])
      .where('contact_id', 'in', slice)
      .where((eb) => eb.or([eb('expires_at', 'is', null), eb('expires_at', '>', now)]))
      .execute(),
  );
  const tags = await inChunks(ids, (slice) =>
    db
      .selectFrom('contact_tags')
      .select(['contact_id', 'tag'])
      .where('contact_id', 'in', slice)
      .where('removed_at', 'is', null)
      .execute(),
  );
  const fieldsBy = groupBy(fields, (row) => row.contact_id);
  const tagsBy = groupBy(tags, (row) => row.contact_id);
  return ids.map((contactId) => ({
    contactId,
    fields: new Map((fieldsBy.get(contactId) ?? []).map((row) => [row.field, row.value])),
    tags: new Set((tagsBy.get(contactId) ?? []).map((row) => row.tag)),
  }));
}

const within = (wanted: readonly string[] | undefined, value: string | undefined): boolean =>
  wanted === undefined || wanted.length === 0 || (value !== undefined && wanted.includes(value));

/** The first criterion that leaves a contact out; null: all are met. None of them is about health. */
function leftOutBy(profile: Profile, filter: AudienceFilter): ReasonCode | null {
  if (!within(filter.areas, profile.fields.get('area'))) return 'otherArea';
  if (!within(filter.languages, profile.fields.get('language'))) return 'otherLanguage';
  if (!within(filter.relations, profile.fields.get('relation'))) return 'otherRelation';
  if (!within(filter.preferredTimes, profile.fields.get('preferredTime'))) return 'otherTime';
  const interests = (filter.interests ?? []).map((tag) => tag.trim().toLowerCase());
  return interests.length > 0 && !interests.some((tag) => profile.tags.has(tag)) ? 'noInterest' : null;
}

function languageOf(profile: Profile, controller: Controller): Language {
  const own = profile.fields.get('language');
  return LANGUAGES.find((language) => language === own) ?? controller.languages[0] ?? 'en';
}

async function select(
  ctx: RegistryContext,
  controllerKey: string,
  filter: AudienceFilter,
): Promise<AudienceResult> {
  const now = ctx.clock.now();
  const controller = await controllerByKey(ctx.db, controllerKey);
  const policy = await currentPolicy(ctx.db, controller.id);
  const audience: AudienceResult['audience'][number][] = [];
  const leftOut: Record<string, number> = {};
  const leave = (code: string): void => {
    leftOut[code] = (leftOut[code] ?? 0) + 1;
  };
  let after = '';
  for (;;) {
    const ids = await pageOfContacts(ctx.db, controller.id, after);
    const facts = await loadFacts(ctx, ctx.db, controller, ids, now);
    for (const profile of await profilesOf(ctx.db, ids, now)) {
      const known = facts.get(profile.contactId);
      const code =
        leftOutBy(profile, filter) ??
        (known
          ? decide(known, { purpose: filter.purpose, subjectId: null }, policy, now).code
          : 'unknownContact');
      // Quiet hours pass with the night; the audience is chosen now and sent when Consent Check lets it.
      if (code === 'ok' || code === 'quietHours') {
        audience.push({
          contactRef: profile.contactId,
          language: languageOf(profile, controller),
          area: profile.fields.get('area') ?? null,
        });
      } else leave(code);
    }
    if (ids.length < PAGE) return { audience, leftOut };
    after = ids[ids.length - 1] ?? after;
  }
}

export function createAudienceService(ctx: RegistryContext): AudienceService {
  return { select: (controllerKey, filter) => select(ctx, controllerKey, filter) };
}
