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

type Answers<Q extends readonly (() => Promise<unknown>)[]> = {
  -readonly [K in keyof Q]: Awaited<ReturnType<Q[K]>>;
};

/** Runs queries at the same time; inside a transaction, which has one connection, one after the other. */
export async function together<const Q extends readonly (() => Promise<unknown>)[]>(
  db: Db,
  queries: Q,
): Promise<Answers<Q>> {
  if (!db.isTransaction) return (await Promise.all(queries.map((query) => query()))) as Answers<Q>;
  const answers: unknown[] = [];
  for (const query of queries) answers.push(await query());
  return answers as Answers<Q>;
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
