import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import {
  CareError,
  DEFAULT_STAGES,
  doneLookup,
  dueNow,
  readAppointment,
  STAGES,
  type Appointment,
  type AppointmentReading,
  type AppointmentStatus,
  type Registry,
  type RowVerdict,
  type StageRule,
} from '../../core';
import { chosenController } from '../shared/controller';
import { fieldPath, textAt, valueAt } from '../shared/fieldPath';
import { countBy, countsHint } from '../shared/hints';
import { refused, withCare } from '../shared/items';
import { registryFor } from '../shared/registry';

const BY = 'dueReminders';
const KIND = 'reminder';

interface Parameters {
  readonly controller: string;
  readonly id: string;
  readonly start: string;
  readonly end: string;
  readonly zone: string;
  readonly status: string;
  readonly subject: string;
  readonly defaultZone: string;
  readonly statusWords: Readonly<Record<string, AppointmentStatus>>;
  readonly rules: readonly StageRule[];
}

interface StatusWords {
  readonly words?: readonly { readonly word: string; readonly status: AppointmentStatus }[];
}

export async function readParameters(context: IExecuteFunctions): Promise<Parameters> {
  const field = (name: string, title: string) => fieldPath(context.getNodeParameter(name, 0, ''), title);
  const options = context.getNodeParameter('options', 0, {});
  const stages = context.getNodeParameter('stages', 0) as string[];
  const words = (options.statusWords as StatusWords | undefined)?.words ?? [];
  return {
    controller: await chosenController(context),
    id: required(field('idField', 'Appointment ID Field'), 'Appointment ID Field'),
    start: required(field('startField', 'Start Field'), 'Start Field'),
    status: field('statusField', 'Status Field'),
    zone: field('zoneField', 'Zone Field'),
    end: fieldPath(options.endField, 'End Field'),
    subject: fieldPath(options.subjectField, 'Subject Field'),
    defaultZone: typeof options.defaultZone === 'string' ? options.defaultZone.trim() : '',
    statusWords: Object.fromEntries(words.map(({ word, status }) => [word, status])),
    rules: DEFAULT_STAGES.filter(({ stage }) => stages.includes(stage)),
  };
}

/** One output a stage, then what is not due, each with the reason. */
export async function dueItems(
  context: IExecuteFunctions,
  items: readonly INodeExecutionData[],
): Promise<INodeExecutionData[][]> {
  const parameters = await readParameters(context);
  const registry = await registryFor(context);
  const controller = await registry.controllers.get(parameters.controller);
  const defaultZone = parameters.defaultZone === '' ? controller.zone : parameters.defaultZone;
  const rows = items.map((item) => readRow(item, parameters, defaultZone));
  const readable = rows.flatMap((row, index) =>
    row.reading.ok ? [{ index, zone: row.zone, appointment: row.reading.appointment }] : [],
  );
  const verdicts = await judge(
    registry,
    parameters,
    readable.map(({ appointment }) => appointment),
  );

  const outputs = [...STAGES, 'notDue'].map((): INodeExecutionData[] => []);
  const notDue = outputs[STAGES.length] ?? [];
  for (const verdict of verdicts) {
    const row = readable[verdict.row];
    const item = row && items[row.index];
    if (!row || !item) continue;
    if (verdict.due) {
      outputs[STAGES.indexOf(verdict.stage)]?.push(dueItem(item, row.index, verdict, row, parameters));
    } else {
      notDue.push(refused(item, row.index, { by: BY, code: verdict.code, sentence: verdict.sentence }));
    }
  }
  rows.forEach(({ reading }, index) => {
    const item = items[index];
    if (item && !reading.ok) notDue.push(refused(item, index, { by: BY, ...reasonOfReading(reading) }));
  });
  tellCounts(context, notDue);
  return outputs;
}

function readRow(
  item: INodeExecutionData,
  parameters: Parameters,
  defaultZone: string,
): { zone: string; reading: AppointmentReading } {
  const zone = textAt(item, parameters.zone) ?? defaultZone;
  const cells = {
    id: textAt(item, parameters.id),
    start: valueAt(item, parameters.start),
    end: valueAt(item, parameters.end),
    zone,
    status: valueAt(item, parameters.status),
  };
  return { zone, reading: readAppointment(cells, parameters.statusWords) };
}

/** Asks the registry only about occurrences of which a stage is open, however long the list of appointments is. */
async function judge(
  registry: Registry,
  { controller, rules }: Parameters,
  appointments: readonly Appointment[],
): Promise<RowVerdict[]> {
  const now = Date.now();
  const open = dueNow(appointments, rules, now, () => false).flatMap((verdict) =>
    verdict.due ? [verdict.occurrence] : [],
  );
  const occurrences = [...new Set(open)];
  const done =
    occurrences.length === 0 ? new Set<string>() : await registry.outbox.done(controller, KIND, occurrences);
  return dueNow(appointments, rules, now, doneLookup(done));
}

function dueItem(
  item: INodeExecutionData,
  index: number,
  { stage, occurrence, closesAt }: Extract<RowVerdict, { due: true }>,
  row: { readonly zone: string; readonly appointment: Appointment },
  { controller, rules, subject }: Parameters,
): INodeExecutionData {
  const rule = rules.find((one) => one.stage === stage);
  const subjectRef = textAt(item, subject);
  const patch = {
    controller,
    kind: KIND,
    occurrence,
    stage,
    purpose: rule?.purpose,
    template: rule?.template,
    about: row.appointment.id,
    at: new Date(row.appointment.startsAt).toISOString(),
    zone: row.zone,
    closesAt: new Date(closesAt).toISOString(),
    ...(subjectRef === undefined ? {} : { subjectRef }),
  };
  return withCare(item, patch, index);
}

function tellCounts(context: IExecuteFunctions, notDue: readonly INodeExecutionData[]): void {
  const hint = countsHint(
    'not due',
    countBy(notDue, ({ json }) => codeOf(json.care)),
  );
  if (hint) context.addExecutionHints(hint);
}

const codeOf = (care: unknown) => (care as { refusal: { code: string } }).refusal.code;

const reasonOfReading = ({ code, sentence }: { code: string; sentence: string }) => ({ code, sentence });

function required(path: string, title: string): string {
  if (path !== '') return path;
  throw new CareError('fieldNameExpected', `Enter the name of the field under "${title}".`, { field: title });
}
