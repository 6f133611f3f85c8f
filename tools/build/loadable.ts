import { createRequire } from 'node:module';
import path from 'node:path';
import type { Layout } from './layout.ts';
import { readManifest } from './manifest.ts';

/**
 * Loads the built nodes and credentials as n8n does: the class bears the name of the file and is constructed
 * once. n8n drops the whole package when one of them fails, with a message that names none.
 * @returns one sentence for each that n8n could not load
 */
export function loadFailures(layout: Layout): string[] {
  const require = createRequire(path.join(layout.root, 'package.json'));
  const { credentials, nodes } = readManifest(layout).n8n;
  return [...credentials, ...nodes].flatMap((file) => {
    try {
      const exported = require(path.join(layout.root, file)) as Record<string, new () => unknown>;
      const className = path.basename(file).split('.')[0] ?? '';
      if (!exported[className]) return `${file} exports no class ${className}`;
      new exported[className]();
      return [];
    } catch (error) {
      return `${file} cannot be loaded: ${String(error)}`;
    }
  });
}
