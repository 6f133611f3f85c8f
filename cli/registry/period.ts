import type { Command } from 'commander';
import { DateTime } from 'luxon';
import { CareError, type Period, type Registry } from '../../core';

export interface PeriodOptions {
  readonly since?: string;
  readonly until?: string;
}

export const withPeriod = (command: Command): Command =>
  command
    .option('--since <date>', 'from this instant on, such as 2027-03-01 or 2027-03-01T08:00+01:00')
    .option(
      '--until <date>',
      'before this instant; without an offset both are in the zone of the controller',
    );

/** @throws CareError `optionInvalid` */
export async function periodOf(registry: Registry, key: string, options: PeriodOptions): Promise<Period> {
  const { zone } = await registry.controllers.get(key);
  const period: Period = {
    ...(options.since === undefined ? {} : { since: instant('since', options.since, zone) }),
    ...(options.until === undefined ? {} : { until: instant('until', options.until, zone) }),
  };
  if (period.since === undefined || period.until === undefined || period.since < period.until) return period;
  throw new CareError('optionInvalid', 'The period ends before it begins. Correct --since or --until.', {
    field: 'until',
  });
}

function instant(option: string, text: string, zone: string): number {
  const at = DateTime.fromISO(text.trim(), { zone }).toMillis();
  if (Number.isFinite(at)) return at;
  throw new CareError(
    'optionInvalid',
    `The value of --${option} is not a date. Use ISO 8601, such as 2027-03-01.`,
    { field: option },
  );
}
