import type { IExecuteFunctions, INodeProperties } from 'n8n-workflow';
import { CareError } from '../../core';

export const recordedByParameter: INodeProperties = {
  displayName: 'Recorded By',
  name: 'recordedBy',
  type: 'string',
  default: '',
  required: true,
  placeholder: 'e.g. Paola Neri',
  description:
    'Name of the person who decides, for the audit; never a shared account. An expression may take it from a form’s login.',
};

export const referenceParameter: INodeProperties = {
  displayName: 'Reference',
  name: 'reference',
  type: 'string',
  default: '',
  required: true,
  placeholder: 'e.g. form 12',
  description: 'Where it is written down: a form, letter or ticket. It tells nothing about health.',
};

export const confirmParameter = (displayName: string, description: string): INodeProperties => ({
  displayName,
  name: 'confirm',
  type: 'boolean',
  noDataExpression: true,
  default: false,
  description,
});

const text = (context: IExecuteFunctions, name: string, index: number): string => {
  const value = context.getNodeParameter(name, index, '');
  return typeof value === 'string' ? value : '';
};

/** The registry refuses what is empty. */
export const recordedBy = (context: IExecuteFunctions, index: number): string =>
  text(context, 'recordedBy', index);

export const vouchedFor = (context: IExecuteFunctions, index: number) => ({
  recordedBy: recordedBy(context, index),
  reference: text(context, 'reference', index),
});

/**
 * What cannot be undone is not done because a node was left as it was dropped on the canvas.
 * @throws CareError `confirmationMissing`
 */
export function assertConfirmed(context: IExecuteFunctions): void {
  if (context.getNodeParameter('confirm', 0, false) === true) return;
  throw new CareError(
    'confirmationMissing',
    'This cannot be undone. Switch the confirmation on when it is really meant.',
    { field: 'confirm' },
  );
}
