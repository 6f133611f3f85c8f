import { Command, Option } from 'commander';
import { type AuditHead, type ChainVerdict, type ProviderId, type Registry, refusal } from '../../core';
import { headFrom } from './audit';
import {
  actor,
  type ConnectionOptions,
  controllerOf,
  type OutputOptions,
  withConnection,
  withNewRegistry,
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

/** `carecampaign registry migrate`: opening brings the schema up to date. No other command makes a new registry. */
export function migrateCommand(): Command {
  return withConnection(new Command('migrate'))
    .description('Make the registry with its key file, or bring its schema up to date')
    .action(async (options: CareOptions) => {
      const controllers = await withNewRegistry(options, (registry) => registry.controllers.list());
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
  1  the registry or the head cannot be read
  3  a chain is broken; the first row that is not right is named`;

/** `carecampaign registry verify` */
export function verifyCommand(): Command {
  return withConnection(new Command('verify'))
    .description('Walk the audit of every controller and name the first row that is not right')
    .option('--controller <key>', 'only this one')
    .option('--head <file>', 'what audit-head wrote, against which rows cut off at the end are found too')
    .addHelpText('after', VERIFY_HELP)
    .action(verify);
}

async function verify(options: VerifyOptions): Promise<void> {
  const head = options.head === undefined ? undefined : headFrom(options.head);
  const verdicts = await withRegistry(options, async (registry) => {
    const found: [string, ChainVerdict][] = [];
    for (const key of await chainsOf(registry, options.controller, head))
      found.push([key, await registry.audit.verify(key, head ? { head } : {})]);
    return Object.fromEntries(found);
  });
  if (options.json || Object.keys(verdicts).length > 0) print(verdicts, options.json);
  else console.log('The registry has no controller yet, so there is no audit.');
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

/** `carecampaign registry pause`: works at the next claim. */
export function pauseCommand(): Command {
  return withConnection(new Command('pause'))
    .description('Stop sending for a controller, one of its senders or a campaign, from the next message on')
    .option(...CONTROLLER)
    .addOption(new Option('--sender <id>', 'only this sender, by its phone number ID').conflicts('campaign'))
    .addOption(
      new Option('--provider <name>', 'of the sender')
        .choices(['metaCloud', 'sendAppAgent', 'sendAppOfficial', 'sendAppCloud'])
        .default('metaCloud'),
    )
    .option('--campaign <key>', 'only this campaign')
    .option('--resume', 'send again instead')
    .action(pause);
}

async function pause(options: PauseOptions): Promise<void> {
  const paused = options.resume !== true;
  const what = await withRegistry(options, (registry) => pauseIn(registry, options, paused));
  print({ paused, ...what }, options.json);
}

async function pauseIn(registry: Registry, options: PauseOptions, paused: boolean): Promise<object> {
  const { sender, campaign } = options;
  if (sender !== undefined) return pauseSender(registry, sender, options, paused);
  const controller = await controllerOf(registry, options.controller);
  if (campaign === undefined) await registry.controllers.pause(controller, paused, actor());
  else await registry.campaigns.pause(controller, campaign, paused, actor());
  return campaign === undefined ? { controller } : { controller, campaign };
}

/** A sender has one controller; where another one is named, one of the two is a mistake. */
async function pauseSender(
  { senders }: Registry,
  sender: string,
  { provider, controller }: PauseOptions,
  paused: boolean,
): Promise<object> {
  if (controller !== undefined) {
    const own = await senders.list(controller);
    if (!own.some(({ phoneNumberId, provider: by }) => phoneNumberId === sender && by === provider))
      throw refusal('senderUnknown', { field: 'sender' });
  }
  await senders.pause(provider, sender, paused, actor());
  return { provider, sender };
}
