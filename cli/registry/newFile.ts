import { type FileHandle, open, rm } from 'node:fs/promises';
import { CareError } from '../../core';

function unwritable(error: unknown): CareError {
  const taken = (error as NodeJS.ErrnoException).code === 'EEXIST';
  return new CareError(
    taken ? 'fileExists' : 'fileUnwritable',
    taken
      ? 'The file of --out exists already, and is not overwritten. Name another one.'
      : 'The file of --out cannot be written. Check its folder, your rights on it, and the space on the disk.',
    { field: 'out' },
  );
}

const orUnwritable = (error: unknown): never => {
  throw unwritable(error);
};

/**
 * Writes a file that is new and that only the own account can read. Where the work fails it is removed, because half a
 * file would pass for a whole one.
 * @throws CareError `fileExists`, `fileUnwritable`
 */
export async function writeNew(
  file: string,
  content: () => Promise<Iterable<string> | AsyncIterable<string>>,
): Promise<void> {
  const handle = await open(file, 'wx', 0o600).catch(orUnwritable);
  try {
    await fill(handle, await content());
  } catch (error) {
    await rm(file, { force: true });
    throw error;
  } finally {
    await handle.close();
  }
}

async function fill(handle: FileHandle, chunks: Iterable<string> | AsyncIterable<string>): Promise<void> {
  for await (const chunk of chunks) await handle.appendFile(chunk).catch(orUnwritable);
  await handle.sync().catch(orUnwritable);
}

export const asDocument = (value: object): string => `${JSON.stringify(value, null, 2)}\n`;
