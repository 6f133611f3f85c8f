import { globSync } from 'node:fs';
import path from 'node:path';

/** Where the sources are and where the build puts what it makes of them. All paths are absolute. */
export interface Layout {
  root: string;
  /** Published in the npm package. */
  dist: string;
  /** Runs from the checkout only: simulator, demo, tools. */
  build: string;
}

export function layoutOf(root: string): Layout {
  return { root, dist: path.join(root, 'dist'), build: path.join(root, 'build') };
}

/** Source files matching `pattern`, relative to the root, with forward slashes, in a stable order. */
export function sources(layout: Layout, pattern: string): string[] {
  return globSync(pattern, { cwd: layout.root })
    .map((file) => file.split(path.sep).join('/'))
    .sort();
}
