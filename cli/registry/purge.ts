import { Command } from 'commander';
import type { PurgeCounts, Registry } from '../../core';
import {
  actor,
  type ConnectionOptions,
  controllerOf,
  type OutputOptions,
  withConnection,
  withRegistry,
} from './connection';
import { isWatched, print, progressBar } from './output';

interface PurgeOptions extends ConnectionOptions, OutputOptions {
  readonly controller?: string;
  readonly dryRun?: boolean;
}

const HELP = `
It may be interrupted and run again, and n8n goes on meanwhile. Run it once a day.

Exit codes:
  0  what is kept long enough is gone (with --dry-run: was counted)
  1  the registry cannot be opened or written
  3  all but old rows of the audit is gone: the chain does not hold; see verify`;

/** `carecampaign registry purge` */
export function purgeCommand(): Command {
  return withConnection(new Command('purge'))
    .description('Delete what has been kept for as long as the policy says')
    .option('--controller <key>', 'for whom; may be left out where there is only one')
    .option('--dry-run', 'count what would go, and delete nothing')
    .addHelpText('after', HELP)
    .action(purge);
}

async function purge(options: PurgeOptions): Promise<void> {
  const { dryRun = false } = options;
  const counts = await withRegistry(options, async (registry) => {
    const key = await controllerOf(registry, options.controller);
    if (dryRun) return registry.retention.purge(key, { actor: actor(), dryRun });
    return purgeWithBar(registry, key);
  });
  print({ ...counts, ...(dryRun ? { dryRun } : {}) }, options.json);
}

async function purgeWithBar({ retention }: Registry, key: string): Promise<PurgeCounts> {
  const bar = progressBar(isWatched() ? await dueRows(retention, key) : 0, 'rows');
  try {
    return await retention.purge(key, { actor: actor(), onProgress: ({ rows }) => bar.add(rows) });
  } finally {
    bar.end();
  }
}

async function dueRows(retention: Registry['retention'], key: string): Promise<number> {
  const counts = await retention.purge(key, { actor: actor(), dryRun: true });
  return Object.values(counts).reduce((sum, rows) => sum + rows, 0);
}
