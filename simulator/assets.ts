import { existsSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Where a file or folder that ships beside this module is: next to the source under jest, next to the bundle
 * if the build copied it, else in the checkout that the bundle was built from.
 * @throws Error naming what is missing.
 */
export function assetPath(...parts: string[]): string {
  const roots = [__dirname, join(__dirname, '..', '..', 'simulator'), join(process.cwd(), 'simulator')];
  const found = roots.map((root) => join(root, ...parts)).find((path) => existsSync(path));
  if (found === undefined) throw new Error(`The simulator is incomplete: ${parts.join('/')} is missing.`);
  return found;
}
