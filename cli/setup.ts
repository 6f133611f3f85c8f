import Table from 'cli-table3';
import { Command, Option } from 'commander';
import { N8nPublicApi } from './n8nPublicApi';
import { setSaveSettings, type SettingsReport } from './saveSettings';

interface SetupOptions {
  url: string;
  apiKey: string;
  workflow?: string[];
  all?: boolean;
  dryRun?: boolean;
  json?: boolean;
}

const EXIT_CODES = `
Exit codes:
  0  every workflow is as it should be (with --dry-run: was looked at)
  1  n8n could not be asked, or refused a change; what was refused is listed`;

/** `carecampaign setup`: keeps people's data out of n8n's own database. */
export function setupCommand(): Command {
  return new Command('setup')
    .description('Switch off the saving of executions in workflows that use CareCampaign nodes')
    .addOption(
      new Option('--url <url>', 'address of the n8n editor')
        .env('CARECAMPAIGN_N8N_URL')
        .default('http://127.0.0.1:5678'),
    )
    .addOption(
      new Option(
        '--api-key <key>',
        'key with workflow:list, workflow:read and workflow:update; the variable keeps it out of the process list',
      )
        .env('CARECAMPAIGN_N8N_API_KEY')
        .makeOptionMandatory(),
    )
    .addOption(new Option('--workflow <id...>', 'only these workflows').conflicts('all'))
    .option('--all', 'all workflows with our nodes (default)')
    .option('--dry-run', 'say what would change, and change nothing')
    .option('--json', 'print the report as JSON')
    .addHelpText('after', EXIT_CODES)
    .action(setup);
}

async function setup({ url, apiKey, workflow, dryRun = false, json = false }: SetupOptions): Promise<void> {
  const reports = await setSaveSettings(new N8nPublicApi(url, apiKey), { ids: workflow, dryRun });
  console.log(json ? JSON.stringify(reports, null, 2) : asTable(reports));
  if (reports.some(({ outcome }) => outcome === 'refused')) process.exitCode = 1;
}

function asTable(reports: readonly SettingsReport[]): string {
  if (reports.length === 0) return 'No workflow with CareCampaign nodes was found.';
  const table = new Table({
    head: ['Workflow', 'ID', 'Result', 'Settings'],
    style: { head: [], border: [] },
  });
  for (const { name, id, outcome, reason, changes } of reports) {
    table.push([
      name,
      id,
      reason ? `${outcome}: ${reason}` : outcome,
      Object.entries(changes).map(asLine).join('\n'),
    ]);
  }
  return table.toString();
}

const asLine = ([key, { from, to }]: [string, { from: unknown; to: unknown }]) =>
  `${key}: ${JSON.stringify(from ?? 'not set')} -> ${JSON.stringify(to)}`;
