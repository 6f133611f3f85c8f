import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import {
  CareError,
  LANGUAGES,
  describeFindings,
  detectPhi,
  minimiseFields,
  outgoingTexts,
  reasonFor,
  redactPhi,
  refusal,
  rewordPhi,
  screenOutgoing,
  summariseFindings,
  textsIn,
  withTexts,
  type Language,
  type PhiFinding,
} from '../../core';
import { reasonOf } from '../shared/errors';
import { valueAt, withValueAt } from '../shared/fieldPath';
import { careOf, refused, withCare } from '../shared/items';
import { messageOf } from '../shared/message';
import { readParameters, timeLimit, type Parameters } from './parameters';
import { Timer } from './timer';

const BY = 'phiFilter';

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
  const timer = new Timer(timeLimit(context));
  const parameters = await readParameters(context, timer);
  const operation = OPERATIONS[parameters.operation];
  if (!operation) throw new CareError('operationUnknown', 'Choose an operation from the list.');
  const clean: INodeExecutionData[] = [];
  const telling: INodeExecutionData[] = [];
  for (const [index, item] of items.entries()) {
    const outcome = safely(() => {
      timer.check();
      return operation(item, index, parameters);
    });
    if (outcome.clean) clean.push(outcome.item);
    else {
      const { code, sentence, phi } = outcome;
      telling.push(refused(item, index, { by: BY, code, sentence }, phi ? { phi } : {}));
    }
    await timer.breathe();
  }
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

/** The chosen language, else the person's, where an earlier node has noted it. */
function languageFor(item: INodeExecutionData, chosen: Language | undefined): { language?: Language } {
  const language = chosen ?? LANGUAGES.find((each) => each === careOf(item).language);
  return language === undefined ? {} : { language };
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
    fields.length === 0
      ? outgoingTexts(messageOf(item))
      : fields.flatMap((path) => textsIn(presentValue(item, path)));
  return texts.flatMap((text) => [...find(text)]);
}

/** An absent field is no clean one: a name that is mistyped must not let everything through. */
function presentValue(item: INodeExecutionData, path: string): unknown {
  const value = valueAt(item, path);
  if (value === undefined) throw refusal('fieldMissing');
  return value;
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
function redact(
  item: INodeExecutionData,
  index: number,
  { fields, options, neutral, language }: Parameters,
): Outcome {
  const values = fields.map((path) => [path, presentValue(item, path)] as const);
  const findings: PhiFinding[] = [];
  const noting =
    (replace: (text: string) => string) =>
    (text: string): string => {
      findings.push(...detectPhi(text, { strict: true, ...options }));
      return replace(text);
    };
  const name = noting((text) => redactPhi(text, options));
  const change = {
    name,
    text: neutral ? noting((text) => rewordPhi(text, { ...options, ...languageFor(item, language) })) : name,
  };
  const json = values.reduce(
    (record, [path, value]) => withValueAt(record, path, withTexts(value, change)),
    item.json,
  );
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
