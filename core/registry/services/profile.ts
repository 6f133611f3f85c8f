import { CareError } from '../../errors';
import { LANGUAGES } from '../../phi/types';
import type { Db, RegistryContext } from '../context';
import type { NewRow } from '../schema';
import { PROFILE_FIELDS as FIELDS, type ProfileInput } from '../types';

const MAX_VALUE = 60;
const TAG = /^[\p{L}\p{N}][\p{L}\p{N} _-]{0,38}$/u;

/** Values that were found neutral: an import says the same few areas and tags a hundred thousand times. */
const neutral = new Set<string>();
const MAX_REMEMBERED = 5_000;

/** A value of a profile or the name of a tag must not tell anything about health. */
function assertNeutral(ctx: RegistryContext, value: string, field: string): void {
  if (neutral.has(value)) return;
  if (value.length > MAX_VALUE || ctx.detectPhi(value).length > 0) {
    throw new CareError(
      'containsPhi',
      'A profile field or tag gives health or personal data away. Use a neutral name.',
      { field },
    );
  }
  if (neutral.size >= MAX_REMEMBERED) neutral.clear();
  neutral.add(value);
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

/** Tags in their normal form, as rows; a tag that was removed comes back. */
function tagRows(
  contactId: string,
  tags: readonly string[],
  source: string,
  eventId: string | null,
  now: number,
): NewRow<'contact_tags'>[] {
  return [...new Set(tags)].map((tag) => ({
    contact_id: contactId,
    tag,
    source,
    event_id: eventId,
    set_at: now,
    removed_at: null,
  }));
}

export async function setTags(
  ctx: RegistryContext,
  tx: Db,
  contactId: string,
  tags: readonly string[],
  source: string,
  eventId: string | null,
): Promise<void> {
  const names = tags.map((tag) => normalizeTag(ctx, tag));
  const rows = tagRows(contactId, names, source, eventId, ctx.clock.now());
  await ctx.engine.insertAll(tx, 'contact_tags', rows, ['contact_id', 'tag']);
}

/** Refuses a profile that must not be stored, before anything of its row is written. */
export function checkProfile(ctx: RegistryContext, profile: ProfileInput): void {
  for (const field of FIELDS) {
    const value = profile[field];
    if (value !== undefined && field !== 'zone') assertNeutral(ctx, value, field);
  }
  for (const tag of profile.tags ?? []) normalizeTag(ctx, tag);
}

/** A profile that `checkProfile` has passed, and whose it is. */
export interface OwnProfile {
  readonly contactId: string;
  readonly profile: ProfileInput;
  readonly source: string;
}

function profileRows({ contactId, profile, source }: OwnProfile, now: number): NewRow<'contact_profile'>[] {
  return FIELDS.flatMap((field) => {
    const value = profile[field];
    if (value === undefined || value === '') return [];
    if (field === 'language' && !(LANGUAGES as readonly string[]).includes(value)) return [];
    const expiresAt = profile.expires?.[field] ?? null;
    return [{ contact_id: contactId, field, value, source, set_at: now, expires_at: expiresAt }];
  });
}

/** The last row of each key: one statement cannot write the same row twice. */
function lastOf<T>(rows: readonly T[], key: (row: T) => string): T[] {
  return [...new Map(rows.map((row) => [key(row), row])).values()];
}

/** Writes the profiles of a batch; where one contact stands in it twice, the later one counts. */
export async function saveProfiles(
  ctx: RegistryContext,
  tx: Db,
  profiles: readonly OwnProfile[],
): Promise<void> {
  const now = ctx.clock.now();
  const fields = profiles.flatMap((each) => profileRows(each, now));
  const tags = profiles.flatMap(({ contactId, profile, source }) => {
    const names = (profile.tags ?? []).map((tag) => tag.trim().toLowerCase());
    return tagRows(contactId, names, source, null, now);
  });
  await ctx.engine.insertAll(
    tx,
    'contact_profile',
    lastOf(fields, (row) => `${row.contact_id}\0${row.field}`),
    ['contact_id', 'field'],
  );
  await ctx.engine.insertAll(
    tx,
    'contact_tags',
    lastOf(tags, (row) => `${row.contact_id}\0${row.tag}`),
    ['contact_id', 'tag'],
  );
}
