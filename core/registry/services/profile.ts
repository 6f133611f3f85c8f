import { CareError } from '../../errors';
import { LANGUAGES } from '../../phi/types';
import type { Db, RegistryContext } from '../context';
import { PROFILE_FIELDS as FIELDS, type ProfileInput } from '../types';

const MAX_VALUE = 60;
const TAG = /^[\p{L}\p{N}][\p{L}\p{N} _-]{0,38}$/u;

/** A value of a profile or the name of a tag must not tell anything about health. */
function assertNeutral(ctx: RegistryContext, value: string, field: string): void {
  if (value.length > MAX_VALUE || ctx.detectPhi(value).length > 0) {
    throw new CareError(
      'containsPhi',
      'A profile field or tag gives health or personal data away. Use a neutral name.',
      { field },
    );
  }
}

export function normalizeTag(ctx: RegistryContext, tag: string): string {
  const name = tag.trim().toLowerCase();
  if (!TAG.test(name)) {
    throw new CareError('tagInvalid', 'A tag takes up to 39 letters, digits, spaces and hyphens.', {
      field: 'tags',
    });
  }
  assertNeutral(ctx, name, 'tags');
  return name;
}

export async function setTags(
  ctx: RegistryContext,
  tx: Db,
  contactId: string,
  tags: readonly string[],
  source: string,
  eventId: string | null,
): Promise<void> {
  const now = ctx.clock.now();
  for (const tag of tags) {
    const name = normalizeTag(ctx, tag);
    await tx
      .insertInto('contact_tags')
      .values({ contact_id: contactId, tag: name, source, event_id: eventId, set_at: now, removed_at: null })
      .onConflict((conflict) =>
        conflict
          .columns(['contact_id', 'tag'])
          .doUpdateSet({ source, event_id: eventId, set_at: now, removed_at: null }),
      )
      .execute();
  }
}

/** Refuses a profile that must not be stored, before anything of its row is written. */
export function checkProfile(ctx: RegistryContext, profile: ProfileInput): void {
  for (const field of FIELDS) {
    const value = profile[field];
    if (value !== undefined && field !== 'zone') assertNeutral(ctx, value, field);
  }
  for (const tag of profile.tags ?? []) normalizeTag(ctx, tag);
}

/** Writes a profile that `checkProfile` has passed. */
export async function saveProfile(
  ctx: RegistryContext,
  tx: Db,
  contactId: string,
  profile: ProfileInput,
  source: string,
): Promise<void> {
  const now = ctx.clock.now();
  for (const field of FIELDS) {
    const value = profile[field];
    if (value === undefined || value === '') continue;
    if (field === 'language' && !(LANGUAGES as readonly string[]).includes(value)) continue;
    const set = { value, source, set_at: now, expires_at: profile.expires?.[field] ?? null };
    await tx
      .insertInto('contact_profile')
      .values({ contact_id: contactId, field, ...set })
      .onConflict((conflict) => conflict.columns(['contact_id', 'field']).doUpdateSet(set))
      .execute();
  }
  await setTags(ctx, tx, contactId, profile.tags ?? [], source, null);
}
