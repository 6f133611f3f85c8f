import { writeFileSync } from 'node:fs';
import { Command, Option } from 'commander';
import { CareError, ERASURE_REASONS, type ErasureReason, type PersonQuery } from '../../core';
import {
  actor,
  type ConnectionOptions,
  controllerOf,
  type OutputOptions,
  withConnection,
  withRegistry,
} from './connection';
import { print } from './output';

interface PersonOptions extends ConnectionOptions, OutputOptions {
  readonly controller?: string;
  readonly phone?: string;
  readonly country?: string;
  readonly contactRef?: string;
}

interface ExportOptions extends PersonOptions {
  readonly format: 'json' | 'fhir' | 'receipt';
  readonly out: string;
}

interface EraseOptions extends PersonOptions {
  readonly reason: ErasureReason;
  readonly recordedBy: string;
  readonly dryRun?: boolean;
  readonly yes?: boolean;
}

const withPerson = (command: Command): Command =>
  withConnection(command)
    .option('--controller <key>', 'whose contact; may be left out where there is only one')
    .addOption(new Option('--phone <number>', 'the person by number').conflicts('contactRef'))
    .option('--country <code>', 'of a number without a country code, such as IT')
    .option(
      '--contact-ref <id>',
      'the person by pseudonym, which does not stand in the shell’s history as a number',
    );

function personOf({ phone, country, contactRef }: PersonOptions): PersonQuery {
  if (contactRef !== undefined) return { contactRef };
  if (phone !== undefined) return { phone, ...(country === undefined ? {} : { country }) };
  throw new CareError('personMissing', 'Name the person with --contact-ref or --phone.', { field: 'person' });
}

/** `carecampaign registry export-person`: the answer to an access request. */
export function exportPersonCommand(): Command {
  return withPerson(new Command('export-person'))
    .description('Write all that is held about a person to a file (GDPR Art. 15 and 20)')
    .addOption(
      new Option('--format <format>', 'json: everything; fhir: consents as FHIR R5; receipt: consent records')
        .choices(['json', 'fhir', 'receipt'])
        .default('json'),
    )
    .requiredOption('--out <file>', 'the file; readable by your account only')
    .action(exportPerson);
}

async function exportPerson(options: ExportOptions): Promise<void> {
  const document = await withRegistry(options, async (registry) => {
    const key = await controllerOf(registry, options.controller);
    const person = personOf(options);
    const { rights } = registry;
    if (options.format === 'fhir') return rights.exportFhir(key, person, actor());
    if (options.format === 'receipt') return rights.exportConsentRecords(key, person, actor());
    return rights.exportPerson(key, person, actor());
  });
  writeFileSync(options.out, `${JSON.stringify(document, null, 2)}\n`, { mode: 0o600, flag: 'wx' });
  print({ written: options.out, format: options.format }, options.json);
}

/** `carecampaign registry erase` */
export function eraseCommand(): Command {
  return withPerson(new Command('erase'))
    .description('Destroy what leads to a person; the number stays refused (GDPR Art. 17)')
    .addOption(
      new Option('--reason <letter>', 'letter of Art. 17(1)')
        .choices([...ERASURE_REASONS])
        .makeOptionMandatory(),
    )
    .requiredOption('--recorded-by <name>', 'who decided it')
    .option('--dry-run', 'count what would be destroyed, and destroy nothing')
    .option('--yes', 'needed, because nothing brings it back')
    .action(erase);
}

async function erase(options: EraseOptions): Promise<void> {
  const dryRun = options.dryRun ?? false;
  if (!dryRun && options.yes !== true) {
    throw new CareError(
      'confirmationMissing',
      'An erasure cannot be undone. Look at it with --dry-run first, then run it with --yes.',
      { field: 'yes' },
    );
  }
  const erased = await withRegistry(options, async (registry) => {
    const key = await controllerOf(registry, options.controller);
    const { reason, recordedBy } = options;
    return registry.rights.erase(key, personOf(options), reason, recordedBy, actor(), { dryRun });
  });
  print(erased, options.json);
}
