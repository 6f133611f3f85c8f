import { readFileSync } from 'node:fs';
import { Command, InvalidArgumentError, Option } from 'commander';
import { type AuditHead, CareError, type ExportFormat, type NotSent } from '../../core';
import { readHead } from '../../nodes/AuditTrail/head';
import {
  type ConnectionOptions,
  controllerOf,
  type OutputOptions,
  withConnection,
  withRegistry,
} from './connection';
import { asDocument, writeNew } from './newFile';
import { asColumns, print } from './output';
import { periodOf, type PeriodOptions, withPeriod } from './period';
import { anyPersonOf, type PersonOptions, withPerson } from './person';

interface HeadOptions extends ConnectionOptions, OutputOptions {
  readonly controller?: string;
  readonly out?: string;
}

interface ExportOptions extends HeadOptions, PeriodOptions {
  readonly format: ExportFormat;
  readonly out: string;
}

interface WhyOptions extends PersonOptions, PeriodOptions {
  readonly code?: string;
  readonly kind?: string;
  readonly occurrence?: string;
  readonly limit: number;
}

const CONTROLLER = ['--controller <key>', 'whose audit; may be left out where there is only one'] as const;

const HEAD_HELP = `
It prints the head as JSON. Keep one a day where those who can write to the registry cannot: "verify --head" needs it to
find rows that were cut off at the end.`;

/** `carecampaign registry audit-head` */
export function auditHeadCommand(): Command {
  return withConnection(new Command('audit-head'))
    .description('Give the signed end of the audit, to be kept outside the registry')
    .option(...CONTROLLER)
    .option('--out <file>', 'a new file for it, instead of printing it')
    .addHelpText('after', HEAD_HELP)
    .action(auditHead);
}

async function auditHead(options: HeadOptions): Promise<void> {
  const { out } = options;
  const head = await withRegistry(options, async (registry) => {
    const made = await registry.audit.head(await controllerOf(registry, options.controller));
    if (out !== undefined) await writeNew(out, () => Promise.resolve([asDocument(made)]));
    return made;
  });
  if (out === undefined) print(head, true);
  else print({ written: out, controller: head.controller, seq: head.seq }, options.json);
}

/** @throws CareError `fileUnreadable`, `parameterInvalid`; without a head nothing would find a cut tail */
export function headFrom(file: string): AuditHead {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    throw new CareError(
      'fileUnreadable',
      'The file of --head cannot be read. Check its path and your rights on it.',
      {
        field: 'head',
      },
    );
  }
  return readHead(text);
}

/** `carecampaign registry audit-export` */
export function auditExportCommand(): Command {
  return withPeriod(withConnection(new Command('audit-export')))
    .description('Write the audit to a file, oldest row first')
    .option(...CONTROLLER)
    .addOption(
      new Option('--format <format>', 'jsonl: for keeping, the copy itself can be verified; csv: for people')
        .choices(['jsonl', 'csv'])
        .default('jsonl'),
    )
    .requiredOption('--out <file>', 'a new file, which only your account can read')
    .action(auditExport);
}

async function auditExport(options: ExportOptions): Promise<void> {
  const { format, out } = options;
  await withRegistry(options, async (registry) => {
    const key = await controllerOf(registry, options.controller);
    const period = await periodOf(registry, key, options);
    await writeNew(out, () => registry.audit.export(key, { format, ...period }));
  });
  print({ written: out, format }, options.json);
}

const MOST = 10_000;

function limitOf(text: string): number {
  const limit = Number(text);
  if (Number.isInteger(limit) && limit >= 1 && limit <= MOST) return limit;
  throw new InvalidArgumentError('');
}

/** `carecampaign registry why-not-sent` */
export function whyNotSentCommand(): Command {
  return withPeriod(withPerson(new Command('why-not-sent')))
    .description('Say of messages that were refused, failed or got lost why; newest first')
    .option('--code <code>', 'only of this reason, such as noConsent')
    .option('--kind <kind>', 'only reminder, survey, campaign:<key> or reply')
    .option('--occurrence <key>', 'only of this appointment, visit or campaign, as care.occurrence names it')
    .option('--limit <number>', `at most so many messages, up to ${MOST}; the counts are of all`, limitOf, 50)
    .action(whyNotSent);
}

async function whyNotSent(options: WhyOptions): Promise<void> {
  const { code, kind, occurrence, limit } = options;
  const found = await withRegistry(options, async (registry) => {
    const key = await controllerOf(registry, options.controller);
    const period = await periodOf(registry, key, options);
    const person = anyPersonOf(options);
    return registry.audit.whyNotSent(key, {
      ...period,
      ...(person === null ? {} : { person }),
      ...(code === undefined ? {} : { code }),
      ...(kind === undefined ? {} : { kind }),
      ...(occurrence === undefined ? {} : { occurrence }),
      limit,
    });
  });
  if (options.json) print(withInstants(found), true);
  else console.log(notSentText(found));
}

const iso = (at: number): string => new Date(at).toISOString();

const withInstants = ({ rows, counts }: NotSent) => ({
  counts,
  rows: rows.map((row) => ({ ...row, at: iso(row.at) })),
});

export function notSentText({ rows, counts }: NotSent): string {
  if (rows.length === 0) return 'No message was refused, failed or got lost.';
  const messages = rows.map(({ at, state, code, kind, stage, contactRef, sentence }) => [
    `${iso(at)}\n${kind} ${stage}\n${contactRef ?? 'nobody on record'}`,
    `${state}: ${code}\n${sentence}`,
  ]);
  const totals = Object.entries(counts)
    .sort(([, a], [, b]) => b - a)
    .map(([code, count]) => [code, count.toLocaleString('en')]);
  return `${asColumns(['Message', 'Why'], messages)}\n${asColumns(['Code', 'Messages'], totals)}`;
}
