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
  private readonly writer: LivingThread;
  private readonly reader: LivingThread;
  private readonly turns = new Turns();
  private readonly handedOut = new WeakMap<DatabaseConnection, ThreadConnection>();

  constructor(file: string) {
    this.writer = new LivingThread(() => SqliteThread.open(file));
    this.reader = new LivingThread(() => SqliteThread.open(file, { readOnly: true }));
  }

  async init(): Promise<void> {
    // The writer makes the file and its journal, without which there is nothing to read.
    await this.writer.get();
    await this.reader.get();
  }

  acquireConnection(): Promise<DatabaseConnection> {
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

  // The reason is on its way to the caller already. After a full disk SQLite has rolled back by itself, and with the
  // thread its transaction is gone.
  async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    await this.handedOut
      .get(connection)
      ?.rollback()
      .catch(() => undefined);
  }

  releaseConnection(connection: DatabaseConnection): Promise<void> {
    this.handedOut.get(connection)?.end();
    return Promise.resolve();
  }

  async destroy(): Promise<void> {
    await this.reader.close();
    await this.writer.close();
  }
}

/** A thread that is opened when it is first needed, and anew when it has ended by itself. */
class LivingThread {
  private opening: Promise<SqliteThread> | null = null;

  constructor(private readonly open: () => Promise<SqliteThread>) {}

  async get(): Promise<SqliteThread> {
    const asked = this.opening;
    const thread = await asked?.catch(() => null);
    if (thread?.alive) return thread;
    // Whoever finds it ended first opens it for all.
    if (!this.opening || this.opening === asked) this.opening = this.open();
    return this.opening;
  }

  async close(): Promise<void> {
    const thread = await this.opening?.catch(() => null);
    await thread?.close();
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

interface Transaction {
  readonly thread: SqliteThread;
  readonly endTurn: () => void;
  failure: Error | null;
}

class ThreadConnection implements DatabaseConnection {
  private transaction: Transaction | null = null;

  constructor(
    private readonly writer: LivingThread,
    private readonly reader: LivingThread,
    private readonly turns: Turns,
  ) {}

  // `immediate` takes the write lock at once: a transaction that first reads and then writes could otherwise find
  // that another process has written in between and would have to start again.
  async begin(): Promise<void> {
    const endTurn = await this.turns.next();
    try {
      const thread = await this.writer.get();
      await thread.query('begin immediate', []);
      this.transaction = { thread, endTurn, failure: null };
    } catch (error) {
      endTurn();
      throw error;
    }
  }

  async rollback(): Promise<void> {
    await this.transaction?.thread.query('rollback', []);
  }

  end(): void {
    this.transaction?.endTurn();
    this.transaction = null;
  }

  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    const { rows, changes } = await (this.transaction ? inside(this.transaction, query) : this.alone(query));
    return { rows: rows as R[], numAffectedRows: BigInt(changes) };
  }

  private async alone(query: CompiledQuery): Promise<QueryAnswer> {
    if (query.query.kind === 'SelectQueryNode') return ask(await this.reader.get(), query);
    const endTurn = await this.turns.next();
    try {
      return await ask(await this.writer.get(), query);
    } finally {
      endTurn();
    }
  }

  // eslint-disable-next-line require-yield -- the registry reads in pages; a cursor would hold the only connection
  async *streamQuery<R>(): AsyncIterableIterator<QueryResult<R>> {
    throw new Error('The embedded registry does not stream');
  }
}

const ask = (thread: SqliteThread, { sql, parameters }: CompiledQuery): Promise<QueryAnswer> =>
  thread.query(sql, parameters);

/**
 * Nothing is taken after a statement has failed, neither more statements nor the commit: SQLite may have rolled back
 * by itself, and then each further statement would be a transaction of its own.
 */
async function inside(transaction: Transaction, query: CompiledQuery): Promise<QueryAnswer> {
  if (transaction.failure) throw transaction.failure;
  try {
    return await ask(transaction.thread, query);
  } catch (error) {
    transaction.failure = error as Error;
    throw error;
  }
}
