import { Command, Option } from 'commander';
import type { UnknownDecision, UnknownFilter } from '../../core';
import {
  actor,
  type ConnectionOptions,
  controllerOf,
  type OutputOptions,
  withConnection,
  withRegistry,
} from './connection';
import { asColumns, PARTLY, print } from './output';

interface UnknownOptions extends ConnectionOptions, OutputOptions {
  readonly controller?: string;
  readonly sender?: string;
  readonly campaign?: string;
  readonly message?: readonly string[];
  readonly graceHours?: string;
}

const DECISIONS: Readonly<Record<string, UnknownDecision>> = {
  'count-as-sent': 'countAsSent',
  'send-again': 'sendAgain',
};

const withFilter = (command: Command): Command =>
  withConnection(command)
    .option('--controller <key>', 'for whom; may be left out where there is only one')
    .option('--message <id...>', 'only these messages')
    .option('--sender <id>', 'only those of this sender, by its phone number ID')
    .option('--campaign <key>', 'only those of this campaign')
    .option('--grace-hours <hours>', 'how long a status may still come; 24 or more');

function filterOf({ sender, campaign, message, graceHours }: UnknownOptions): UnknownFilter {
  return {
    ...(message === undefined ? {} : { outboxIds: message }),
    ...(sender === undefined ? {} : { phoneNumberId: sender }),
    ...(campaign === undefined ? {} : { campaignKey: campaign }),
    ...(graceHours === undefined ? {} : { graceHours: Number(graceHours) }),
  };
}

const day = (at: number): string => new Date(at).toISOString();

async function list(options: UnknownOptions): Promise<void> {
  const rows = await withRegistry(options, async (registry) =>
    registry.sending.listUnknown(await controllerOf(registry, options.controller), filterOf(options)),
  );
  if (options.json) print(rows, true);
  else
    console.log(
      asColumns(
        ['message', 'sender', 'kind', 'campaign', 'called', 'to be decided from'],
        rows.map((row) => [
          row.id,
          row.phoneNumberId,
          `${row.kind} ${row.stage}`,
          row.campaign ?? '-',
          day(row.calledAt),
          day(row.decidableAt),
        ]),
      ),
    );
}

async function settle(options: UnknownOptions & { readonly as: string }): Promise<void> {
  const decision = DECISIONS[options.as] ?? 'countAsSent';
  const outcome = await withRegistry(options, async (registry) =>
    registry.sending.settleUnknown(
      await controllerOf(registry, options.controller),
      filterOf(options),
      decision,
      actor(),
    ),
  );
  print(outcome, options.json);
  if (outcome.tooEarly > 0) process.exitCode = PARTLY;
}

/** `carecampaign registry unknown`: messages whose answer was lost and whose status never came. */
export function unknownCommand(): Command {
  return new Command('unknown')
    .description('List or settle messages of which nobody knows whether they have left')
    .addCommand(withFilter(new Command('list')).description('Show them, the oldest first').action(list))
    .addCommand(
      withFilter(new Command('settle'))
        .description('Decide about those whose status has not come within the grace period; audited')
        .addOption(
          new Option('--as <decision>', 'send-again may bring somebody the same message twice')
            .choices(Object.keys(DECISIONS))
            .makeOptionMandatory(),
        )
        .action(settle),
    );
}
