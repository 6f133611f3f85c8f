import { Command, Option } from 'commander';
import { CareError, ERASURE_REASONS, type ErasureReason, type Registry } from '../../core';
import { actor, controllerOf, withRegistry } from './connection';
import { asDocument, writeNew } from './newFile';
import { print } from './output';
import { personOf, type PersonOptions, withPerson } from './person';

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

/** `carecampaign registry export-person`: the answer to an access request. */
export function exportPersonCommand(): Command {
  return withPerson(new Command('export-person'))
    .description('Write all that is held about a person to a file (GDPR Art. 15 and 20)')
    .addOption(
      new Option('--format <format>', 'json: everything; fhir: consents as FHIR R5; receipt: consent records')
        .choices(['json', 'fhir', 'receipt'])
        .default('json'),
    )
    .requiredOption('--out <file>', 'a new file, which only your account can read')
    .action(exportPerson);
}

async function exportPerson(options: ExportOptions): Promise<void> {
  const person = personOf(options);
  await withRegistry(options, async (registry) => {
    const key = await controllerOf(registry, options.controller);
    await writeNew(options.out, async () => [
      asDocument(await FORMATS[options.format](registry.rights, key, person)),
    ]);
  });
  print({ written: options.out, format: options.format }, options.json);
}

type Export = (
  rights: Registry['rights'],
  key: string,
  person: ReturnType<typeof personOf>,
) => Promise<object>;

const FORMATS: Readonly<Record<ExportOptions['format'], Export>> = {
  json: (rights, key, person) => rights.exportPerson(key, person, actor()),
  fhir: (rights, key, person) => rights.exportFhir(key, person, actor()),
  receipt: (rights, key, person) => rights.exportConsentRecords(key, person, actor()),
};

/** `carecampaign registry erase` */
export function eraseCommand(): Command {
  return withPerson(new Command('erase'))
    .description('Destroy what leads to a person; the number stays refused (GDPR Art. 17)')
    .addOption(
      new Option('--reason <ground>', 'the ground of Art. 17(1), in the order of its letters a to f')
        .choices([...ERASURE_REASONS])
        .makeOptionMandatory(),
    )
    .requiredOption('--recorded-by <name>', 'who decided it')
    .option('--dry-run', 'count what would be destroyed, and destroy nothing')
    .option('--yes', 'needed, because nothing brings it back')
    .action(erase);
}

async function erase(options: EraseOptions): Promise<void> {
  const { reason, recordedBy, dryRun = false } = options;
  if (!dryRun && options.yes !== true) {
    throw new CareError(
      'confirmationMissing',
      'An erasure cannot be undone. Look at it with --dry-run first, then run it with --yes.',
      { field: 'yes' },
    );
  }
  const person = personOf(options);
  const erased = await withRegistry(options, async (registry) => {
    const key = await controllerOf(registry, options.controller);
    return registry.rights.erase(key, person, reason, recordedBy, actor(), { dryRun });
  });
  print({ ...erased, ...(dryRun ? { dryRun } : {}) }, options.json);
}
