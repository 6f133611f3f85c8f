import { adultAt } from '../../consent/age';
import type { Db, RegistryContext } from '../context';
import { newId } from '../ids';
import type { NewRow } from '../schema';
import type { ConsentInput } from '../types';
import { noteAges } from './ages';
import { loadSubjects } from './facts';
import { subjectLookups } from './people';

interface About {
  readonly contactId: string;
  readonly row: Pick<ConsentInput, 'subject'>;
}

/** The data subject of each row, made when it is new; null: the row is about the contact itself. */
export async function subjectsFor(
  ctx: RegistryContext,
  tx: Db,
  controllerId: string,
  rows: readonly About[],
): Promise<(string | null)[]> {
  const about = rows.filter(({ row }) => row.subject !== undefined);
  if (about.length === 0) return rows.map(() => null);
  const known = await loadSubjects(
    ctx,
    tx,
    about.map(({ contactId }) => contactId),
  );
  const made: NewRow<'data_subjects'>[] = [];
  const found = rows.map(({ contactId, row: { subject } }): string | null => {
    if (!subject) return null;
    const lookups = subjectLookups(ctx, controllerId, subject.ref);
    const keys = lookups.map((lookup) => `${contactId}\0${lookup}`);
    const before = keys.map((key) => known.get(key)).find((found) => found);
    if (before !== undefined) return before;
    const id = newId(ctx.random);
    made.push({
      id,
      controller_id: controllerId,
      contact_id: contactId,
      lookup: lookups[0],
      lookup_key: ctx.keys.lookupKeyId,
      ref_sealed: ctx.keys.seal('data', subject.ref, `data_subjects:${id}`),
      relation: subject.relation,
      adult_at: subject.birthDate === undefined ? null : adultAt(subject.birthDate),
      created_at: ctx.clock.now(),
    });
    known.set(keys[0] ?? '', id);
    return id;
  });
  await ctx.engine.insertAll(tx, 'data_subjects', made);
  const isNew = new Set(made.map((subject) => subject.id));
  const told = rows.flatMap(({ row }, index): [string, string][] => {
    const id = found[index];
    const birthDate = row.subject?.birthDate;
    return id && birthDate !== undefined && !isNew.has(id) ? [[id, birthDate]] : [];
  });
  await noteAges(ctx, tx, 'data_subjects', new Map(told));
  return found;
}
