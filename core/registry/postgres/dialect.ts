import {
  type CompiledQuery,
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
  type TransactionSettings,
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

async function translated<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw postgresError(error);
  }
}

class PlainSpokenDriver implements Driver {
  private readonly inner = new WeakMap<DatabaseConnection, DatabaseConnection>();

  constructor(private readonly driver: Driver) {}

  init(): Promise<void> {
    return this.driver.init();
  }

  async acquireConnection(): Promise<DatabaseConnection> {
    const connection = await translated(this.driver.acquireConnection());
    const outer = new PlainSpokenConnection(connection);
    this.inner.set(outer, connection);
    return outer;
  }

  beginTransaction(connection: DatabaseConnection, settings: TransactionSettings): Promise<void> {
    return this.driver.beginTransaction(connection, settings);
  }

  commitTransaction(connection: DatabaseConnection): Promise<void> {
    return this.driver.commitTransaction(connection);
  }

  rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    return this.driver.rollbackTransaction(connection);
  }

  async releaseConnection(connection: DatabaseConnection): Promise<void> {
    const inner = this.inner.get(connection);
    if (inner) await this.driver.releaseConnection(inner);
  }

  destroy(): Promise<void> {
    return this.driver.destroy();
  }
}

class PlainSpokenConnection implements DatabaseConnection {
  constructor(private readonly connection: DatabaseConnection) {}

  executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    return translated(this.connection.executeQuery<R>(query));
  }

  streamQuery<R>(query: CompiledQuery, chunkSize?: number): AsyncIterableIterator<QueryResult<R>> {
    return this.connection.streamQuery<R>(query, chunkSize);
  }
}
