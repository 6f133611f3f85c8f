import type { Registry } from '../../core';
import type { TestDatabase } from './database';
import type { Line } from './registryChild';

type Sql = TestDatabase['sql'];

/** Those of the ids that the table does not hold. */
async function missing(sql: Sql, table: string, ids: readonly string[]): Promise<string[]> {
  const found = new Set((await sql(`select id from ${table}`)).map(({ id }) => id));
  return ids.filter((id) => !found.has(id));
}

async function count(sql: Sql, what: string): Promise<number> {
  const [row] = await sql(`select count(*) as n from ${what}`);
  return Number(row?.n);
}

async function halves(sql: Sql): Promise<Record<string, number>> {
  return {
    consentsWithoutContact: await count(
      sql,
      'consent_events where contact_id not in (select id from contacts)',
    ),
    contactsWithoutHandle: await count(sql, 'contacts where id not in (select contact_id from handles)'),
    contactsThatSaidNothing: await count(
      sql,
      `contacts where id not in (select contact_id from consent_events where contact_id is not null)
       and id not in (select contact_id from inbound_events where contact_id is not null)`,
    ),
    stopsWithoutWithdrawal: await count(
      sql,
      `inbound_events where intent = 'stop' and contact_id not in
       (select contact_id from consent_events where kind = 'withdrawn')`,
    ),
    claimsLeftOpen: await count(sql, "outbox where state in ('claimed', 'calling')"),
  };
}

/** Rows of which the audit tells, by its own counts; a row of which it does not tell was half a transaction. */
async function audited(registry: Registry): Promise<{ claims: number; consents: number }> {
  const entries = await registry.audit.list('aurora', 1_000_000);
  const sum = (action: string, of: (details: Record<string, unknown>) => unknown[]): number =>
    entries
      .filter((entry) => entry.action === action)
      .flatMap(({ details }) => of(details))
      .reduce<number>((total, value) => total + Number(value), 0);
  return {
    claims: sum('outbox.claim', (details) => Object.values(details)),
    consents: sum('consent.record', ({ recorded }) => [recorded]),
  };
}

/**
 * What is wrong in a registry after children that wrote to it were killed, given all that they had heard to be done.
 * Empty where nothing is. The registry must have been opened after the last kill.
 */
export async function damages(
  registry: Registry,
  database: TestDatabase,
  lines: readonly Line[],
): Promise<string[]> {
  const sql: Sql = (statements) => database.sql(statements);
  const wrong: string[] = [];
  const must = (holds: boolean, what: string): void => {
    if (!holds) wrong.push(what);
  };

  const lost = [
    ...(await missing(
      sql,
      'consent_events',
      lines.flatMap(({ consents = [] }) => consents),
    )),
    ...(await missing(
      sql,
      'inbound_events',
      lines.flatMap(({ stop }) => (stop ? [stop.eventId] : [])),
    )),
    ...(await missing(
      sql,
      'outbox',
      lines.flatMap(({ claimed = [] }) => claimed),
    )),
  ];
  must(lost.length === 0, `${lost.length} acknowledged rows are lost`);

  await registry.outbox.recover('parent/1/1');
  for (const [what, found] of Object.entries(await halves(sql))) must(found === 0, `${what}: ${found}`);

  const stopped = lines.flatMap(({ stop }) => (stop ? [stop.phone] : []));
  const asked = stopped.map((phone) => ({ person: { phone }, purpose: 'appointment' as const }));
  const decisions = await registry.consent.mayContact('aurora', asked);
  must(
    decisions.every(({ code }) => code === 'suppressed'),
    'a STOP that was acknowledged is not heard',
  );

  const accepted = lines.flatMap((line) => (line.accepted ? [line.accepted] : []));
  const forgotten = await missing(sql, "outbox where state = 'accepted'", accepted);
  must(forgotten.length === 0, `${forgotten.length} accepted messages are not on record`);

  const told = await audited(registry);
  must(told.claims === (await count(sql, 'outbox')), 'the audit and the outbox differ');
  must(
    told.consents === (await count(sql, "consent_events where kind = 'given'")),
    'the audit and the consents differ',
  );
  const chain = await registry.audit.verify('aurora');
  must(chain.ok, 'the chain of the audit is broken');
  return wrong;
}
