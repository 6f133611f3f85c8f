import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { authorizationFault } from '../../../core/registry/services/authorization';
import type { ConsentInput, HipaaAuthorization } from '../../../core/registry/types';
import { consent, NOW, PROOF } from '../../support/registry';

const DOCUMENT = readFileSync(join(__dirname, '../../../docs/legal-cases.md'), 'utf8');
const SECTION = DOCUMENT.split(/^## /m).find((part) => part.startsWith('A HIPAA authorization')) ?? '';
/** The field and the code of each row of the table. */
const ROWS = [...SECTION.matchAll(/\| 164\.508\S+ +\| `(\w+)` +\| (\w+) +\|/g)].map(
  ([, field = '', code = '']) => [field, code] as const,
);

/** Signed by a representative and ended by an event, so that no element is superfluous. */
const COMPLETE: HipaaAuthorization = {
  information: 'name, telephone number and preferred location',
  disclosedBy: 'Aurora',
  disclosedTo: 'WhatsApp',
  purpose: 'to hear about seasonal initiatives',
  expirationEvent: 'end of the treatment',
  signedBy: 'representative',
  signedOn: '2026-11-20',
  representativeAuthority: 'guardian',
  statesRightToRevoke: true,
  statesNoConditioning: true,
  statesRedisclosure: true,
  remuneration: 'none',
  copyGiven: true,
};

function faultWithout(field: string): readonly unknown[] | null {
  const elements = Object.fromEntries(Object.entries(COMPLETE).filter(([key]) => key !== field));
  const authorization = elements as unknown as HipaaAuthorization;
  const row: ConsentInput = consent(1, {
    purpose: 'prevention',
    scope: 'hipaaAuthorization',
    proof: { ...PROOF, authorization },
    ...(field === 'validUntil' ? { validUntil: NOW } : {}),
  });
  return authorizationFault(row, NOW);
}

describe('the table of elements of a HIPAA authorization says what the system demands', () => {
  it('names every element, and the date beside them', () => {
    expect(ROWS.map(([field]) => field).sort()).toEqual([...Object.keys(COMPLETE), 'validUntil'].sort());
  });

  it.each(ROWS)('%s: %s', (field, code) => {
    const at = field === 'validUntil' ? field : `proof.authorization.${field}`;
    expect(faultWithout(field)).toEqual([code, at]);
  });

  it('asks for nothing else', () => {
    expect(faultWithout('nothing')).toBeNull();
  });
});
