import {
  type CompiledQuery,
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
  private queue: Promise<void> = Promise.resolve();

  constructor(private readonly file: string) {}

  async init(): Promise<void> {
    this.thread = await SqliteThread.open(this.file);
  }

  async acquireConnection(): Promise<DatabaseConnection> {
    const before = this.queue;
    let release = (): void => undefined;
    this.queue = new Promise((resolve) => (release = resolve));
    await before;
    if (!this.thread) throw new Error('The SQLite driver was not initialised');
    return new ThreadConnection(this.thread, release);
  }

  // `immediate` takes the write lock at once: a transaction that first reads and then writes could otherwise find
  // that another process has written in between and would have to start again.
  async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await (connection as ThreadConnection).run('begin immediate');
  }

  async commitTransaction(connection: DatabaseConnection): Promise<void> {
    await (connection as ThreadConnection).run('commit');
  }

  async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    await (connection as ThreadConnection).run('rollback');
  }

  releaseConnection(connection: DatabaseConnection): Promise<void> {
    (connection as ThreadConnection).release();
    return Promise.resolve();
  }

  async destroy(): Promise<void> {
    await this.thread?.close();
  }
}

class ThreadConnection implements DatabaseConnection {
  constructor(
    private readonly thread: SqliteThread,
    readonly release: () => void,
  ) {}

  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    const { rows, changes } = await this.thread.query(query.sql, query.parameters);
    return { rows: rows as R[], numAffectedRows: BigInt(changes) };
  }

  // eslint-disable-next-line require-yield -- the registry reads in pages; a cursor would hold the only connection
  async *streamQuery<R>(): AsyncIterableIterator<QueryResult<R>> {
    throw new Error('The embedded registry does not stream');
  }

  async run(sql: string): Promise<void> {
    await this.thread.query(sql, []);
  }
}
