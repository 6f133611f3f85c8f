import { isReasonCode, reasonFor, REASONS } from '../../../core/policy';

const reasons = Object.entries(REASONS);

describe('reasons', () => {
  it.each(reasons)(
    '%s: one short plain text with a full stop and no jargon of zod or SQL',
    (_code, { sentence }) => {
      expect(sentence).toMatch(/^[A-Z].*\.$/);
      expect(sentence.length).toBeLessThanOrEqual(120);
      expect(sentence).not.toMatch(/error|exception|undefined|null|\{|\}/i);
    },
  );

  it('no two codes say the same', () => {
    expect(new Set(reasons.map(([, { sentence }]) => sentence)).size).toBe(reasons.length);
  });

  it.each([
    // Offered again: the person may consent, the number may be corrected, time passes.
    ['noConsent', false],
    ['badPhone', false],
    ['suppressed', false],
    ['quietHours', false],
    ['testMode', false],
    ['providerUnreachable', false],
    // Never again: a second try could only do harm.
    ['alreadySent', true],
    ['answerLost', true],
    ['deceased', true],
    ['tooLate', true],
    ['optOutAlreadyConfirmed', true],
  ] as const)('%s is final: %s', (code, final) => {
    expect(REASONS[code].final).toBe(final);
  });

  it('what comes later is never final', () => {
    expect(reasons.filter(([, { later, final }]) => later && final)).toEqual([]);
    expect(reasons.filter(([, { later }]) => later).map(([code]) => code)).toEqual(
      expect.arrayContaining(['quietHours', 'capReached', 'frequencyReached']),
    );
  });

  it('an unknown code loses no message and is no member of Object', () => {
    expect(reasonFor('somethingNew').final).toBe(false);
    expect(isReasonCode('toString')).toBe(false);
    expect(reasonFor('constructor').sentence).toContain('does not know');
  });
});
