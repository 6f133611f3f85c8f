/**
 * Runs SQLite off n8n's event loop: one thread, one connection, statements in the order in which they came.
 * Self-contained on purpose (no relative imports): it is loaded as a file of its own.
 */
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import { parentPort, workerData } from 'node:worker_threads';

interface Call {
  readonly id: number;
  readonly sql: string;
  readonly parameters: readonly SQLInputValue[];
}

const { file, busyTimeoutMs } = workerData as { file: string; busyTimeoutMs: number };
const port = parentPort;
if (!port) throw new Error('The SQLite worker runs only as a worker thread');

const database = new DatabaseSync(file, { timeout: busyTimeoutMs, enableForeignKeyConstraints: true });
database.exec('pragma journal_mode = wal; pragma synchronous = full; pragma secure_delete = on');

const MAX_STATEMENTS = 256;
const statements = new Map<string, StatementSync>();

function prepare(sql: string): StatementSync {
  const known = statements.get(sql);
  if (known) return known;
  if (statements.size >= MAX_STATEMENTS) statements.clear();
  const made = database.prepare(sql);
  statements.set(sql, made);
  return made;
}

function run(call: Call): { rows: unknown[]; changes: number } {
  const statement = prepare(call.sql);
  if (statement.columns().length > 0) return { rows: statement.all(...call.parameters), changes: 0 };
  return { rows: [], changes: Number(statement.run(...call.parameters).changes) };
}

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
