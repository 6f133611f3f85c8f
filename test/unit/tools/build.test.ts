import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { bundleCli, bundleCore, bundleCredentials, bundleNodes } from '../../../tools/build/bundle';
import { layoutOf } from '../../../tools/build/layout';
import { loadFailures } from '../../../tools/build/loadable';
import { bundledPackages, licenceNotice } from '../../../tools/build/licences';
import { manifestDifferences, updateManifest } from '../../../tools/build/manifest';

let root: string;

function write(files: Record<string, string>) {
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
    writeFileSync(path.join(root, file), text);
  }
}

const read = (file: string) => readFileSync(path.join(root, file), 'utf8');

const nodeSource = (coreImport: string) => `
  import { NodeOperationError } from 'n8n-workflow';
  import { count } from '${coreImport}';
  import { shout } from 'shouting';
  import { z } from 'zod/v4';
  export class First { run = () => shout('hello') + count() + z.parse(1) + String(NodeOperationError); }`;

beforeEach(() => {
  root = mkdtempSync(path.join(os.tmpdir(), 'carecampaign-build-'));
  write({
    'package.json': '{ "name": "x", "n8n": { "credentials": [], "nodes": [] } }',
    'core/index.ts': "export { count } from './counter';",
    'core/counter.ts': "import { z } from 'zod/v4'; let n = 0; export const count = () => z.parse(++n);",
    'core/registry/sqlite/worker.mts': 'console.log("worker at work");',
    'nodes/First/First.node.ts': nodeSource('../../core'),
    'credentials/Some.credentials.ts': "import { count } from '../core'; export class Some { n = count(); }",
    'cli/index.ts': "import { count } from '../core'; console.log('count', count());",
    'node_modules/shouting/package.json': '{ "name": "shouting", "version": "1.2.3", "license": "MIT" }',
    'node_modules/shouting/index.js': 'exports.shout = (text) => text.toUpperCase();',
    'node_modules/zod/package.json': '{ "name": "zod", "version": "3.0.0", "license": "MIT" }',
    'node_modules/zod/v4.js': 'exports.z = { parse: (value) => value };',
    'node_modules/shouting/LICENSE': 'Permission is granted to shout.',
  });
});

afterEach(() => rmSync(root, { recursive: true }));

describe('bundles', () => {
  it('keeps core and n8n outside a node, so that all nodes share one core, and libraries inside', async () => {
    await bundleNodes(layoutOf(root));
    const bundle = read('dist/nodes/First/First.node.js');
    expect(bundle).toContain('require("../../core/index.js")');
    expect(bundle).toContain('require("../../core/zod.js")');
    expect(bundle).toContain('require("n8n-workflow")');
    expect(bundle).toContain('toUpperCase');
    expect(bundle).not.toContain('++n');
  });

  it('refuses an import below core, which would give that node a core of its own', async () => {
    write({ 'nodes/First/First.node.ts': nodeSource('../../core/counter') });
    await expect(bundleNodes(layoutOf(root))).rejects.toThrow('export it from core/index.ts');
  });

  it('runs from dist: the command line tool loads the one core, the worker stands beside it', async () => {
    const layout = layoutOf(root);
    await Promise.all([bundleCore(layout), bundleCredentials(layout), bundleCli(layout)]);
    const node = (file: string) =>
      execFileSync(process.execPath, [path.join(root, file)], { encoding: 'utf8' });
    expect(node('dist/cli/index.js')).toBe('count 1\n');
    expect(node('dist/core/sqlite.worker.js')).toBe('worker at work\n');
    expect(read('dist/cli/index.js').split('\n')[0]).toBe('#!/usr/bin/env node');
    expect(read('dist/credentials/Some.credentials.js')).toContain('require("../core/index.js")');
  });
});

describe('the lists of nodes and credentials in package.json', () => {
  it('names what is missing, then agrees once updated, and keeps the rest of the file', () => {
    const layout = layoutOf(root);
    expect(manifestDifferences(layout)).toEqual([
      'n8n.credentials lacks dist/credentials/Some.credentials.js',
      'n8n.nodes lacks dist/nodes/First/First.node.js',
    ]);
    updateManifest(layout);
    expect(manifestDifferences(layout)).toEqual([]);
    expect(JSON.parse(read('package.json'))).toHaveProperty('name', 'x');
  });

  it('names a listed node whose source is gone', () => {
    const layout = layoutOf(root);
    updateManifest(layout);
    rmSync(path.join(root, 'nodes'), { recursive: true });
    expect(manifestDifferences(layout)).toEqual([
      'n8n.nodes lists dist/nodes/First/First.node.js, which has no source',
    ]);
  });
});

describe('loading the built package as n8n does', () => {
  const built = (file: string, source: string) => {
    write({
      'package.json': JSON.stringify({ n8n: { credentials: [], nodes: [file] } }),
      [file]: source,
    });
    return loadFailures(layoutOf(root));
  };

  it('accepts a class that bears the name of its file', () => {
    expect(built('dist/nodes/A/A.node.js', 'exports.A = class {};')).toEqual([]);
  });

  it.each([
    ['another class name', 'exports.B = class {};', 'exports no class A'],
    ['an import that is not there', "require('./gone');", 'cannot be loaded'],
    ['a description that throws', 'exports.A = class { x = undefined.y };', 'cannot be loaded'],
  ])('names the file with %s', (_case, source, message) => {
    expect(built('dist/nodes/A/A.node.js', source)).toEqual([
      expect.stringContaining(`dist/nodes/A/A.node.js ${message}`),
    ]);
  });
});

describe('licences of bundled libraries', () => {
  it('carries the licence text of each library that a bundle contains', async () => {
    const packages = bundledPackages(root, [await bundleNodes(layoutOf(root))]);
    expect(licenceNotice(packages)).toContain('shouting 1.2.3 (MIT)\n\nPermission is granted to shout.');
  });

  const noticeFor = (licence: string) =>
    licenceNotice([{ name: 'library', version: '1.0.0', licence, text: '' }]);

  it.each(['MIT', '(MIT OR GPL-3.0-only)', 'MIT AND ISC', 'BSD-3-Clause'])('%s may be bundled', (licence) => {
    expect(noticeFor(licence)).toContain(`library 1.0.0 (${licence})`);
  });

  it.each(['GPL-3.0-only', 'MIT AND GPL-3.0-only', 'SEE LICENSE IN LICENSE.md', 'none stated'])(
    'stops the build on %s, and says for which library',
    (licence) => {
      expect(() => noticeFor(licence)).toThrow(`library@1.0.0 (${licence})`);
    },
  );
});
