import { Command, CommanderError } from 'commander';
import { exitCodeOf, failureOf, tell } from './failure';
import { registryCommand } from './registry';
import { setupCommand } from './setup';

export function program(): Command {
  return withoutOwnErrors(
    new Command('carecampaign')
      .description('Care for an n8n that runs CareCampaign workflows')
      .addCommand(setupCommand())
      .addCommand(registryCommand()),
  );
}

/** Commander quotes what was typed, which may be a phone number, and ends the process by itself. */
function withoutOwnErrors(command: Command): Command {
  command.exitOverride().configureOutput({ outputError: () => undefined });
  command.commands.forEach(withoutOwnErrors);
  return command;
}

/** Runs a command and sets the exit code of the process. */
export async function run(args: readonly string[]): Promise<void> {
  try {
    await program().parseAsync([...args], { from: 'user' });
  } catch (error) {
    // The help has been printed: asked for, or because no command was named.
    if (error instanceof CommanderError && /^commander\.(help|version)/.test(error.code)) {
      process.exitCode = error.exitCode;
      return;
    }
    tell(failureOf(error), args.includes('--json'));
    process.exitCode = exitCodeOf(error);
  }
}
