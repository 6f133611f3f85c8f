import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { consentFromText, type ConsentInput, type RowKey, type RowResult } from '../../core';
import { actorOf } from '../shared/actor';
import { chosenController } from '../shared/controller';
import { reasonOf } from '../shared/errors';
import { refused, withCare } from '../shared/items';
import { registryFor } from '../shared/registry';
import { personReader } from './person';

export const BY = 'consentRegistry';
/** Rows in one call, so that a long import gives other workflows their turn. */
const CHUNK = 500;

/** What became of one row, beside the person's pseudonym for the nodes after this one. */
export function resultItem(
  item: INodeExecutionData,
  index: number,
  result: RowResult,
  by: string = BY,
): INodeExecutionData {
  if (result.ok) {
    const { contactRef, eventId, repeated } = result;
    return withCare(item, { contactRef, consent: { ok: true, eventId, repeated } }, index);
  }
  const { code, sentence, field } = result;
  const consent = { ok: false, code, ...(field === undefined ? {} : { field }) };
  return refused(item, index, { by, code, sentence }, { consent });
}

type Row = { readonly input: ConsentInput } | { readonly failure: Extract<RowResult, { ok: false }> };

function failureOf(error: unknown): Row {
  const { code, sentence } = reasonOf(error);
  const field = (error as { at?: { field?: string } }).at?.field;
  return { failure: { ok: false, code, sentence, ...(field === undefined ? {} : { field }) } };
}

/** The text of one key for one item; undefined when there is none. */
export type RowReader = (item: INodeExecutionData, key: RowKey) => string | undefined;

/** Each row stands or falls alone. */
export async function recordRows(
  context: IExecuteFunctions,
  items: readonly INodeExecutionData[],
  read: RowReader,
): Promise<INodeExecutionData[]> {
  const controller = await chosenController(context);
  const person = personReader(context);
  const { dryRun } = context.getNodeParameter('options', 0, {});
  const registry = await registryFor(context);
  const { zone } = await registry.controllers.get(controller);
  const now = Date.now();
  const rows = items.map((item): Row => {
    try {
      return { input: consentFromText(person.of(item), (key) => read(item, key), { zone, now }) };
    } catch (error) {
      return failureOf(error);
    }
  });

  const inputs = rows.flatMap((row) => ('input' in row ? [row.input] : []));
  const results: RowResult[] = [];
  for (let from = 0; from < inputs.length; from += CHUNK) {
    const slice = inputs.slice(from, from + CHUNK);
    const options = { dryRun: dryRun === true };
    results.push(...(await registry.consent.record(controller, slice, actorOf(context), options)));
  }
  let next = 0;
  return items.map((item, index) => {
    const row = rows[index];
    const result = row && 'failure' in row ? row.failure : results[next++];
    return resultItem(item, index, result ?? missing);
  });
}

const missing: RowResult = {
  ok: false,
  code: 'registryUnreachable',
  sentence:
    'The registry gave no answer for this row. Run it again; a row that is there already is not doubled.',
};
