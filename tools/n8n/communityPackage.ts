import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod/v4';
import { npm } from './npm';

const Packed = z.tuple([z.object({ filename: z.string() })]);

/** Packs the built package at `root` as it would be published; returns the tarball's path in `target`. */
export async function packPackage(root: string, target: string): Promise<string> {
  mkdirSync(target, { recursive: true });
  const answer = await npm(['pack', '--json', '--ignore-scripts', '--pack-destination', target], root);
  const [{ filename }] = Packed.parse(JSON.parse(answer));
  return path.join(target, filename);
}

/**
 * Installs a packed community package where n8n's editor puts one: no scripts, no peers (n8n brings its own
 * n8n-workflow), no links. Does nothing when this very tarball is there already.
 */
export async function installCommunityPackage(userFolder: string, tarball: string): Promise<void> {
  const nodes = path.join(userFolder, '.n8n', 'nodes');
  const stamp = path.join(nodes, '.installed-tarball.sha256');
  const hash = createHash('sha256').update(readFileSync(tarball)).digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === hash) return;
  mkdirSync(nodes, { recursive: true });
  const manifest = path.join(nodes, 'package.json');
  if (!existsSync(manifest))
    writeFileSync(manifest, '{ "name": "installed-nodes", "private": true, "dependencies": {} }');
  await npm(['install', path.resolve(tarball), ...AS_THE_EDITOR_DOES], nodes);
  writeFileSync(stamp, hash);
}

const AS_THE_EDITOR_DOES = [
  '--ignore-scripts',
  '--legacy-peer-deps',
  '--omit=peer',
  '--bin-links=false',
  '--package-lock=false',
  '--audit=false',
  '--fund=false',
];
