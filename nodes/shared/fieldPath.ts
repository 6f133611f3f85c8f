import type { IDataObject, INodeExecutionData, INodeProperties } from 'n8n-workflow';
import { CareError } from '../../core';

const STEP = /[^.[\]]+|\[(?:"([^"]*)"|'([^']*)'|(\d+))\]/g;
const LOOKS_LIKE_PHONE = /^\+?[\d\s()./-]{7,}$/;

/** A parameter that names a field of the item: n8n reads such a plain value 160 times as fast as an expression. */
export function fieldParameter(
  property: Pick<INodeProperties, 'displayName' | 'name' | 'description'> & Partial<INodeProperties>,
): INodeProperties {
  return { type: 'string', default: '', requiresDataPath: 'single', noDataExpression: true, ...property };
}

/**
 * Checks a field name once, before any item is read.
 * @throws CareError `fieldNameExpected` for a value that looks like a phone number: it would be stored in the
 * workflow, and means that somebody put the person where the name of the column belongs.
 */
export function fieldPath(value: unknown, displayName: string): string {
  const path = typeof value === 'string' ? value.trim() : '';
  if (LOOKS_LIKE_PHONE.test(path) && path.replace(/\D/g, '').length >= 7) {
    throw new CareError(
      'fieldNameExpected',
      `"${displayName}" takes the name of a field, such as contact.phone, not a number. Put the name of the column there.`,
      { field: displayName },
    );
  }
  return path;
}

/** The value at `path` such as `contact.phone`, `rows[0].id` or `["first name"]`; undefined when it is not there. */
export function valueAt(item: INodeExecutionData, path: string): unknown {
  if (path === '') return undefined;
  // A column whose own name has a dot in it comes before a path.
  if (Object.hasOwn(item.json, path)) return item.json[path];
  let value: unknown = item.json;
  for (const key of stepsOf(path)) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as IDataObject)[key];
  }
  return value;
}

const stepsOf = (path: string): string[] =>
  [...path.matchAll(STEP)].map(([step, double, single, position]) => double ?? single ?? position ?? step);

/** A copy of the record with another value at a path that exists; everything else is shared with the original. */
export function withValueAt(record: IDataObject, path: string, value: unknown): IDataObject {
  const steps = Object.hasOwn(record, path) ? [path] : stepsOf(path);
  const replaced = (from: unknown, [key, ...rest]: string[]): unknown => {
    if (key === undefined) return value;
    const copy = Array.isArray(from) ? [...(from as unknown[])] : { ...(from as IDataObject) };
    Object.assign(copy, { [key]: replaced(Reflect.get(copy, key), rest) });
    return copy;
  };
  return replaced(record, steps) as IDataObject;
}

/** A text or number at `path` as trimmed text; undefined when it is empty or of another kind. */
export function textAt(item: INodeExecutionData, path: string): string | undefined {
  const value = valueAt(item, path);
  const text = typeof value === 'number' ? String(value) : typeof value === 'string' ? value.trim() : '';
  return text === '' ? undefined : text;
}
