import { Command } from 'commander';
import { registryCommand } from './registry';
import { setupCommand } from './setup';

new Command('carecampaign')
  .description('Care for an n8n that runs CareCampaign workflows')
  .addCommand(setupCommand())
  .addCommand(registryCommand())
  .parseAsync()
  .catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : 'carecampaign: unknown failure');
    process.exitCode = 1;
  });
