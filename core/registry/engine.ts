import type {
  CreateTableBuilder,
  Dialect,
  Kysely,
  RawBuilder,
  SelectQueryBuilder,
  Transaction,
} from 'kysely';
import type { Db } from './context';
import type { NewRow, Tables } from './schema';

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
  /**
   * For `where(column, 'in', ...)`: the whole list is one parameter, so that the statement is the same for every number
   * of values and is compiled once.
   */
  list(values: readonly string[]): RawBuilder<string>;
  /**
   * Inserts many rows by one statement with one parameter. All rows have the same columns.
   * @param overwrite the unique columns by which a row replaces what is stored; absent: a conflict is an error
   */
  insertAll<T extends keyof Tables>(
    db: Db,
    table: T,
    rows: readonly NewRow<T>[],
    overwrite?: readonly (keyof Tables[T] & string)[],
  ): Promise<void>;
  /**
   * Writes the same columns of many rows by one statement with one parameter, each row found by its `id`.
   */
  updateAll<T extends keyof Tables>(
    db: Db,
    table: T,
    rows: readonly ({ readonly id: string } & Partial<NewRow<T>>)[],
  ): Promise<void>;
  /** The rows of a new table lie in the index of its primary key, where the database can do that. */
  storedByKey<T extends string>(table: CreateTableBuilder<T, string>): CreateTableBuilder<T, string>;
  /**
   * After many rows have come: lets the planner know, where it does not by itself. Until then it may read a table as a
   * whole for each batch.
   */
  learn(db: Db, tables: readonly (keyof Tables)[]): Promise<void>;
  /** Makes every change of the fixed columns fail, whoever writes to the database. */
  forbidChanges(db: Kysely<unknown>, rule: AppendOnly): Promise<void>;
}
