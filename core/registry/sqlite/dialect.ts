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
import { type QueryAnswer, SqliteThread } from './thread';

/** Kysely over `node:sqlite` in worker threads. */
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

/** One thread writes, one transaction at a time; another reads meanwhile what is committed. */
class ThreadDriver implements Driver {
  private writer: SqliteThread | null = null;
  private reader: SqliteThread | null = null;
  private readonly turns = new Turns();
  private readonly handedOut = new WeakMap<DatabaseConnection, ThreadConnection>();

  constructor(private readonly file: string) {}

  async init(): Promise<void> {
    // The writer makes the file and its journal, without which there is nothing to read.
    this.writer = await SqliteThread.open(this.file);
    this.reader = await SqliteThread.open(this.file, { readOnly: true });
  }

  acquireConnection(): Promise<DatabaseConnection> {
    if (!this.writer || !this.reader) throw new Error('The SQLite driver was not initialised');
    const connection = new ThreadConnection(this.writer, this.reader, this.turns);
    this.handedOut.set(connection, connection);
    return Promise.resolve(connection);
  }

  async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await this.handedOut.get(connection)?.begin();
  }

  async commitTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('commit'));
  }

  async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('rollback'));
  }

  releaseConnection(connection: DatabaseConnection): Promise<void> {
    this.handedOut.get(connection)?.end();
    return Promise.resolve();
  }

  async destroy(): Promise<void> {
    await this.reader?.close();
    await this.writer?.close();
  }
}

/** Lets callers in one after the other; each is let in with what ends its turn. */
class Turns {
  private last: Promise<void> = Promise.resolve();

  async next(): Promise<() => void> {
    const before = this.last;
    let end = (): void => undefined;
    this.last = new Promise((resolve) => (end = resolve));
    await before;
    return end;
  }
}

class ThreadConnection implements DatabaseConnection {
  private endTurn: (() => void) | null = null;

  constructor(
    private readonly writer: SqliteThread,
    private readonly reader: SqliteThread,
    private readonly turns: Turns,
  ) {}

  // `immediate` takes the write lock at once: a transaction that first reads and then writes could otherwise find
  // that another process has written in between and would have to start again.
  async begin(): Promise<void> {
    this.endTurn = await this.turns.next();
    await this.writer.query('begin immediate', []);
  }

  end(): void {
    this.endTurn?.();
    this.endTurn = null;
  }

  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    const { rows, changes } = await this.answer(query);
    return { rows: rows as R[], numAffectedRows: BigInt(changes) };
  }

  private async answer(query: CompiledQuery): Promise<QueryAnswer> {
    if (this.endTurn) return this.writer.query(query.sql, query.parameters);
    if (query.query.kind === 'SelectQueryNode') return this.reader.query(query.sql, query.parameters);
    const end = await this.turns.next();
    try {
      return await this.writer.query(query.sql, query.parameters);
    } finally {
      end();
    }
  }

  // eslint-disable-next-line require-yield -- the registry reads in pages; a cursor would hold the only connection
  async *streamQuery<R>(): AsyncIterableIterator<QueryResult<R>> {
    throw new Error('The embedded registry does not stream');
  }
}
