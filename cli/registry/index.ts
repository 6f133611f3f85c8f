import { Command } from 'commander';
import { migrateCommand, pauseCommand, statsCommand, verifyCommand } from './care';
import { importCommand } from './import';
import { purgeCommand, rotateKeyCommand } from './keeping';
import { eraseCommand, exportPersonCommand } from './people';

/** `carecampaign registry ...` */
export function registryCommand(): Command {
  const commands = [
    migrateCommand(),
    verifyCommand(),
    statsCommand(),
    importCommand(),
    exportPersonCommand(),
    eraseCommand(),
    purgeCommand(),
    rotateKeyCommand(),
    pauseCommand(),
  ];
  const registry = new Command('registry').description('Care for the registry of consents');
  for (const command of commands) registry.addCommand(command);
  return registry;
}
