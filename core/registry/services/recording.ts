import { setImmediate } from 'node:timers/promises';
import { adultAt } from '../../consent/age';
import { CareError } from '../../errors';
import { reasonFor } from '../../policy';
import type { ControllerPolicy } from '../../policy/types';
import type { Db, RegistryContext } from '../context';
import { idsOfBatch } from '../ids';
import type { NewRow } from '../schema';
import type { Actor, ConsentInput, Controller, RowResult } from '../types';
import { noteAges } from './ages';
import { appendAudit } from './audit';
import { appendConsents } from './consentEvents';
import { checkRow, refused, type Refused } from './consentRow';
import { staleFault } from './consentStale';
import { nameOf, type Named, newContact, newHandle, type Resolved, resolveNames } from './people';
import { checkProfile, saveProfiles } from './profile';
import { subjectsFor } from './subjects';
import { writing } from './writing';

/** A row as an import reads it: an event, or why the row cannot be one. */
export type ImportRow = ConsentInput | Refused;

/** A row that is fit to be written, or why it is not. Reading it needs no database. */
type Prepared = { readonly row: ConsentInput; readonly name: Named } | Refused;
type Fit = Exclude<Prepared, Refused>;

const isRefused = (value: Prepared): value is Refused => 'ok' in value;

/** Rows that are prepared in one go: some milliseconds, after which n8n has its turn. */
const SLICE = 100;
/** One transaction: SQLite's lock is held for some tens of milliseconds, and webhooks get their turn between. */
export const BATCH = 1_000;

/** Who records, for whom and how. */
export interface Recording {
  readonly controller: Controller;
  readonly actor: Actor;
  readonly dryRun: boolean;
  /** What old consents are held against; null: history is taken as it is. */
  readonly policy: ControllerPolicy | null;
}

function faultOf(ctx: RegistryContext, { policy }: Recording, row: ConsentInput): Refused | null {
  const now = ctx.clock.now();
  return checkRow(row, now) ?? (policy && staleFault(row, policy, now));
}

function prepare(ctx: RegistryContext, recording: Recording, row: ImportRow): Prepared {
  if ('ok' in row) return row;
  const wrong = faultOf(ctx, recording, row);
  if (wrong) return wrong;
  try {
    if (row.profile) checkProfile(ctx, row.profile);
  } catch (error) {
    // A profile that is refused (a tag with health data) refuses its row, not the whole batch.
    if (error instanceof CareError) return refused(error.code, error.message, error.at.field);
    throw error;
  }
  const name = nameOf(ctx, recording.controller, row.person);
  if (name.by === 'handle' && !name.handle)
    return refused('badPhone', reasonFor('badPhone').sentence, 'phone');
  return { row, name };
}

async function prepareAll(
  ctx: RegistryContext,
  recording: Recording,
  rows: readonly ImportRow[],
): Promise<Prepared[]> {
  const prepared: Prepared[] = [];
  for (let start = 0; start < rows.length; start += SLICE) {
    prepared.push(...rows.slice(start, start + SLICE).map((row) => prepare(ctx, recording, row)));
    await setImmediate();
  }
  return prepared;
}

/** The contact of each row. A phone number that nobody has yet makes one, also for later rows of the batch. */
async function contactsFor(
  ctx: RegistryContext,
  tx: Db,
  controller: Controller,
  fit: readonly Fit[],
  people: readonly Resolved[],
): Promise<(string | Refused)[]> {
  const contacts: NewRow<'contacts'>[] = [];
  const handles: NewRow<'handles'>[] = [];
  const made = new Map<string, string>();
  const ids = idsOfBatch(ctx.random);
  const found = fit.map(({ row }, index): string | Refused => {
    const person = people[index];
    if (person?.status === 'known') return person.contactId;
    const handle = person?.status === 'unknown' ? person.handle : null;
    if (!handle) return refused('unknownContact', reasonFor('unknownContact').sentence, 'contactRef');
    const before = made.get(handle.lookups[0]);
    if (before !== undefined) return before;
    const contact = newContact(ctx, controller.id, ids());
    contacts.push({ ...contact, adult_at: row.birthDate === undefined ? null : adultAt(row.birthDate) });
    const state = row.verification ?? 'unverified';
    handles.push(newHandle(ctx, controller.id, contact.id, handle, state, ids()));
    made.set(handle.lookups[0], contact.id);
    return contact.id;
  });
  await ctx.engine.insertAll(tx, 'contacts', contacts);
  await ctx.engine.insertAll(tx, 'handles', handles);
  return found;
}

type Placed = Fit & { readonly contactId: string };

/** What the desk or a double opt-in has verified stays verified; void and disputed need more than a form. */
async function verifyHandles(ctx: RegistryContext, tx: Db, placed: readonly Placed[]): Promise<void> {
  for (const state of ['doubleOptIn', 'desk'] as const) {
    const ids = placed.filter(({ row }) => row.verification === state).map(({ contactId }) => contactId);
    if (ids.length === 0) continue;
    await tx
      .updateTable('handles')
      .set({ state, changed_at: ctx.clock.now() })
      .where('contact_id', 'in', ctx.engine.list([...new Set(ids)]))
      .where('state', '=', 'unverified')
      .execute();
  }
}

/** A number that a protected service collected stays one, whoever else collects it later. */
async function protectHandles(ctx: RegistryContext, tx: Db, placed: readonly Placed[]): Promise<void> {
  const ids = placed
    .filter(({ row }) => row.collectedIn === 'protectedService')
    .map(({ contactId }) => contactId);
  if (ids.length === 0) return;
  await tx
    .updateTable('handles')
    .set({ protected_source: 1, changed_at: ctx.clock.now() })
    .where('contact_id', 'in', ctx.engine.list([...new Set(ids)]))
    .where('protected_source', '=', 0)
    .execute();
}

function birthDates(placed: readonly Placed[]): Map<string, string> {
  return new Map(
    placed.flatMap(({ contactId, row }): [string, string][] =>
      row.birthDate === undefined ? [] : [[contactId, row.birthDate]],
    ),
  );
}

/** Writes the rows that are fit; answers with one result each. */
async function writeRows(
  ctx: RegistryContext,
  tx: Db,
  controller: Controller,
  fit: readonly Fit[],
  actor: Actor,
): Promise<RowResult[]> {
  const names = fit.map(({ name }) => name);
  const people = await resolveNames(ctx, tx, controller, names);
  const contacts = await contactsFor(ctx, tx, controller, fit, people);
  const placed = fit.flatMap((each, index): Placed[] => {
    const contactId = contacts[index];
    return typeof contactId === 'string' ? [{ ...each, contactId }] : [];
  });
  const subjects = await subjectsFor(ctx, tx, controller.id, placed);
  const consents = placed.map(({ contactId, row }, index) => ({
    contactId,
    subjectId: subjects[index] ?? null,
    row,
  }));
  const appended = await appendConsents(ctx, tx, controller.id, consents, actor);
  await verifyHandles(ctx, tx, placed);
  await protectHandles(ctx, tx, placed);
  await noteAges(ctx, tx, 'contacts', birthDates(placed));
  await saveProfiles(
    ctx,
    tx,
    placed.flatMap(({ contactId, row }) =>
      row.profile ? [{ contactId, profile: row.profile, source: row.source }] : [],
    ),
  );
  let next = 0;
  return contacts.map((contactId): RowResult => {
    if (typeof contactId !== 'string') return contactId;
    const event = appended[next++];
    if (!event) throw new Error('A row was written without an answer');
    return { ok: true, contactRef: contactId, ...event };
  });
}

/** Thrown to undo the transaction of a dry run; never leaves this file. */
class DryRun extends Error {}

/** Another process may have replaced a key since the names were read: they are hashed anew then. */
function named(
  ctx: RegistryContext,
  controller: Controller,
  fit: readonly Fit[],
  epoch: number,
): readonly Fit[] {
  if (ctx.keys.epoch === epoch) return fit;
  return fit.map(({ row }) => ({ row, name: nameOf(ctx, controller, row.person) }));
}

/** Records rows in one transaction; answers with one result each, in their order. */
export async function recordBatch(
  ctx: RegistryContext,
  recording: Recording,
  rows: readonly ImportRow[],
): Promise<RowResult[]> {
  const { controller, actor, dryRun } = recording;
  const { epoch } = ctx.keys;
  const prepared = await prepareAll(ctx, recording, rows);
  const fit = prepared.filter((each): each is Fit => !isRefused(each));
  let written: RowResult[] = [];
  try {
    await writing(ctx, controller.key, async (tx) => {
      written = await writeRows(ctx, tx, controller, named(ctx, controller, fit, epoch), actor);
      const recorded = written.filter((result) => result.ok && !result.repeated).length;
      await appendAudit(ctx, tx, controller.id, {
        actor,
        action: 'consent.record',
        object: 'consents',
        outcome: 'done',
        details: { rows: rows.length, recorded },
      });
      if (dryRun) throw new DryRun();
    });
  } catch (error) {
    if (!(error instanceof DryRun)) throw error;
  }
  let next = 0;
  return prepared.map((each): RowResult => {
    if (isRefused(each)) return each;
    const result = written[next++];
    if (!result) throw new Error('A row was written without an answer');
    return result;
  });
}
