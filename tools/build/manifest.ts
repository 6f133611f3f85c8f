import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { sources, type Layout } from './layout.ts';

interface Manifest {
  n8n: { credentials: string[]; nodes: string[] };
}

const lists = (layout: Layout): Manifest['n8n'] => ({
  credentials: sources(layout, 'credentials/*.credentials.ts').map(compiled),
  nodes: sources(layout, 'nodes/*/*.node.ts').map(compiled),
});

const compiled = (file: string) => `dist/${file.replace(/\.ts$/, '.js')}`;

/** What package.json says under `n8n` against the folders, one sentence a difference; empty when they agree. */
export function manifestDifferences(layout: Layout): string[] {
  const { n8n } = readManifest(layout);
  const expected = lists(layout);
  return (['credentials', 'nodes'] as const).flatMap((key) => [
    ...expected[key].filter((file) => !n8n[key].includes(file)).map((file) => `n8n.${key} lacks ${file}`),
    ...n8n[key]
      .filter((file) => !expected[key].includes(file))
      .map((file) => `n8n.${key} lists ${file}, which has no source`),
  ]);
}

/** Writes the lists of nodes and credentials that exist into package.json; everything else stays as it is. */
export function updateManifest(layout: Layout): void {
  const manifest = readManifest(layout);
  Object.assign(manifest.n8n, lists(layout));
  writeFileSync(manifestFile(layout), `${JSON.stringify(manifest, null, 2)}\n`);
}

const manifestFile = (layout: Layout) => path.join(layout.root, 'package.json');

export const readManifest = (layout: Layout) =>
  JSON.parse(readFileSync(manifestFile(layout), 'utf8')) as Manifest;
