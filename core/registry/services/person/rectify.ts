import { z } from 'zod/v4';
import { adultAt, isBirthDate } from '../../../consent/age';
import { refusal } from '../../../policy';
import type { Db, RegistryContext } from '../../context';
import { normalizePhone } from '../../phone';
import type { PersonQuery, Rectification } from '../../rightsApi';
import { type Actor, type Controller, PROFILE_FIELDS, type ProfileInput } from '../../types';
import { appendAudit } from '../audit';
import { parseInput } from '../controllers';
import { addHandle, phoneHandle, subjectLookups } from '../people';
import { checkProfile, saveProfiles } from '../profile';
import { chosenHandles, handlesOf } from './handles';
import { locate } from './locate';
import { carrySuppressions } from './suppressions';
import { namedPerson } from './vouched';

const schema = z
  .strictObject({
    profile: z.partialRecord(z.enum(PROFILE_FIELDS), z.string().trim().min(1).nullable()).optional(),
    profileExpiresAt: z.int().positive().optional(),
    phone: z
      .strictObject({
        number: z.string().min(1),
        country: z.string().optional(),
        replaces: z.string().optional(),
      })
      .optional(),
    subject: z
      .strictObject({
        ref: z.string().min(1),
        relation: z.enum(['child', 'caredFor']).optional(),
        birthDate: z.string().optional(),
      })
      .optional(),
    birthDate: z.string().optional(),
    deceased: z.boolean().optional(),
    source: z.string().trim().min(1).max(120),
  })
  .refine((change) => Object.keys(change).some((key) => key !== 'source' && key !== 'profileExpiresAt'), {
    path: ['change'],
    message: 'holds nothing to correct',
  });
type Change = z.infer<typeof schema>;

interface Target {
  readonly controller: Controller;
  readonly person: PersonQuery;
  readonly contactId: string;
}

async function rectifyProfile(
  ctx: RegistryContext,
  tx: Db,
  contactId: string,
  change: Change,
): Promise<void> {
  const given = Object.entries(change.profile ?? {});
  const taken = given.flatMap(([field, value]) => (value === null ? [field] : []));
  const set = given.filter(([, value]) => value !== null);
  const until = change.profileExpiresAt;
  const profile = {
    ...Object.fromEntries(set),
    ...(until === undefined ? {} : { expires: Object.fromEntries(set.map(([field]) => [field, until])) }),
  } as ProfileInput;
  checkProfile(ctx, profile);
  await saveProfiles(ctx, tx, [{ contactId, profile, source: change.source }]);
  if (taken.length === 0) return;
  await tx
    .deleteFrom('contact_profile')
    .where('contact_id', '=', contactId)
    .where('field', 'in', taken)
    .execute();
}

/** @throws CareError `birthDateInvalid` */
function comesOfAge(birthDate: string, now: number): number | null {
  if (!isBirthDate(birthDate, now)) throw refusal('birthDateInvalid', { field: 'birthDate' });
  return adultAt(birthDate);
}

/** The wrong number goes at once; whether the new one is the person's is not known yet. A STOP goes along. */
async function rectifyPhone(
  ctx: RegistryContext,
  tx: Db,
  { controller, person, contactId }: Target,
  phone: NonNullable<Change['phone']>,
): Promise<void> {
  const next = normalizePhone(phone.number, phone.country ?? controller.country);
  if (!next) throw refusal('badPhone', { field: 'phone' });
  const wanted = phoneHandle(ctx, controller.id, next.e164, next.country);
  const [holder] = await tx
    .selectFrom('handles')
    .select('contact_id')
    .where('controller_id', '=', controller.id)
    .where('token', '=', wanted.token)
    .execute();
  if (holder && holder.contact_id !== contactId) throw refusal('handleTaken', { field: 'phone' });
  const old = chosenHandles(ctx, controller, person, await handlesOf(tx, contactId), phone.replaces);
  if (old.some((handle) => handle.token === wanted.token)) return;
  const ids = old.map((handle) => handle.id);
  await tx
    .updateTable('handles')
    .set({ state: 'void', changed_at: ctx.clock.now() })
    .where('id', 'in', ids)
    .execute();
  await addHandle(ctx, tx, controller.id, contactId, wanted, 'unverified');
  if (old.some((handle) => handle.protected_source === 1)) {
    await tx
      .updateTable('handles')
      .set({ protected_source: 1 })
      .where('contact_id', '=', contactId)
      .where('token', '=', wanted.token)
      .execute();
  }
  await carrySuppressions(ctx, tx, controller.id, contactId);
}

async function rectifySubject(
  ctx: RegistryContext,
  tx: Db,
  { controller, contactId }: Target,
  subject: NonNullable<Change['subject']>,
): Promise<void> {
  const { relation, birthDate } = subject;
  const born = birthDate === undefined ? {} : { adult_at: comesOfAge(birthDate, ctx.clock.now()) };
  const set = { ...(relation === undefined ? {} : { relation }), ...born };
  const known = await tx
    .selectFrom('data_subjects')
    .select('id')
    .where('contact_id', '=', contactId)
    .where('lookup', 'in', subjectLookups(ctx, controller.id, subject.ref))
    .executeTakeFirst();
  if (!known) throw refusal('subjectUnknown', { field: 'subject' });
  if (Object.keys(set).length === 0) return;
  await tx.updateTable('data_subjects').set(set).where('id', '=', known.id).execute();
}

async function rectifyContact(
  ctx: RegistryContext,
  tx: Db,
  { contactId }: Target,
  { birthDate, deceased }: Change,
): Promise<void> {
  const now = ctx.clock.now();
  const set = {
    ...(birthDate === undefined ? {} : { adult_at: comesOfAge(birthDate, now) }),
    ...(deceased === undefined ? {} : { deceased_at: deceased ? now : null }),
  };
  if (Object.keys(set).length === 0) return;
  await tx.updateTable('contacts').set(set).where('id', '=', contactId).execute();
}

export async function rectifyPerson(
  ctx: RegistryContext,
  tx: Db,
  controller: Controller,
  person: PersonQuery,
  input: Rectification,
  recordedBy: string,
  actor: Actor,
): Promise<string> {
  const name = namedPerson(recordedBy);
  const change = parseInput(schema, input);
  const contactId = await locate(ctx, tx, controller, person);
  const target = { controller, person, contactId };
  if (change.profile) await rectifyProfile(ctx, tx, contactId, change);
  if (change.phone) await rectifyPhone(ctx, tx, target, change.phone);
  if (change.subject) await rectifySubject(ctx, tx, target, change.subject);
  await rectifyContact(ctx, tx, target, change);
  const fields = [
    ...Object.keys(change.profile ?? {}),
    ...(['phone', 'subject', 'birthDate', 'deceased'] as const).filter((key) => change[key] !== undefined),
  ];
  await appendAudit(ctx, tx, controller.id, {
    actor,
    action: 'person.rectify',
    object: `contact:${contactId}`,
    outcome: 'done',
    details: { person: name, fields: fields.join(',') },
  });
  return contactId;
}
