import { authorizationColumn } from './authorizationText';

const NAMED: Readonly<Record<string, string>> = {
  // A proof is read where its words are there.
  proof: 'textShown',
  'subject.ref': 'subjectRef',
  'subject.relation': 'subjectRelation',
  'subject.birthDate': 'subjectBirthDate',
};

/** The column of a table that holds what a refusal calls `field`. */
export function columnOf(field: string): string {
  const [first, second, element] = field.split('.');
  if (first !== 'proof' || second === undefined) return NAMED[field] ?? field;
  return second === 'authorization' ? authorizationColumn(element) : second;
}
