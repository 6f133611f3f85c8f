import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import {
  CareError,
  describeFindings,
  detectPhi,
  minimiseFields,
  outgoingTexts,
  reasonFor,
  redactPhi,
  refusal,
  screenOutgoing,
  summariseFindings,
  type DetectOptions,
  type PhiFinding,
} from '../../core';
import { chosenController } from '../shared/controller';
import { reasonOf } from '../shared/errors';
import { fieldPath, valueAt, withValueAt } from '../shared/fieldPath';
import { careOf, refused, withCare } from '../shared/items';
import { messageOf } from '../shared/message';
import { registryFor } from '../shared/registry';

const BY = 'phiFilter';

interface Parameters {
  readonly operation: string;
  /** Empty: the message. */
  readonly fields: readonly string[];
  readonly options: DetectOptions;
}

/** The item for Clean, or a refusal for the other side. */
type Outcome =
  | { readonly clean: true; readonly item: INodeExecutionData }
  | { readonly clean: false; readonly code: string; readonly sentence: string; readonly phi?: object };

type Operation = (item: INodeExecutionData, index: number, parameters: Parameters) => Outcome;

/** Clean and Contains PHI, in the order of the outputs. */
export async function filterAll(
  context: IExecuteFunctions,
  items: readonly INodeExecutionData[],
): Promise<INodeExecutionData[][]> {
  const parameters = await readParameters(context);
  const operation = OPERATIONS[parameters.operation];
  if (!operation) throw new CareError('operationUnknown', 'Choose an operation from the list.');
  const clean: INodeExecutionData[] = [];
  const telling: INodeExecutionData[] = [];
  items.forEach((item, index) => {
    const outcome = safely(() => operation(item, index, parameters));
    if (outcome.clean) clean.push(outcome.item);
    else {
      const { code, sentence, phi } = outcome;
      telling.push(refused(item, index, { by: BY, code, sentence }, phi ? { phi } : {}));
    }
  });
  return [clean, telling];
}

/** A check that breaks off has not passed. */
function safely(work: () => Outcome): Outcome {
  try {
    return work();
  } catch (error) {
    return { clean: false, ...reasonOf(error) };
  }
}

async function readParameters(context: IExecuteFunctions): Promise<Parameters> {
  const operation = context.getNodeParameter('operation', 0);
  const ofMessage =
    (operation === 'check' || operation === 'screen') && context.getNodeParameter('source', 0) === 'message';
  return {
    operation,
    fields: ofMessage ? [] : fieldNames(context.getNodeParameter('fields', 0)),
    options: await policyOf(context),
  };
}

function fieldNames(value: unknown): string[] {
  const names = (typeof value === 'string' ? value.split(',') : [])
    .map((name) => fieldPath(name, 'Fields'))
    .filter((name) => name !== '');
  if (names.length > 0) return names;
  throw new CareError('fieldNameExpected', 'Enter the name of at least one field under "Fields".', {
    field: 'fields',
  });
}

async function policyOf(context: IExecuteFunctions): Promise<DetectOptions> {
  if (context.getNodeParameter('policy', 0) === 'builtIn') return {};
  const { controllers } = await registryFor(context);
  return { policy: await controllers.phiPolicy(await chosenController(context)) };
}

const OPERATIONS: Readonly<Record<string, Operation>> = {
  check: (item, index, parameters) =>
    judged(
      item,
      index,
      findingsIn(item, parameters, (text) => detectPhi(text, parameters.options)),
    ),
  screen: (item, index, parameters) =>
    judged(
      item,
      index,
      findingsIn(item, parameters, (text) => screenOutgoing(text, parameters.options).findings),
    ),
  redact,
  minimise,
};

function findingsIn(
  item: INodeExecutionData,
  { fields }: Parameters,
  find: (text: string) => readonly PhiFinding[],
): PhiFinding[] {
  const texts =
    fields.length === 0 ? outgoingTexts(messageOf(item)) : fields.map((path) => textOf(item, path));
  return texts.flatMap((text) => [...find(text)]);
}

/** An absent field is no clean one: a name that is mistyped must not let everything through. */
function textOf(item: INodeExecutionData, path: string): string {
  const value = valueAt(item, path);
  if (value === undefined) {
    throw refusal('fieldMissing');
  }
  if (value === null) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function judged(item: INodeExecutionData, index: number, findings: readonly PhiFinding[]): Outcome {
  const phi = { clean: findings.length === 0, ...summariseFindings(findings) };
  if (phi.clean) return { clean: true, item: withCare(item, { phi }, index) };
  const reasons = describeFindings(findings).map(({ reason }) => reason);
  return {
    clean: false,
    code: 'containsPhi',
    sentence: reasonFor('containsPhi').sentence,
    phi: { ...phi, reasons },
  };
}

/** The one place where a user's own field changes: a redacted copy beside the original would redact nothing. */
function redact(item: INodeExecutionData, index: number, { fields, options }: Parameters): Outcome {
  const texts = fields.map((path) => [path, textOf(item, path)] as const);
  const json = texts.reduce(
    (record, [path, text]) => withValueAt(record, path, redactPhi(text, options)),
    item.json,
  );
  const findings = texts.flatMap(([, text]) => detectPhi(text, { strict: true, ...options }));
  const phi = { clean: true, ...summariseFindings(findings) };
  return { clean: true, item: withCare({ ...item, json }, { phi }, index) };
}

/** Files are dropped as well: nobody has said that they are free of health data, and most of them are reports. */
function minimise(item: INodeExecutionData, index: number, { fields, options }: Parameters): Outcome {
  const { care: _ours, ...record } = item.json;
  const { kept, dropped } = minimiseFields(record, fields, options);
  const json = { ...(kept as IDataObject), care: careOf(item) };
  const phi = { clean: true, dropped: dropped.map(({ path, reason }) => ({ path, reason })) };
  return { clean: true, item: withCare({ json }, { phi }, index) };
}
