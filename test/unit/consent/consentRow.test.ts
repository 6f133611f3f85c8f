import { checkRow } from '../../../core/registry/services/consentRow';
import type { ConsentInput, ConsentProof, HipaaAuthorization } from '../../../core/registry/types';
import { consent, NOW, PROOF } from '../../support/registry';

const DAY = 86_400_000;

const AUTHORIZATION: HipaaAuthorization = {
  information: 'name, telephone number and preferred location',
  disclosedBy: 'Aurora',
  disclosedTo: 'WhatsApp',
  purpose: 'to hear about seasonal initiatives',
  signedBy: 'individual',
  signedOn: '2026-11-20',
  statesRightToRevoke: true,
  statesNoConditioning: true,
  statesRedisclosure: true,
  remuneration: 'none',
  copyGiven: true,
};

const without = (field: keyof HipaaAuthorization): Partial<HipaaAuthorization> =>
  Object.fromEntries(Object.entries(AUTHORIZATION).filter(([key]) => key !== field));

const authorized = (
  authorization: unknown = AUTHORIZATION,
  change: Partial<ConsentInput> = {},
): ConsentInput =>
  consent(1, {
    purpose: 'prevention',
    scope: 'hipaaAuthorization',
    validUntil: NOW + DAY,
    proof: { ...PROOF, authorization } as ConsentProof,
    ...change,
  });

const fault = (row: ConsentInput): unknown => {
  const wrong = checkRow(row, NOW);
  return wrong ? [wrong.code, wrong.field] : null;
};

describe('a row with a HIPAA authorization', () => {
  const at = (field: string): string => `proof.authorization.${field}`;

  it('is taken when every element is there', () => {
    expect(fault(authorized())).toBeNull();
    const byEvent = { ...AUTHORIZATION, expirationEvent: 'end of the treatment' };
    const { validUntil: _validUntil, ...row } = authorized(byEvent);
    expect(fault(row)).toBeNull();
    const signed = { signedBy: 'representative', representativeAuthority: 'mother of a minor' };
    expect(fault(authorized({ ...AUTHORIZATION, ...signed }))).toBeNull();
  });

  it.each(Object.keys(AUTHORIZATION) as (keyof HipaaAuthorization)[])('is refused without %s', (field) => {
    expect(fault(authorized(without(field)))).toEqual(['authorizationIncomplete', at(field)]);
  });

  it.each([
    ['a statement that the text does not make', { statesRedisclosure: false }, 'statesRedisclosure'],
    ['an element of blanks', { information: '    ' }, 'information'],
    ['a signature of tomorrow', { signedOn: '2026-11-25' }, 'signedOn'],
    ['a representative without authority', { signedBy: 'representative' }, 'representativeAuthority'],
  ])('is refused with %s', (_name, change, field) => {
    expect(fault(authorized({ ...AUTHORIZATION, ...change }))).toEqual([
      'authorizationIncomplete',
      at(field),
    ]);
  });

  it('is refused without an end, and when the end has passed', () => {
    const { validUntil: _validUntil, ...endless } = authorized();
    expect(fault(endless)).toEqual(['authorizationIncomplete', at('expirationEvent')]);
    expect(fault(authorized(AUTHORIZATION, { validUntil: NOW }))).toEqual([
      'authorizationExpired',
      'validUntil',
    ]);
  });

  it('says so by its scope: neither counts without the other', () => {
    const { scope: _scope, ...plain } = authorized();
    expect(fault(plain)).toEqual(['scopeInvalid', 'scope']);
    expect(fault({ ...authorized(), proof: PROOF })).toEqual(['authorizationIncomplete', at('information')]);
  });

  it('may be revoked without repeating it', () => {
    const revoked = consent(1, { purpose: 'prevention', kind: 'withdrawn', scope: 'hipaaAuthorization' });
    expect(fault(revoked)).toBeNull();
  });

  it('never quotes what the authorization says', () => {
    const said = JSON.stringify(checkRow(authorized({ ...without('purpose'), disclosedTo: 'Rossi' }), NOW));
    expect(said).not.toContain('Rossi');
  });
});

describe('a row about public screening', () => {
  const mandated = { ...PROOF, mandate: 'Resolution 1 of 2026' };
  const row = (change: Partial<ConsentInput> = {}): ConsentInput =>
    consent(1, { purpose: 'screening', scope: 'publicScreening', proof: mandated, ...change });
  const { scope: _scope, ...unscoped } = row();

  it.each([
    ['the mandate in its proof', row(), null],
    ['no mandate in its proof', row({ proof: PROOF }), ['scopeInvalid', 'proof.mandate']],
    ['a plain consent', unscoped, ['scopeInvalid', 'scope']],
    ['a person who takes an objection back', { ...unscoped, kind: 'renewed' as const }, null],
    ['an objection', { ...unscoped, kind: 'objected' as const }, null],
    ['another purpose', row({ purpose: 'prevention' }), ['scopeInvalid', 'purpose']],
    [
      'the scope of an authorization',
      row({ scope: 'hipaaAuthorization' }),
      ['authorizationIncomplete', 'proof.authorization.information'],
    ],
  ])('%s', (_name, input, expected) => {
    expect(fault(input)).toEqual(expected);
  });
});

describe('a row with a birth date', () => {
  const child = (birthDate: string): Partial<ConsentInput> => ({
    subject: { ref: 'child-1', relation: 'child', birthDate },
  });

  it.each([
    ['a day of the past', { birthDate: '1980-12-31' }, null],
    ['tomorrow', { birthDate: '2026-11-25' }, ['birthDateInvalid', 'birthDate']],
    ['another form', { birthDate: '31/12/1980' }, ['birthDateInvalid', 'birthDate']],
    ['an empty cell', { birthDate: '' }, ['birthDateInvalid', 'birthDate']],
    ['a child of the past', child('2019-05-05'), null],
    ['a child of the wrong millennium', child('1019-05-05'), ['birthDateInvalid', 'subject.birthDate']],
    ['a refusal as well', { kind: 'refused' as const, birthDate: 'x' }, ['birthDateInvalid', 'birthDate']],
  ])('%s', (_name, change, expected) => {
    expect(fault(consent(1, change))).toEqual(expected);
  });

  it('is refused with a relation that nobody knows, which would hide a child', () => {
    const subject = { ref: 'child-1', relation: 'friend' } as unknown as NonNullable<ConsentInput['subject']>;
    expect(fault(consent(1, { subject }))).toEqual(['rowInvalid', 'subject.relation']);
  });
});
