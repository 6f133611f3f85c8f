import { existsSync } from 'node:fs';
import path from 'node:path';
import { build, type BuildOptions, type Metafile } from 'esbuild';
import { coreExternal, zodExternal } from './coreExternal.ts';
import { sources, type Layout } from './layout.ts';

/** n8n brings its own copy, and nodes must use that one for `instanceof` checks to hold. */
const FROM_N8N = ['n8n-workflow'];

async function bundle(layout: Layout, options: BuildOptions): Promise<Metafile> {
  const { metafile } = await build({
    absWorkingDir: layout.root,
    outbase: layout.root,
    outdir: layout.dist,
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    charset: 'utf8',
    legalComments: 'none',
    sourcemap: false,
    logLevel: 'warning',
    ...options,
    metafile: true,
  });
  return metafile;
}

/** dist/core: index.js, the zod that all share, and the file that runs SQLite in a worker thread. */
export function bundleCore(layout: Layout): Promise<Metafile> {
  const worker = 'core/registry/sqlite/worker.mts';
  const entryPoints = [
    { in: 'core/index.ts', out: 'core/index' },
    { in: 'zod/v4', out: 'core/zod' },
  ];
  if (existsSync(path.join(layout.root, worker))) entryPoints.push({ in: worker, out: 'core/sqlite.worker' });
  return bundle(layout, { entryPoints, external: FROM_N8N, plugins: [zodExternal('./zod.js')] });
}

/** What the published adapters share, by the way from their folder in dist/ to dist/core. */
const shared = (layout: Layout, core: string) => [
  coreExternal(layout.root, `${core}/index.js`),
  zodExternal(`${core}/zod.js`),
];

/** One thin file a node, as n8n loads them. */
export function bundleNodes(layout: Layout): Promise<Metafile> {
  return bundle(layout, {
    entryPoints: sources(layout, 'nodes/*/*.node.ts'),
    external: FROM_N8N,
    plugins: shared(layout, '../../core'),
  });
}

export function bundleCredentials(layout: Layout): Promise<Metafile> {
  return bundle(layout, {
    entryPoints: sources(layout, 'credentials/*.credentials.ts'),
    external: FROM_N8N,
    plugins: shared(layout, '../core'),
  });
}

export function bundleCli(layout: Layout): Promise<Metafile> {
  return bundle(layout, {
    entryPoints: sources(layout, 'cli/index.ts'),
    external: FROM_N8N,
    banner: { js: '#!/usr/bin/env node' },
    plugins: shared(layout, '../core'),
  });
}

/** What runs from the checkout only, beside node_modules: libraries stay outside, errors point at the sources. */
export function bundleLocal(layout: Layout, pattern: string): Promise<Metafile> {
  const up = '../'.repeat(pattern.split('/').length);
  return bundle(layout, {
    entryPoints: sources(layout, pattern),
    outdir: layout.build,
    packages: 'external',
    sourcemap: 'linked',
    plugins: [coreExternal(layout.root, `${up}dist/core/index.js`)],
  });
}
