import { refusal } from '../../../policy';
import type { RegistryContext } from '../../context';
import type { Vouched } from '../../rightsApi';

const LONGEST_NAME = 120;
const REFERENCE = /^[\p{L}\p{N}][\p{L}\p{N} ._:/#-]{0,79}$/u;

/**
 * Decisions about people are made by named people, never by one shared account.
 * @throws CareError `staffMemberMissing`
 */
export function namedPerson(recordedBy: string): string {
  const name = recordedBy.trim();
  if (name.length >= 2 && name.length <= LONGEST_NAME) return name;
  throw refusal('staffMemberMissing', { field: 'recordedBy' });
}

/**
 * The paper or ticket that a decision rests on. It goes into the audit, so it must tell nothing about health.
 * @throws CareError `staffMemberMissing`, `proofMissing`, `containsPhi`
 */
export function vouched(ctx: RegistryContext, { recordedBy, reference }: Vouched): Vouched {
  const named = namedPerson(recordedBy);
  const written = reference.trim();
  if (!REFERENCE.test(written)) throw refusal('proofMissing', { field: 'reference' });
  if (ctx.detectPhi(written).length > 0) throw refusal('containsPhi', { field: 'reference' });
  return { recordedBy: named, reference: written };
}
