import { readFileSync } from 'node:fs';
import { Command, Option } from 'commander';
import { type AuditHead, CareError, type ChainVerdict, type ProviderId, type Registry } from '../../core';
import {
  actor,
  type ConnectionOptions,
  controllerOf,
  type OutputOptions,
  withConnection,
  withRegistry,
} from './connection';
import { PARTLY, print } from './output';

interface CareOptions extends ConnectionOptions, OutputOptions {
  readonly controller?: string;
}

interface PauseOptions extends CareOptions {
  readonly sender?: string;
  readonly provider: ProviderId;
  readonly campaign?: string;
  readonly resume?: boolean;
}

interface VerifyOptions extends CareOptions {
  readonly head?: string;
}

const CONTROLLER = ['--controller <key>', 'for whom; may be left out where there is only one'] as const;

/** `carecampaign registry migrate`: opening brings the schema up to date. */
export function migrateCommand(): Command {
  return withConnection(new Command('migrate'))
    .description('Make the registry, or bring its schema up to date')
    .action(async (options: CareOptions) => {
      const controllers = await withRegistry(options, (registry) => registry.controllers.list());
      print({ schema: 'up to date', controllers: controllers.length }, options.json);
    });
}

/** `carecampaign registry stats` */
export function statsCommand(): Command {
  return withConnection(new Command('stats'))
    .description('Count what the registry holds')
    .option(...CONTROLLER)
    .action(async (options: CareOptions) => {
      const stats = await withRegistry(options, async (registry) =>
        registry.stats.of(await controllerOf(registry, options.controller)),
      );
      print(stats, options.json);
    });
}

const VERIFY_HELP = `
Exit codes:
  0  every chain is whole
  1  the registry or the head could not be read
  3  a chain is broken; the first row that is not right is named`;

/** `carecampaign registry verify` */
export function verifyCommand(): Command {
  return withConnection(new Command('verify'))
    .description('Walk the audit of every controller and name the first row that is not right')
    .option('--controller <key>', 'only this one')
    .option('--head <file>', 'an exported head, against which also a cut tail is found')
    .addHelpText('after', VERIFY_HELP)
    .action(verify);
}

async function verify(options: VerifyOptions): Promise<void> {
  const head = options.head === undefined ? undefined : readHead(options.head);
  const verdicts = await withRegistry(options, async (registry) => {
    const found: [string, ChainVerdict][] = [];
    for (const key of await chainsOf(registry, options.controller, head))
      found.push([key, await registry.audit.verify(key, head ? { head } : {})]);
    return Object.fromEntries(found);
  });
  print(verdicts, options.json);
  if (Object.values(verdicts).some((verdict) => !verdict.ok)) process.exitCode = PARTLY;
}

/** A head belongs to one chain. */
async function chainsOf(
  registry: Registry,
  named: string | undefined,
  head: AuditHead | undefined,
): Promise<string[]> {
  if (named !== undefined || head) return [await controllerOf(registry, named ?? head?.controller)];
  return (await registry.controllers.list()).map(({ key }) => key);
}

/** The registry checks whether it is one; here it only has to be JSON. */
function readHead(file: string): AuditHead {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as AuditHead;
  } catch {
    throw new CareError('fileUnreadable', 'The head cannot be read. Give the file that Export Head wrote.', {
      field: 'head',
    });
  }
}

/** `carecampaign registry pause`: works at the next claim. */
export function pauseCommand(): Command {
  return withConnection(new Command('pause'))
    .description('Stop sending for a controller, one of its senders or a campaign, from the next message on')
    .option(...CONTROLLER)
    .addOption(new Option('--sender <id>', 'only this phone number ID').conflicts('campaign'))
    .addOption(
      new Option('--provider <name>', 'of the sender')
        .choices(['metaCloud', 'sendAppAgent', 'sendAppOfficial', 'sendAppCloud'])
        .default('metaCloud'),
    )
    .option('--campaign <key>', 'only this campaign')
    .option('--resume', 'go on instead')
    .action(pause);
}

async function pause(options: PauseOptions): Promise<void> {
  const paused = options.resume !== true;
  const what = await withRegistry(options, (registry) => pauseIn(registry, options, paused));
  print({ [paused ? 'paused' : 'resumed']: what }, options.json);
}

async function pauseIn(registry: Registry, options: PauseOptions, paused: boolean): Promise<string> {
  const { sender, provider, campaign } = options;
  if (sender !== undefined) {
    await registry.senders.pause(provider, sender, paused, actor());
    return `sender ${sender}`;
  }
  const key = await controllerOf(registry, options.controller);
  if (campaign === undefined) await registry.controllers.pause(key, paused, actor());
  else await registry.campaigns.pause(key, campaign, paused, actor());
  return campaign === undefined ? `controller ${key}` : `campaign ${campaign}`;
}
