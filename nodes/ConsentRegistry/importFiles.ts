import { Readable } from 'node:stream';
import type { IBinaryData, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import {
  type CsvSource,
  type ImportCounts,
  noRows,
  readConsentCsv,
  refusal,
  refusedRows,
  type RowResult,
} from '../../core';
import { actorOf } from '../shared/actor';
import { chosenController } from '../shared/controller';
import { reasonOf } from '../shared/errors';
import { refused, withCare } from '../shared/items';
import { registryFor } from '../shared/registry';
import { BY } from './rows';
import { eachItem } from './run';

/** Imports the CSV file of each item, one after the other: no file has to fit into memory. */
export async function importFiles(
  context: IExecuteFunctions,
  items: readonly INodeExecutionData[],
): Promise<INodeExecutionData[]> {
  const controller = await chosenController(context);
  const property = context.getNodeParameter('binaryPropertyName', 0, 'data');
  const dryRun = context.getNodeParameter('options', 0, {}).dryRun === true;
  const { consent, controllers } = await registryFor(context);
  const { zone } = await controllers.get(controller);
  const rest = items.map((item) => withoutFiles(item, property));
  return eachItem(rest, BY, async (item, index) => {
    const rows = readConsentCsv(await fileAt(context, index, property), { zone, now: Date.now() });
    const batches = await consent.import(controller, rows, actorOf(context), { dryRun });
    return reportItem(item, index, dryRun, await reported(context, batches));
  });
}

/** The file holds numbers, so it goes no further; where n8n keeps files in json, it goes from there. */
function withoutFiles({ json, binary }: INodeExecutionData, property: string): INodeExecutionData {
  if (binary?.[property]) return { json };
  const { [property]: _file, ...rest } = json;
  return { json: rest };
}

/** @throws CareError `fileMissing` */
async function fileAt(context: IExecuteFunctions, index: number, property: string): Promise<CsvSource> {
  const { helpers } = context;
  const { id } = described(context, index, property);
  // Without an id n8n has all of the file in memory already.
  return id ? helpers.getBinaryStream(id) : [await helpers.getBinaryDataBuffer(index, property)];
}

function described({ helpers }: IExecuteFunctions, index: number, property: string): IBinaryData {
  try {
    return helpers.assertBinaryData(index, property);
  } catch {
    throw refusal('fileMissing', { field: 'binaryPropertyName', index });
  }
}

interface Report {
  readonly counts: ImportCounts;
  /** The list of refused rows; null where there are none. */
  readonly file: IBinaryData | null;
  /** Why the import stopped before the end of the file. */
  readonly failure?: unknown;
}

async function reported(
  context: IExecuteFunctions,
  batches: AsyncIterable<readonly RowResult[]>,
): Promise<Report> {
  const counts = noRows();
  const stopped: { failure?: unknown } = {};
  // What was recorded before a failure is on record, so its list is kept as well.
  async function* lines(): AsyncGenerator<string> {
    try {
      yield* refusedRows(batches, counts);
    } catch (error) {
      stopped.failure = error;
    }
  }
  const file = await listFile(context, lines());
  return { counts, file, ...stopped };
}

/** Written while the import runs, so that a long list needs no memory either. */
async function listFile(
  context: IExecuteFunctions,
  lines: AsyncGenerator<string>,
): Promise<IBinaryData | null> {
  const first = await lines.next();
  if (first.done === true) return null;
  const head = first.value;
  async function* all(): AsyncGenerator<string> {
    yield head;
    yield* lines;
  }
  const stream = Readable.from(all(), { objectMode: false });
  return context.helpers.prepareBinaryData(stream, 'refused-rows.csv', 'text/csv');
}

function reportItem(
  item: INodeExecutionData,
  index: number,
  dryRun: boolean,
  { counts, file, ...stopped }: Report,
): INodeExecutionData {
  const patch = { import: { ...counts, dryRun } };
  const told =
    'failure' in stopped
      ? refused(item, index, { by: BY, ...reasonOf(stopped.failure) }, patch)
      : withCare(item, patch, index);
  return file ? { ...told, binary: { refused: file } } : told;
}
