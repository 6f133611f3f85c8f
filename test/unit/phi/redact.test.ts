import fc from 'fast-check';
import { describeFindings, detectPhi, redactPhi, summariseFindings } from '../../../core/phi';
import heldOut from './data/held-out.json';

const sentences = (['it', 'de', 'en', 'es', 'fr'] as const).flatMap((l) => [
  ...heldOut[l].R,
  ...heldOut[l].N,
]);
const digits = (length: number): fc.Arbitrary<string> =>
  fc.array(fc.integer({ min: 0, max: 9 }), { minLength: length, maxLength: length }).map((d) => d.join(''));

/** German IBANs with right check digits. */
const iban = digits(18).map((account) => {
  const rest = BigInt(`${account}131400`) % 97n;
  return `DE${String(98n - rest).padStart(2, '0')}${account}`;
});
const planted = fc.oneof(
  digits(3).map((d) => `+44 7700 900${d}`),
  digits(2).map((d) => `+1 202-555-01${d}`),
  fc.stringMatching(/^[a-z]{3,10}\.[a-z]{3,10}$/).map((local) => `${local}@mail.example`),
  iban,
);
const messages = fc
  .tuple(fc.constantFrom(...sentences), planted, fc.constantFrom(...sentences))
  .map(([a, secret, b]) => ({ text: `${a} ${secret} ${b}`, secret }));

describe('redaction', () => {
  it('leaves no planted phone number, e-mail address or IBAN', () => {
    fc.assert(fc.property(messages, ({ text, secret }) => !redactPhi(text).includes(secret)));
  });

  it('twice is the same as once', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          messages.map((m) => m.text),
          fc.string(),
        ),
        (text) => {
          const once = redactPhi(text);
          expect(redactPhi(once)).toBe(once);
        },
      ),
    );
  });

  it('changes nothing outside the placeholders', () => {
    fc.assert(
      fc.property(messages, ({ text }) => {
        let at = 0;
        for (const part of redactPhi(text).split(/\[[a-z-]+\]/)) {
          const found = text.indexOf(part, at);
          expect(found).toBeGreaterThanOrEqual(at);
          at = found + part.length;
        }
      }),
    );
  });

  it('says what kind of thing was there', () => {
    expect(redactPhi('Ms Hannah Goldberg, ring +44 7700 900123')).toBe('Ms [name], ring [phone]');
  });
});

describe('nothing that is handed on repeats the words', () => {
  it('in findings, summaries and reasons', () => {
    fc.assert(
      fc.property(messages, ({ text, secret }) => {
        const findings = detectPhi(text, { strict: true });
        const said = JSON.stringify([findings, summariseFindings(findings), describeFindings(findings)]);
        expect(said).not.toContain(secret);
        expect(findings.length).toBeGreaterThan(0);
        for (const f of findings)
          expect(Object.keys(f).sort()).toEqual(['category', 'confidence', 'end', 'ruleId', 'start']);
      }),
    );
  });

  it('gives one plain reason a rule', () => {
    const reasons = describeFindings(detectPhi('Ecografia e ecografia, poi la dermatologa'));
    expect(new Set(reasons.map((r) => r.ruleId)).size).toBe(reasons.length);
    for (const { reason } of reasons) expect(reason).not.toMatch(/ecografia|dermatolog/i);
  });
});

describe('any text at all', () => {
  it.each(['⑴', '㎏', 'ﬁ', '½', '\u{1F170}', '\uD800'])(
    'is read where one sign stands for several: %s',
    (sign) => {
      const text = `Mario Rossi ${sign} ${sign}Mario Rossi`;
      expect(() => detectPhi(sign)).not.toThrow();
      for (const { start, end } of detectPhi(text)) expect(text.slice(start, end)).not.toBe('');
    },
  );

  it('gives spans inside the text, in order, and the same ones again', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
        const findings = detectPhi(text);
        expect(detectPhi(text)).toEqual(findings);
        for (const f of findings) {
          expect(f.start).toBeLessThan(f.end);
          expect(f.end).toBeLessThanOrEqual(text.length);
        }
      }),
    );
  });
});
