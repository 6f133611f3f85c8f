import { defaultPolicy } from '../../../core';
import { retentionOf } from '../../../core/registry/services/rights/retention';

const lines = (change: object): string[] =>
  retentionOf({ ...defaultPolicy('it'), ...change }).map(({ what, howLong }) => `${what}: ${howLong}`);

describe('what a person and an authority are told about how long data is kept', () => {
  it.each([
    ['the days of conversations', { conversationDays: 14 }, /^Words of conversations.*: 14 days after/],
    ['that no words are stored', { conversationDays: 0 }, /^Words of conversations.*: not stored$/],
    ['the times of the policy', { retention: { outboxDays: 400 } }, /^Facts of sent messages.*: 400 days$/],
    ['years as years', { retention: { consentFactsYears: 10 } }, /unlinked.*: 10 years$/],
    ['what has no limit', { retention: { profileDays: null } }, /^Profile fields.*: as long as the contact$/],
  ])('names %s', (_name, change, expected) => {
    expect(lines(change)).toContainEqual(expect.stringMatching(expected));
  });
});
