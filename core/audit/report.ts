import { sql } from 'kysely';
import { CareError } from '../errors';
import { PURPOSES, type Purpose } from '../policy/types';
import { groupBy, type RegistryContext } from '../registry/context';
import { controllerByKey } from '../registry/services/controllers';
import { coveredParts } from './cover';
import type { AuditReport, Figures, PartFigures, Period, PurposeFigures, ReportPart } from './types';

interface Counted {
  readonly purpose: string;
  readonly part: string | null;
  readonly state: string;
  readonly code: string | null;
  readonly all: number;
  readonly sent: number;
  readonly delivered: number;
  readonly read: number;
}

/** One line for each purpose, part, state and code: few, however many messages there are. */
async function countMessages(
  ctx: RegistryContext,
  controllerId: string,
  { since, until }: Required<Period>,
  by: ReportPart | null,
): Promise<Counted[]> {
  const messages = ctx.db
    .selectFrom('outbox')
    .leftJoin('campaigns', 'campaigns.id', 'outbox.campaign_id')
    .leftJoin('contact_profile', (join) =>
      join
        .onRef('contact_profile.contact_id', '=', 'outbox.contact_id')
        .on('contact_profile.field', '=', 'area'),
    )
    .where('outbox.controller_id', '=', controllerId)
    .where('outbox.created_at', '>=', since)
    .where('outbox.created_at', '<', until);
  const part = {
    campaign: sql<string | null>`campaigns.key`,
    area: sql<string | null>`contact_profile.value`,
    none: sql<string | null>`cast(null as text)`,
  }[by ?? 'none'];
  return messages
    .select((eb) => [
      'outbox.purpose as purpose',
      part.as('part'),
      'outbox.state as state',
      'outbox.code as code',
      eb.fn.countAll<number>().as('all'),
      eb.fn.count<number>('outbox.accepted_at').as('sent'),
      // WhatsApp may report "read" without "delivered".
      eb.fn.count<number>(eb.fn.coalesce('outbox.delivered_at', 'outbox.read_at')).as('delivered'),
      eb.fn.count<number>('outbox.read_at').as('read'),
    ])
    .groupBy(['outbox.purpose', part, 'outbox.state', 'outbox.code'])
    .execute();
}

const total = (rows: readonly Counted[], of: (row: Counted) => number): number =>
  rows.reduce((sum, row) => sum + of(row), 0);

function figuresOf(rows: readonly Counted[]): Figures<number> {
  const inState = (state: string) => rows.filter((row) => row.state === state);
  const refused = inState('refused');
  const byCode = [...groupBy(refused, ({ code }) => code ?? 'unexpected')].sort(([a], [b]) =>
    a.localeCompare(b),
  );
  return {
    sent: total(rows, (row) => row.sent),
    delivered: total(rows, (row) => row.delivered),
    read: total(rows, (row) => row.read),
    failed: total(inState('failed'), (row) => row.all),
    unknown: total(inState('unknown'), (row) => row.all),
    refused: total(refused, (row) => row.all),
    refusedBy: Object.fromEntries(byCode.map(([code, those]) => [code, total(those, (row) => row.all)])),
  };
}

type Said = Pick<PurposeFigures, 'optOuts' | 'consentsGiven' | 'consentsWithdrawn'>;

async function countConsents(
  ctx: RegistryContext,
  controllerId: string,
  { since, until }: Required<Period>,
): Promise<(purpose: Purpose) => Said> {
  const rows = await ctx.db
    .selectFrom('consent_events')
    .select(['purpose', 'kind', 'scope', (eb) => eb.fn.countAll<number>().as('count')])
    .where('controller_id', '=', controllerId)
    .where('occurred_at', '>=', since)
    .where('occurred_at', '<', until)
    .groupBy(['purpose', 'kind', 'scope'])
    .execute();
  type Event = (typeof rows)[number];
  // STOP and "no more marketing" write one event for each purpose that they end.
  const isOptOut = ({ kind, scope }: Event) =>
    kind === 'objected' || (kind === 'withdrawn' && (scope === 'all' || scope === 'marketing'));
  return (purpose) => {
    const own = rows.filter((row) => row.purpose === purpose);
    const count = (fits: (row: Event) => boolean) =>
      own.filter(fits).reduce((sum, row) => sum + row.count, 0);
    return {
      optOuts: count(isOptOut),
      consentsGiven: count(({ kind }) => kind === 'given' || kind === 'renewed'),
      consentsWithdrawn: count((row) => row.kind === 'withdrawn' && !isOptOut(row)),
    };
  };
}

function partsOf(purpose: Purpose, rows: readonly Counted[]): PartFigures[] {
  const names = [...new Set(rows.map(({ part }) => part))].sort((a, b) => (a ?? '').localeCompare(b ?? ''));
  const figures = names.map((name) => figuresOf(rows.filter(({ part }) => part === name)));
  return coveredParts(figures).map((cells, index) => ({ purpose, part: names[index] ?? null, ...cells }));
}

/** @throws CareError `inputInvalid` */
export async function auditReport(
  ctx: RegistryContext,
  controllerKey: string,
  period: Required<Period>,
  by: ReportPart | null,
): Promise<AuditReport> {
  const { id } = await controllerByKey(ctx.db, controllerKey);
  const { since, until } = period;
  if (since >= until) {
    throw new CareError('inputInvalid', 'The period ends before it begins. Correct Since or Until.', {
      field: 'until',
    });
  }
  const rows = await countMessages(ctx, id, period, by);
  const said = await countConsents(ctx, id, period);
  const ofPurpose = groupBy(rows, ({ purpose }) => purpose);
  return {
    since,
    until,
    purposes: PURPOSES.map((purpose) => ({
      purpose,
      ...figuresOf(ofPurpose.get(purpose) ?? []),
      ...said(purpose),
    })),
    parts: by === null ? [] : PURPOSES.flatMap((purpose) => partsOf(purpose, ofPurpose.get(purpose) ?? [])),
  };
}
