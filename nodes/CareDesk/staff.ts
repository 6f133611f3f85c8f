import type { IExecuteFunctions, INodeProperties } from 'n8n-workflow';
import { CareError } from '../../core';

/** Never one shared account without a trace: every act at the desk names a person. */
export const staffParameter: INodeProperties = {
  displayName: 'Staff Member',
  name: 'staffMember',
  type: 'string',
  default: '',
  required: true,
  placeholder: 'e.g. Maria Rossi',
  description:
    'Name of the person who does it, for the audit. An expression may take it from a form’s login.',
};

/** @throws CareError `staffMemberMissing` */
export function staffMember(context: IExecuteFunctions, index: number): string {
  const name = context.getNodeParameter('staffMember', index, '');
  if (typeof name === 'string' && name.trim() !== '') return name.trim();
  throw new CareError('staffMemberMissing', 'Enter the name of the person who does it. No shared account.', {
    field: 'staffMember',
    index,
  });
}
