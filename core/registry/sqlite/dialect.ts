import {
  CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type QueryResult,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely';
import { SqliteThread } from './thread';

/** Kysely over `node:sqlite` in a worker thread: one connection, handed out to one caller at a time. */
export function sqliteThreadDialect(file: string): Dialect {
  return {
    createAdapter: () => new TransactionalAdapter(),
    createDriver: () => new ThreadDriver(file),
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  };
}

// SQLite can roll DDL back. Saying so makes Kysely migrate in one `begin immediate` transaction, which is the lock
// that lets processes that start together migrate once.
class TransactionalAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true;
  }
}

class ThreadDriver implements Driver {
  private thread: SqliteThread | null = null;
  private readonly held = new WeakMap<DatabaseConnection, () => void>();
  private queue: Promise<void> = Promise.resolve();

  constructor(private readonly file: string) {}

  async init(): Promise<void> {
    await this.living();
  }

  async acquireConnection(): Promise<DatabaseConnection> {
    const before = this.queue;
    let release = (): void => undefined;
    this.queue = new Promise((resolve) => (release = resolve));
    await before;
    try {
      const connection = new ThreadConnection(await this.living());
      this.held.set(connection, release);
      return connection;
    } catch (error) {
      release();
      throw error;
    }
  }

  /** The thread, opened anew when it has ended by itself. */
  private async living(): Promise<SqliteThread> {
    if (!this.thread?.alive) this.thread = await SqliteThread.open(this.file);
    return this.thread;
  }

  // `immediate` takes the write lock at once: a transaction that first reads and then writes could otherwise find
  // that another process has written in between and would have to start again.
  async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('begin immediate'));
  }

  async commitTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('commit'));
  }

  // The reason is on its way to the caller already. After a full disk SQLite has rolled back by itself, and with the
  // thread its transaction is gone.
  async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    if (connection instanceof ThreadConnection) await connection.rollback().catch(() => undefined);
  }

  releaseConnection(connection: DatabaseConnection): Promise<void> {
    this.held.get(connection)?.();
    this.held.delete(connection);
    return Promise.resolve();
  }

  async destroy(): Promise<void> {
    await this.thread?.close();
  }
}

class ThreadConnection implements DatabaseConnection {
  private failure: Error | null = null;

  constructor(private readonly thread: SqliteThread) {}

  /**
   * Nothing is taken after a statement has failed, neither more statements nor the commit: SQLite may have rolled back
   * by itself, and then each further statement would be a transaction of its own.
   */
  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    if (this.failure) throw this.failure;
    try {
      const { rows, changes } = await this.thread.query(query.sql, query.parameters);
      return { rows: rows as R[], numAffectedRows: BigInt(changes) };
    } catch (error) {
      this.failure = error as Error;
      throw error;
    }
  }

  async rollback(): Promise<void> {
    await this.thread.query('rollback', []);
  }

  // eslint-disable-next-line require-yield -- the registry reads in pages; a cursor would hold the only connection
  async *streamQuery<R>(): AsyncIterableIterator<QueryResult<R>> {
    throw new Error('The embedded registry does not stream');
  }
}
