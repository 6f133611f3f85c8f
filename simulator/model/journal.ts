import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';

/** [table, key, value]; a null value removes the row. */
export type Entry = [table: string, key: string, value: unknown];

/**
 * An append-only file of changes, one JSON array a line. Each change is with the operating system before the call
 * returns, so that kill -9 loses nothing that was answered; a write at the end of the turn would come after the
 * answer. Each start replaces the file, atomically, by the rows that are still alive.
 */
export class Journal {
  private file: number | undefined;

  /** @param path undefined keeps nothing. */
  constructor(private readonly path: string | undefined) {}

  /**
   * The entries of an existing file, in order.
   * @throws Error if it is damaged anywhere but in its last line, which kill -9 may have cut.
   */
  read(): Entry[] {
    return this.path !== undefined && existsSync(this.path) ? readEntries(this.path) : [];
  }

  /** Start writing, with a file that holds just `alive`. Until then {@link append} keeps nothing. */
  begin(alive: Iterable<Entry>): void {
    if (this.path === undefined) return;
    mkdirSync(dirname(this.path), { recursive: true });
    const lines = Array.from(alive, (entry) => `${JSON.stringify(entry)}\n`);
    writeFileSync(`${this.path}.new`, lines.join(''), { mode: 0o600 });
    renameSync(`${this.path}.new`, this.path);
    this.file = openSync(this.path, 'a', 0o600);
  }

  append(entry: Entry): void {
    if (this.file !== undefined) writeSync(this.file, `${JSON.stringify(entry)}\n`);
  }

  close(): void {
    if (this.file !== undefined) closeSync(this.file);
    this.file = undefined;
  }
}

function readEntries(path: string): Entry[] {
  const lines = readFileSync(path, 'utf8').split('\n');
  const cut = lines.pop();
  const entries = lines.filter(Boolean).map((line, index) => parseLine(line, path, index + 1));
  if (cut !== undefined && cut !== '' && isWhole(cut)) entries.push(JSON.parse(cut) as Entry);
  return entries;
}

function parseLine(line: string, path: string, number: number): Entry {
  if (!isWhole(line)) {
    throw new Error(
      `The simulator's state file ${path} is damaged in line ${number}; delete it to start anew.`,
    );
  }
  return JSON.parse(line) as Entry;
}

function isWhole(line: string): boolean {
  try {
    return Array.isArray(JSON.parse(line));
  } catch {
    return false;
  }
}
