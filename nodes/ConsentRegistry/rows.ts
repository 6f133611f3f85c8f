import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import {
  consentFromText,
  type ConsentInput,
  type Registry,
  type RowKey,
  type RowRefusal,
  type RowResult,
} from '../../core';
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

/** A row of an item, or why it cannot be read. */
type Row = ConsentInput | RowRefusal;

const isInput = (row: Row): row is ConsentInput => !('ok' in row);

function failureOf(error: unknown): Row {
  const { code, sentence } = reasonOf(error);
  const field = (error as { at?: { field?: string } }).at?.field;
  return { ok: false, code, sentence, ...(field === undefined ? {} : { field }) };
}

/** The text of one key for one item; undefined when there is none. */
export type RowReader = (item: INodeExecutionData, key: RowKey) => string | undefined;

/** Tells the registry; the results stand in the order of the rows. */
type Tell = (
  consent: Registry['consent'],
  controller: string,
  rows: readonly Row[],
  actor: string,
  options: { readonly dryRun: boolean },
) => Promise<readonly (RowResult | undefined)[]>;

/** Takes history as it is. */
const record: Tell = async (consent, controller, rows, actor, options) => {
  const inputs = rows.filter(isInput);
  const results: RowResult[] = [];
  for (let from = 0; from < inputs.length; from += CHUNK) {
    results.push(...(await consent.record(controller, inputs.slice(from, from + CHUNK), actor, options)));
  }
  let next = 0;
  return rows.map((row) => (isInput(row) ? results[next++] : row));
};

/** Takes no consent that has run out already. */
const importAll: Tell = async (consent, controller, rows, actor, options) => {
  const results: RowResult[] = [];
  for await (const batch of await consent.import(controller, rows, actor, options)) results.push(...batch);
  return results;
};

/** How rows are taken. */
export interface Way {
  readonly tell: Tell;
  /** Whether a yes has to say when it was given. */
  readonly dated: boolean;
}
export const RECORD: Way = { tell: record, dated: false };
export const IMPORT: Way = { tell: importAll, dated: true };

/** Each row stands or falls alone. */
export async function tellRows(
  context: IExecuteFunctions,
  items: readonly INodeExecutionData[],
  read: RowReader,
  { tell, dated }: Way,
): Promise<INodeExecutionData[]> {
  const controller = await chosenController(context);
  const person = personReader(context);
  const { dryRun } = context.getNodeParameter('options', 0, {});
  const registry = await registryFor(context);
  const { zone } = await registry.controllers.get(controller);
  const now = Date.now();
  const rows = items.map((item): Row => {
    try {
      return consentFromText(person.of(item), (key) => read(item, key), { zone, now, dated });
    } catch (error) {
      return failureOf(error);
    }
  });
  const options = { dryRun: dryRun === true };
  const results = await tell(registry.consent, controller, rows, actorOf(context), options);
  return items.map((item, index) => resultItem(item, index, results[index] ?? missing));
}

const missing: RowResult = {
  ok: false,
  code: 'registryUnreachable',
  sentence:
    'The registry gave no answer for this row. Run it again; a row that is there already is not doubled.',
};
