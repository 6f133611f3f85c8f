import type { Kysely, Transaction } from 'kysely';
import type { Clock, RandomSource } from '../effects';
import type { DetectPhi } from '../phi/types';
import type { ClassifyReply } from '../replies/types';
import type { Engine } from './engine';
import type { Keyring } from './keyring';
import type { Tables } from './schema';

/** What every service of the registry is made from. */
export interface RegistryContext {
  readonly db: Kysely<Tables>;
  readonly engine: Engine;
  readonly keys: Keyring;
  readonly clock: Clock;
  readonly random: RandomSource;
  readonly detectPhi: DetectPhi;
  readonly classifyReply: ClassifyReply;
  /** Whether the process that made a claim still lives; owners are written `<host>/<pid>/<start>`. */
  readonly ownerAlive: (owner: string) => boolean;
}

/** A transaction, or the database where a single statement is enough. */
export type Db = Kysely<Tables> | Transaction<Tables>;

/** SQLite takes at most 32,766 parameters a statement, PostgreSQL 65,535. */
const CHUNK = 1000;

/** Runs a query for slices of a list and joins the answers. */
export async function inChunks<T, R>(
  list: readonly T[],
  query: (slice: readonly T[]) => Promise<readonly R[]>,
): Promise<R[]> {
  const answers: R[] = [];
  for (let start = 0; start < list.length; start += CHUNK) {
    answers.push(...(await query(list.slice(start, start + CHUNK))));
  }
  return answers;
}

export function groupBy<T>(rows: readonly T[], key: (row: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const row of rows) {
    const name = key(row);
    const group = groups.get(name);
    if (group) group.push(row);
    else groups.set(name, [row]);
  }
  return groups;
}
