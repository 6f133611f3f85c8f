/** `carecampaign registry import` as a process of its own, watched from outside. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import type { RegistryOptions } from '../../core';
import type { TableCounts } from './consentTable';

export interface ImportOrder {
  /** File of the built command. */
  readonly command: string;
  readonly table: string;
  readonly database: RegistryOptions['database'];
  readonly keyFile: string;
}

export interface ImportResult {
  readonly counts: TableCounts;
  readonly seconds: number;
  /** Of all its threads; null where the system does not tell. */
  readonly processorSeconds: number | null;
  /** The most memory that it held at a time, in MB; null where the system does not tell. */
  readonly peakMegabytes: number | null;
}

const OFTEN_MS = 100;
/** Linux counts processor time in hundredths of a second. */
const TICKS = 100;

function variables({ database, keyFile }: ImportOrder): NodeJS.ProcessEnv {
  const own = { ...process.env, CARECAMPAIGN_KEY_FILE: keyFile, CARECAMPAIGN_DATABASE: database.kind };
  if (database.kind === 'embedded') return { ...own, CARECAMPAIGN_REGISTRY_FILE: database.file };
  return {
    ...own,
    CARECAMPAIGN_DB_HOST: database.host,
    CARECAMPAIGN_DB_PORT: String(database.port),
    CARECAMPAIGN_DB_NAME: database.database,
    CARECAMPAIGN_DB_USER: database.user,
    CARECAMPAIGN_DB_PASSWORD: database.password,
    CARECAMPAIGN_DB_SSL: database.ssl,
    CARECAMPAIGN_DB_SCHEMA: database.schema,
  };
}

interface Usage {
  readonly processorSeconds: number;
  readonly peakMegabytes: number;
}

/** From Linux' /proc; null on other systems, and when the process is gone. */
function usageOf(pid: number): Usage | null {
  try {
    const [, peak] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    // The name, in parentheses, may hold spaces; user and system time are the 14th and 15th field.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
    if (peak === undefined) return null;
    return {
      processorSeconds: (Number(fields[11]) + Number(fields[12])) / TICKS,
      peakMegabytes: (Number(peak) * 1024) / 1e6,
    };
  } catch {
    return null;
  }
}

/** Imports a table for the controller `aurora`; rejects when the command fails. */
export async function runImport(order: ImportOrder): Promise<ImportResult> {
  const start = performance.now();
  const child = spawn(
    process.execPath,
    [order.command, 'registry', 'import', order.table, '--controller', 'aurora', '--json'],
    { env: variables(order), stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let usage: Usage | null = null;
  const watch = setInterval(() => (usage = usageOf(child.pid ?? 0) ?? usage), OFTEN_MS);
  const [output, errors] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  clearInterval(watch);
  const seconds = (performance.now() - start) / 1000;
  if (output === '') throw new Error(`The import failed: ${errors}`);
  const { processorSeconds, peakMegabytes } = (usage as Usage | null) ?? {
    processorSeconds: null,
    peakMegabytes: null,
  };
  return { counts: JSON.parse(output) as TableCounts, seconds, processorSeconds, peakMegabytes };
}
