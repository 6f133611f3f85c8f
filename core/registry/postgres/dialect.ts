import {
  CompiledQuery,
  type DatabaseConnection,
  type DatabaseIntrospector,
  type DatabaseMetadata,
  type Dialect,
  type Driver,
  type Kysely,
  PostgresDialect,
  type PostgresDialectConfig,
  type QueryResult,
  type SchemaMetadata,
  type TableMetadata,
} from 'kysely';
import { postgresError } from './errors';

/** Kysely's own PostgreSQL dialect, limited to one schema, whose errors come in our words. */
export class PlainSpokenPostgres extends PostgresDialect implements Dialect {
  constructor(
    config: PostgresDialectConfig,
    private readonly schema: string,
  ) {
    super(config);
  }

  override createDriver(): Driver {
    return new PlainSpokenDriver(super.createDriver());
  }

  override createIntrospector(db: Kysely<unknown>): DatabaseIntrospector {
    return new OwnSchemaOnly(db as Kysely<Catalogue>, this.schema);
  }
}

interface Catalogue {
  'information_schema.tables': { table_name: string; table_schema: string };
  'information_schema.schemata': { schema_name: string };
}

/**
 * What the migrator asks: are schema and tables there? Kysely's own answer describes every table of the database,
 * and fails when a neighbour drops one meanwhile.
 */
class OwnSchemaOnly implements DatabaseIntrospector {
  constructor(
    private readonly db: Kysely<Catalogue>,
    private readonly schema: string,
  ) {}

  async getSchemas(): Promise<SchemaMetadata[]> {
    const rows = await this.db
      .withoutPlugins()
      .selectFrom('information_schema.schemata')
      .select('schema_name as name')
      .where('schema_name', '=', this.schema)
      .execute();
    return rows;
  }

  async getTables(): Promise<TableMetadata[]> {
    const rows = await this.db
      .withoutPlugins()
      .selectFrom('information_schema.tables')
      .select(['table_name as name', 'table_schema as schema'])
      .where('table_schema', '=', this.schema)
      .execute();
    return rows.map((row) => ({ ...row, isView: false, isForeign: false, columns: [] }));
  }

  async getMetadata(): Promise<DatabaseMetadata> {
    return { tables: await this.getTables() };
  }
}

/**
 * As long as SQLite waits for its lock. Set with each transaction and for it alone: behind PgBouncer the next
 * transaction may run on another connection.
 */
const BEGIN = CompiledQuery.raw("begin; set local lock_timeout = '10s'");

class PlainSpokenDriver implements Driver {
  constructor(private readonly driver: Driver) {}

  init(): Promise<void> {
    return this.driver.init();
  }

  async acquireConnection(): Promise<DatabaseConnection> {
    const connection = await this.driver.acquireConnection().catch((error: unknown) => {
      throw postgresError(error);
    });
    return new PlainSpokenConnection(connection);
  }

  async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(BEGIN);
  }

  // PostgreSQL answers the commit of a transaction that failed with a rollback and no error.
  async commitTransaction(connection: DatabaseConnection): Promise<void> {
    if (connection instanceof PlainSpokenConnection && connection.failure) throw connection.failure;
    await this.driver.commitTransaction(connection);
  }

  // The reason is on its way to the caller already, and a connection that is gone takes its transaction along.
  async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    await this.driver.rollbackTransaction(connection).catch(() => undefined);
  }

  async releaseConnection(connection: DatabaseConnection): Promise<void> {
    if (connection instanceof PlainSpokenConnection)
      await this.driver.releaseConnection(connection.connection);
  }

  destroy(): Promise<void> {
    return this.driver.destroy();
  }
}

class PlainSpokenConnection implements DatabaseConnection {
  /** The first statement that failed since the connection was lent out. */
  failure: Error | null = null;

  constructor(readonly connection: DatabaseConnection) {}

  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    try {
      return await this.connection.executeQuery<R>(query);
    } catch (error) {
      // Whatever fails after it only says that the transaction is broken.
      this.failure ??= postgresError(error);
      throw this.failure;
    }
  }

  streamQuery<R>(query: CompiledQuery, chunkSize?: number): AsyncIterableIterator<QueryResult<R>> {
    return this.connection.streamQuery<R>(query, chunkSize);
  }
}
