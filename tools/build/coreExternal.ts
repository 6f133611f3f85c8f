import path from 'node:path';
import type { Plugin } from 'esbuild';

/**
 * Keeps `core` in one file, so that every node shares its code and its state (open registries, key caches):
 * an import of core's index becomes a `require` of `target`, the path from the bundle to dist/core/index.js.
 * A deeper import is an error, since it would quietly bundle a second copy.
 */
export function coreExternal(root: string, target: string): Plugin {
  const core = path.join(root, 'core');
  const index = new Set([core, path.join(core, 'index'), path.join(core, 'index.ts')]);
  return {
    name: 'core-external',
    setup(build) {
      build.onResolve({ filter: /^\.{1,2}(\/|$)/ }, ({ path: specifier, resolveDir, importer }) => {
        const resolved = path.resolve(resolveDir, specifier);
        if (index.has(resolved)) return { path: target, external: true };
        if (!resolved.startsWith(core + path.sep)) return undefined;
        const from = path.relative(root, importer);
        return {
          errors: [{ text: `${from} imports "${specifier}": export it from core/index.ts and import that` }],
        };
      });
    },
  };
}

/**
 * zod is in every adapter and in core. It stands once, beside core, instead of with 370 kB in each bundle;
 * `target` is the path from the bundle to it.
 */
export function zodExternal(target: string): Plugin {
  return {
    name: 'zod-external',
    setup(build) {
      build.onResolve({ filter: /^zod\/v4$/ }, ({ kind }) =>
        kind === 'entry-point' ? undefined : { path: target, external: true },
      );
    },
  };
}
