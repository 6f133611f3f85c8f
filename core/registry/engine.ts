import type { Dialect, Kysely, SelectQueryBuilder, Transaction } from 'kysely';
import type { Tables } from './schema';

/** Columns of a table that may change after a row was written, although the table is append-only. */
export interface AppendOnly {
  readonly table: keyof Tables;
  /** All other columns. */
  readonly fixed: readonly string[];
}

/** What differs between the two databases, so that schema and services are written once. */
export interface Engine {
  readonly dialect: Dialect;
  /** PostgreSQL schema of the tables; null where there are none. */
  readonly schema: string | null;
  /** Makes the next transactions of other processes that ask for the same wait until this one has ended. */
  exclusively(tx: Transaction<Tables>): Promise<void>;
  /** The rows that are read stay as they are until the transaction ends; others that ask likewise wait. */
  locked<DB, TB extends keyof DB, O>(query: SelectQueryBuilder<DB, TB, O>): SelectQueryBuilder<DB, TB, O>;
  /** Makes every change of the fixed columns fail, whoever writes to the database. */
  forbidChanges(db: Kysely<unknown>, rule: AppendOnly): Promise<void>;
}
