import type { Registry } from '../../../core';
import { periodOf } from '../../../cli/registry/period';

const registry = {
  controllers: { get: () => Promise.resolve({ zone: 'Europe/Rome' }) },
} as unknown as Registry;
const period = (since?: string, until?: string) =>
  periodOf(registry, 'aurora', {
    ...(since === undefined ? {} : { since }),
    ...(until === undefined ? {} : { until }),
  });

describe('--since and --until', () => {
  it.each([
    ['2027-03-01', '2027-02-28T23:00:00Z'],
    ['2027-03-01T08:00', '2027-03-01T07:00:00Z'],
    ['2027-03-01T08:00+05:00', '2027-03-01T03:00:00Z'],
  ])('reads %s in the zone of the controller unless it has an offset', async (text, instant) => {
    expect(await period(text)).toEqual({ since: Date.parse(instant) });
  });

  it.each<[string, string | undefined, string | undefined, string]>([
    ['no date', 'yesterday', undefined, 'since'],
    ['a day that does not exist', undefined, '2027-02-30', 'until'],
    ['an end before the beginning', '2027-03-02', '2027-03-01', 'until'],
    ['nothing at all between them', '2027-03-01', '2027-03-01', 'until'],
  ])('refuses %s and names the option', async (_what, since, until, field) => {
    await expect(period(since, until)).rejects.toMatchObject({ code: 'optionInvalid', at: { field } });
  });

  it('are both left out for everything', async () => {
    expect(await period()).toEqual({});
  });
});
