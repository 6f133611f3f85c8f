import type { PostgresPool, PostgresPoolClient } from 'kysely';
import type { Pool, PoolClient } from 'pg';

/** What pg says when `query_timeout` is over; it has no code. */
const LATE = 'Query read timeout';

/**
 * The pool, where a connection on which an answer is overdue is closed. pg itself would lend it out again, and the next
 * caller would wait behind the same lost answer.
 */
export function impatient(pool: Pool): PostgresPool {
  return {
    connect: async () => closingWhenLate(await pool.connect()),
    end: () => pool.end(),
  };
}

function closingWhenLate(client: PoolClient): PostgresPoolClient {
  const query = async (text: string, values: readonly unknown[]): Promise<unknown> => {
    try {
      return await client.query(text, [...values]);
    } catch (error) {
      if (error instanceof Error && error.message === LATE) void client.end().catch(() => undefined);
      throw error;
    }
  };
  return { query: query as PostgresPoolClient['query'], release: () => client.release() };
}
