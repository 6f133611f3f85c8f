import fc from 'fast-check';
import { CareError } from '../../../core/errors';
import {
  acknowledgementMissing,
  applyPolicyChange,
  defaultPolicy,
  effectiveQuietHours,
  effectiveRetention,
  effectiveRule,
  getPack,
  PACK_IDS,
  parsePolicyChange,
  PURPOSES,
  refusedInCountry,
  screeningMandateMissing,
  type ControllerPolicy,
} from '../../../core/policy';
import { inQuietHours } from '../../../core/schedule';

const clinical = new Set(['cardiologia', 'dental', 'fertility', 'zahn']);
const context = {
  registeredName: 'Aurora Dental & Co.',
  isTermInLexicon: (term: string) => clinical.has(term.toLowerCase()),
};

const clockTime = fc
  .tuple(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 }))
  .map(([hour, minute]) => `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`);
const quietHours = fc
  .record({ from: clockTime, to: clockTime, sundays: fc.boolean() })
  .filter(({ from, to }) => from !== to);
const cap = fc.record({
  messages: fc.integer({ min: 1, max: 1000 }),
  days: fc.integer({ min: 1, max: 366 }),
});
const change = fc.record(
  {
    pack: fc.constantFrom(...PACK_IDS),
    quietHours,
    caps: fc.dictionary(fc.constantFrom(...PURPOSES), cap),
    campaignAbove: fc.integer({ min: 1, max: 100_000 }),
    conversationDays: fc.integer({ min: 0, max: 3650 }),
  },
  { requiredKeys: [] },
);
const policies = change.map((input) =>
  applyPolicyChange(defaultPolicy('eu'), parsePolicyChange(input, context)),
);

const codeOf = (run: () => unknown): unknown => {
  try {
    return run();
  } catch (error) {
    if (error instanceof CareError) return [error.code, error.at];
    throw error;
  }
};

describe('packs', () => {
  it.each(PACK_IDS)('%s has sources, a date and a rule for each purpose', (id) => {
    const pack = getPack(id);
    expect(pack.id).toBe(id);
    expect(Object.keys(pack.purposes).sort()).toEqual([...PURPOSES].sort());
    expect(Date.parse(pack.date)).not.toBeNaN();
    expect(pack.sources.length).toBeGreaterThan(2);
  });

  it('refuses a pack that does not exist', () => {
    expect(codeOf(() => getPack('fr' as never))).toEqual(['packUnknown', {}]);
  });

  it.each([
    ['de', 'survey', 'marketing', true],
    ['de', 'review', 'marketing', true],
    ['it', 'survey', 'marketing', false],
    ['eu', 'survey', 'service', false],
    ['eu', 'appointment', 'service', false],
    ['us', 'prevention', 'hipaaAuthorization', true],
    ['us', 'survey', 'marketing', true],
    ['it', 'screening', 'publicScreening', false],
    ['eu', 'screening', 'notPermitted', true],
    ['de', 'screening', 'notPermitted', true],
    ['us', 'screening', 'notPermitted', true],
  ] as const)('%s %s needs %s-grade consent', (pack, purpose, grade, reply) => {
    const rule = effectiveRule(defaultPolicy(pack), purpose);
    expect([rule.needsConsent, rule.replyNeedsConsent]).toEqual([grade, reply]);
  });

  it('keeps every controller under the US pack silent until a person has accepted the missing BAA', () => {
    const policy = defaultPolicy('us');
    expect(acknowledgementMissing(policy)).toBe(true);
    const accepted = parsePolicyChange(
      { acknowledgements: [{ what: 'metaSignsNoBaa', by: 'Pat Example', at: 1 }] },
      context,
    );
    expect(acknowledgementMissing(applyPolicyChange(policy, accepted))).toBe(false);
    expect(acknowledgementMissing(defaultPolicy('it'))).toBe(false);
  });

  it('takes the mandate for public screening from a named person with its reference, and for nothing else', () => {
    const mandate = { what: 'publicScreeningMandate', by: 'Pat Example', at: 5 };
    const change = (reference: object): unknown => ({ acknowledgements: [{ ...mandate, ...reference }] });
    const field = 'acknowledgements.0.reference';
    expect(codeOf(() => parsePolicyChange(change({}), context))).toEqual(['policyInvalid', { field }]);

    const parsed = parsePolicyChange(change({ reference: 'Resolution 1 of 2026' }), context);
    const policy = applyPolicyChange(defaultPolicy('us'), parsed);
    expect(acknowledgementMissing(policy)).toBe(true);
    expect([4, 5].map((now) => screeningMandateMissing(policy, now))).toEqual([true, false]);
  });

  it.each([
    ['prevention', 'US', 'UTILITY', true],
    ['review', 'us', 'UTILITY', true],
    ['appointment', 'US', 'UTILITY', false],
    ['appointment', 'US', 'MARKETING', true],
    ['prevention', 'CA', 'MARKETING', false],
    ['prevention', 'IT', 'MARKETING', false],
  ] as const)(
    '%s to a number of %s with a %s template: refused %s',
    (purpose, country, category, refused) => {
      for (const pack of PACK_IDS) {
        expect(refusedInCountry(defaultPolicy(pack), purpose, country, category)).toBe(refused);
      }
    },
  );
});

describe('a controller tightens and never loosens', () => {
  const keepsTo = (
    sent: readonly number[],
    { messages, days }: { messages: number; days: number },
  ): boolean =>
    sent.every((day) => sent.filter((other) => other > day - days && other <= day).length <= messages);

  it('whoever keeps to the effective cap keeps to the pack and to the controller', () => {
    const days = fc.array(fc.integer({ min: 0, max: 400 }), { maxLength: 40 });
    fc.assert(
      fc.property(policies, fc.constantFrom(...PURPOSES), days, (policy, purpose, sent) => {
        const effective = effectiveRule(policy, purpose).cap;
        const limits = [getPack(policy.pack).purposes[purpose].cap, policy.caps?.[purpose]];
        const obeyed = limits.every((limit) => !limit || keepsTo(sent, limit));
        expect(obeyed || (effective !== null && !keepsTo(sent, effective))).toBe(true);
      }),
    );
  });

  it('changes nothing of a rule but its cap', () => {
    fc.assert(
      fc.property(policies, fc.constantFrom(...PURPOSES), (policy, purpose) => {
        const rule = getPack(policy.pack).purposes[purpose];
        expect({ ...effectiveRule(policy, purpose), cap: rule.cap }).toEqual(rule);
      }),
    );
  });

  it('leaves quiet what the pack, the purpose or the controller has quiet', () => {
    const instants = fc.integer({ min: Date.UTC(2026, 0, 1), max: Date.UTC(2028, 0, 1) });
    fc.assert(
      fc.property(policies, fc.constantFrom(...PURPOSES), instants, (policy, purpose, now) => {
        const pack = getPack(policy.pack);
        const parts = [pack.quietHours, pack.purposes[purpose].quietHours, policy.quietHours].filter(
          (hours) => hours !== undefined,
        );
        const quiet = parts.some((hours) => inQuietHours(now, ['Europe/Rome'], hours));
        expect(inQuietHours(now, ['Europe/Rome'], effectiveQuietHours(policy, purpose))).toBe(quiet);
      }),
    );
  });
});

describe('how long records are kept', () => {
  const changed = (from: ControllerPolicy, input: unknown): ControllerPolicy =>
    applyPolicyChange(from, parsePolicyChange(input, context));

  it.each(PACK_IDS)('%s: a default within its own bounds for each kind', (id) => {
    for (const { default: kept, min, max } of Object.values(getPack(id).retention)) {
      expect(kept ?? Infinity).toBeGreaterThanOrEqual(min);
      expect(kept ?? Infinity).toBeLessThanOrEqual(max ?? Infinity);
    }
  });

  it('is what the pack says for a policy that was saved before there were such times', () => {
    expect(effectiveRetention(defaultPolicy('us'))).toMatchObject({ consentFactsYears: 6, auditDays: 2192 });
  });

  it('follows the controller within the bounds, and the pack for the rest', () => {
    const policy = changed(defaultPolicy('it'), { retention: { closedTaskDays: 30, profileDays: null } });
    expect(effectiveRetention(policy)).toEqual({
      ...effectiveRetention(defaultPolicy('it')),
      closedTaskDays: 30,
      profileDays: null,
    });
    expect(changed(policy, { campaignAbove: 5 }).retention).toEqual(policy.retention);
  });

  it.each([
    ['us', { consentFactsYears: 5 }, 'consentFactsYears'],
    ['it', { consentFactsYears: 11 }, 'consentFactsYears'],
    ['eu', { outboxDays: 366 }, 'outboxDays'],
    ['eu', { inboundDays: 0 }, 'inboundDays'],
    ['de', { profileDays: 7 }, 'profileDays'],
  ] as const)('%s refuses %j', (pack, retention, field) => {
    const at = { field: `retention.${field}` };
    expect(codeOf(() => changed(defaultPolicy(pack), { retention }))).toEqual(['policyInvalid', at]);
  });

  it('cannot be carried into a pack that demands more', () => {
    const policy = changed(defaultPolicy('eu'), { retention: { consentFactsYears: 3 } });
    const at = { field: 'retention.consentFactsYears' };
    expect(codeOf(() => changed(policy, { pack: 'us' }))).toEqual(['policyInvalid', at]);
    expect(effectiveRetention({ ...policy, pack: 'us' }).consentFactsYears).toBe(6);
  });
});

describe('a change of policy', () => {
  it.each([
    ['Aurora', undefined],
    ['Dental', undefined],
    ['dental co', undefined],
    ['Bellavista', undefined],
    ['Cardiologia', 'allowedTermInLexicon'],
    ['our cardiologia', 'allowedTermInLexicon'],
    ['Zahn', 'allowedTermInLexicon'],
    ['ental', undefined],
    ['--', 'allowedTermInLexicon'],
  ])('own allowed term %j: %s', (term, code) => {
    const result = codeOf(() => parsePolicyChange({ phi: { allowedTerms: ['Aurora', term] } }, context));
    const refused = [code, { field: 'phi.allowedTerms', index: 1 }];
    expect(result).toEqual(code ? refused : { phi: { allowedTerms: ['Aurora', term] } });
  });

  it.each([
    [{ quietHours: { from: '20:00', to: '20:00', sundays: false } }, 'quietHours'],
    [{ quietHours: { from: '8', to: '20:00', sundays: false } }, 'quietHours.from'],
    [{ caps: { survey: { messages: 0, days: 1 } } }, 'caps.survey.messages'],
    [{ campaignAbove: 0 }, 'campaignAbove'],
    [{ conversationDays: -1 }, 'conversationDays'],
    [{ pack: 'fr' }, 'pack'],
    [{ acknowledgements: [{ what: 'metaSignsNoBaa', by: '', at: 1 }] }, 'acknowledgements.0.by'],
    [{ phi: { allowedDomains: ['https://aurora.example'] } }, 'phi.allowedDomains.0'],
  ])('refuses %j and names the field', (input, field) => {
    expect(codeOf(() => parsePolicyChange(input, context))).toEqual(['policyInvalid', { field }]);
  });

  it.each([null, 'text', 7, [], { quiethours: {} }])('refuses %j', (input) => {
    expect(codeOf(() => parsePolicyChange(input, context))).toEqual(['policyInvalid', {}]);
  });

  it('never quotes what was typed', () => {
    const secret = 'Rossi cardiologia';
    for (const input of [{ phi: { allowedTerms: [secret] } }, { pack: secret }, { [secret]: 1 }]) {
      let said = '';
      try {
        parsePolicyChange(input, context);
      } catch (error) {
        said = JSON.stringify([String(error), error]);
      }
      expect(said).not.toBe('');
      expect(said).not.toContain('Rossi');
    }
  });

  it('counts the version up and keeps what it does not name', () => {
    const first: ControllerPolicy = {
      ...defaultPolicy('it'),
      quietHours: { from: '13:00', to: '15:00', sundays: true },
    };
    const second = applyPolicyChange(first, parsePolicyChange({ conversationDays: 0 }, context));
    expect(second).toEqual({ ...first, version: 2, conversationDays: 0 });
    const third = applyPolicyChange(second, parsePolicyChange({ quietHours: null }, context));
    expect(third).toEqual({ ...defaultPolicy('it'), version: 3, conversationDays: 0 });
  });
});

describe('a purpose that no pack has', () => {
  it.each(['constructor', '__proto__', 'toString', '', 'advertising'])(
    'has no rule, whatever every object has: "%s"',
    (purpose) => {
      const rule = () => effectiveRule(defaultPolicy('eu'), purpose as (typeof PURPOSES)[number]);
      expect(rule).toThrow(expect.objectContaining({ code: 'purposeUnknown' }) as Error);
    },
  );
});
