import { SingleBar } from 'cli-progress';
import Table from 'cli-table3';

/** Something was done, but not all of it, or what was checked did not hold. */
export const PARTLY = 3;

/** Prints a result for people, or for programs. */
export function print(result: object, json: boolean | undefined): void {
  console.log(json ? JSON.stringify(result, null, 2) : asTable(result));
}

function asTable(result: object): string {
  const table = new Table({ style: { head: [], border: [] } });
  for (const [name, value] of Object.entries(result)) table.push([name, text(value)]);
  return table.toString();
}

/** A table with a heading for each column. */
export function asColumns(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const table = new Table({ head: [...head], style: { head: [], border: [] } });
  for (const row of rows) table.push([...row]);
  return table.toString();
}

function text(value: unknown): string {
  if (typeof value === 'number') return value.toLocaleString('en');
  if (typeof value === 'string' || typeof value === 'boolean') return String(value);
  if (typeof value !== 'object' || value === null) return '-';
  const lines = Object.entries(value).map(([name, inner]) => `${name}: ${text(inner)}`);
  return lines.length > 0 ? lines.join('\n') : '-';
}

export interface Progress {
  add(count: number): void;
  end(): void;
}

/** In a file or a pipe a bar would only be noise. */
export const isWatched = (): boolean => process.stderr.isTTY;

/** A bar on a terminal, and nothing elsewhere. */
export function progressBar(total: number, unit: string): Progress {
  if (!isWatched()) return { add: () => undefined, end: () => undefined };
  const bar = new SingleBar({
    format: `{bar} {percentage}% of {total} ${unit}, {duration_formatted}, {eta_formatted} to go`,
    barCompleteChar: '=',
    barIncompleteChar: ' ',
    stream: process.stderr,
  });
  bar.start(total, 0);
  return {
    add: (count) => {
      bar.increment(count);
    },
    end: () => {
      bar.stop();
    },
  };
}
