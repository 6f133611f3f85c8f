import { DateTime } from 'luxon';
import type { IDataObject, IExecuteFunctions, INodeExecutionData, INodeProperties } from 'n8n-workflow';
import { CareError } from '../../core';

export const BY = 'auditTrail';

/** An item of its own, born in the registry. */
export const auditItem = (json: object, index: number): INodeExecutionData => ({
  json: json as IDataObject,
  pairedItem: { item: index },
});

/** As it stands where somebody tampered with it and it is no instant any more. */
export const iso = (at: number): string =>
  Number.isFinite(new Date(at).getTime()) ? new Date(at).toISOString() : String(at);

export const sinceField: INodeProperties = {
  displayName: 'Since',
  name: 'since',
  type: 'dateTime',
  default: '',
  description: 'The first instant that counts',
};

export const untilField: INodeProperties = {
  displayName: 'Until',
  name: 'until',
  type: 'dateTime',
  default: '',
  description: 'The first instant that counts no more',
};

export const filtersField = (fields: readonly INodeProperties[]): INodeProperties => ({
  displayName: 'Filters',
  name: 'filters',
  type: 'collection',
  placeholder: 'Add Filter',
  default: {},
  options: [...fields],
});

export function word(value: unknown): string | undefined {
  const text = typeof value === 'string' ? value.trim() : '';
  return text === '' ? undefined : text;
}

const hasMillis = (value: object): value is { toMillis(): number } =>
  'toMillis' in value && typeof value.toMillis === 'function';

function millis(value: unknown, zone: string): number {
  if (value instanceof Date) return value.getTime();
  if (typeof value === 'object' && value !== null && hasMillis(value)) return value.toMillis();
  return typeof value === 'string' ? DateTime.fromISO(value.trim(), { zone }).toMillis() : Number.NaN;
}

/**
 * ms since epoch of a dateTime parameter; an expression may give a date object. Without an offset it is in the zone of
 * the workflow, as the editor's date picker means it.
 * @throws CareError `parameterInvalid`
 */
export function instant(context: IExecuteFunctions, value: unknown, displayName: string): number | undefined {
  if (value === undefined || value === null || value === '') return undefined;
  const at = millis(value, context.getTimezone());
  if (Number.isFinite(at)) return at;
  throw new CareError(
    'parameterInvalid',
    `"${displayName}" is not a date. Use ISO 8601, such as 2027-03-01.`,
    {
      field: displayName,
    },
  );
}

/** Since and Until of the filters, as far as they are set. */
export function periodOf(
  context: IExecuteFunctions,
  { since, until }: { since?: unknown; until?: unknown },
): { since?: number; until?: number } {
  const from = instant(context, since, 'Since');
  const to = instant(context, until, 'Until');
  return { ...(from === undefined ? {} : { since: from }), ...(to === undefined ? {} : { until: to }) };
}
