import { Command } from 'commander';
import { auditExportCommand, auditHeadCommand, whyNotSentCommand } from './audit';
import { migrateCommand, pauseCommand, statsCommand, verifyCommand } from './care';
import { importCommand } from './import';
import { eraseCommand, exportPersonCommand } from './people';
import { purgeCommand } from './purge';
import { rotateKeyCommand } from './rotateKey';
import { unknownCommand } from './unknown';

const EXIT_CODES = `
Exit codes of every command:
  0  done
  1  failed; one sentence on stderr says why, with its code
  3  done in part (rows of an import were refused), or what was checked does not hold (verify, purge)`;

/** `carecampaign registry ...` */
export function registryCommand(): Command {
  const commands = [
    migrateCommand(),
    statsCommand(),
    importCommand(),
    exportPersonCommand(),
    eraseCommand(),
    whyNotSentCommand(),
    pauseCommand(),
    unknownCommand(),
    purgeCommand(),
    verifyCommand(),
    auditHeadCommand(),
    auditExportCommand(),
    rotateKeyCommand(),
  ];
  const registry = new Command('registry')
    .description('Care for the registry of consents')
    .addHelpText('after', EXIT_CODES);
  for (const command of commands) registry.addCommand(command);
  return registry;
}
