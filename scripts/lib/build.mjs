import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { runNode } from './children.mjs';
import { inRoot } from './paths.mjs';

const FOLDERS = [
  'cli',
  'core',
  'credentials',
  'demo',
  'icons',
  'nodes',
  'simulator',
  'test/bench',
  'test/support',
  'tools',
  'workflows',
];
const FILES = ['gulpfile.js', 'package.json', 'package-lock.json', 'tsconfig.json', 'tsconfig.types.json'];
const STAMP = inRoot('build/.sources.sha256');

/** Runs gulp unless dist/ and build/ were made from exactly these sources. */
export async function ensureBuilt() {
  if (existsSync(STAMP) && readFileSync(STAMP, 'utf8') === sourcesHash()) return;
  await build();
}

export async function build() {
  const hash = sourcesHash();
  await runNode('node_modules/gulp/bin/gulp.js', ['build']);
  writeFileSync(STAMP, hash);
}

function sourcesHash() {
  const hash = createHash('sha256');
  for (const file of [...FILES, ...FOLDERS.flatMap(filesBelow)]) {
    hash
      .update(`${file}\0`)
      .update(readFileSync(inRoot(file)))
      .update('\0');
  }
  return hash.digest('hex');
}

function filesBelow(folder) {
  if (!existsSync(inRoot(folder))) return [];
  return readdirSync(inRoot(folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(inRoot(), path.join(entry.parentPath ?? entry.path, entry.name)))
    .sort();
}
