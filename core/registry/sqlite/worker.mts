/**
 * Runs SQLite off n8n's event loop: one thread, one connection, statements in the order in which they came.
 * Self-contained on purpose (no relative imports): it is loaded as a file of its own.
 */
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import { parentPort, workerData } from 'node:worker_threads';

type Row = readonly SQLInputValue[];

interface Call {
  readonly id: number;
  readonly sql: string;
  /** A list of lists runs the statement once for each of them. */
  readonly parameters: Row | readonly Row[];
}

interface Prepared {
  readonly statement: StatementSync;
  /** Names of the columns that it answers with; none: it changes something. */
  readonly columns: readonly string[];
}

interface Answer {
  readonly columns: readonly string[];
  /** Each row a list: copied between threads faster than objects. */
  readonly rows: readonly unknown[];
  readonly changes: number;
}

const { file, readOnly, busyTimeoutMs } = workerData as {
  file: string;
  readOnly: boolean;
  busyTimeoutMs: number;
};
const port = parentPort;
if (!port) throw new Error('The SQLite worker runs only as a worker thread');

const database = new DatabaseSync(file, { timeout: busyTimeoutMs, enableForeignKeyConstraints: true });

/** What a writer holds of the file: the upper levels of the indexes and the pages of a batch. */
const WRITER_CACHE_KIB = 32_768;
/** 32 MiB of journal: in an import, a page that changes many times is written to the file once. */
const JOURNAL_PAGES = 8_000;
const WRITER = `pragma journal_mode = wal; pragma synchronous = full; pragma secure_delete = on;
  pragma cache_size = -${WRITER_CACHE_KIB}; pragma wal_autocheckpoint = ${JOURNAL_PAGES}`;

/** Pages that are not mapped. */
const READER_CACHE_KIB = 8_192;
/**
 * The file is read where the system holds it, without a call and a copy for each page: a decision about one of a
 * million people reads ten pages anywhere in it. A disk that fails under a mapping ends the process, and then nothing
 * is sent; the journal's index of SQLite is such a mapping as well.
 */
const MAPPED_BYTES = 2_147_418_112;
const READER = `pragma query_only = on; pragma cache_size = -${READER_CACHE_KIB}; pragma mmap_size = ${MAPPED_BYTES}`;

database.exec(readOnly ? READER : WRITER);

const MAX_STATEMENTS = 256;
const statements = new Map<string, Prepared>();

function prepare(sql: string): Prepared {
  const known = statements.get(sql);
  if (known) return known;
  if (statements.size >= MAX_STATEMENTS) statements.clear();
  const statement = database.prepare(sql);
  statement.setReturnArrays(true);
  const made = { statement, columns: statement.columns().map(({ name }) => name) };
  statements.set(sql, made);
  return made;
}

function run(call: Call): Answer {
  const { statement, columns } = prepare(call.sql);
  const lists = isMany(call.parameters) ? call.parameters : [call.parameters];
  if (columns.length > 0)
    return { columns, rows: lists.flatMap((list) => statement.all(...list)), changes: 0 };
  let changes = 0;
  for (const list of lists) changes += Number(statement.run(...list).changes);
  return { columns, rows: [], changes };
}

const isMany = (parameters: Row | readonly Row[]): parameters is readonly Row[] =>
  Array.isArray(parameters[0]);

port.on('message', (call: Call | 'close') => {
  if (call === 'close') {
    database.close();
    port.close();
    return;
  }
  try {
    port.postMessage({ id: call.id, result: run(call) });
  } catch (error) {
    const { message, errcode } = error as { message: string; errcode?: number };
    port.postMessage({ id: call.id, failure: { message, errcode: errcode ?? null } });
  }
});

port.postMessage('ready');
