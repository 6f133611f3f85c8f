import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import type { Metafile } from 'esbuild';
import satisfies from 'spdx-satisfies';

const ALLOWED = [
  'MIT',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'ISC',
  '0BSD',
  'BlueOak-1.0.0',
  'Unlicense',
];

interface BundledPackage {
  name: string;
  version: string;
  licence: string;
  text: string;
}

/** The packages whose code ends up in the bundles, by name; tree-shaken ones count only with bytes left. */
export function bundledPackages(root: string, metafiles: readonly Metafile[]): BundledPackage[] {
  const folders = new Set(
    metafiles
      .flatMap((metafile) => Object.values(metafile.outputs))
      .flatMap((output) => Object.entries(output.inputs))
      .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
      .flatMap(([file]) => packageFolder(file) ?? []),
  );
  return [...folders]
    .map((folder) => describePackage(path.join(root, folder)))
    .sort((a, b) => a.name.localeCompare(b.name) || a.version.localeCompare(b.version));
}

/** `node_modules/a/node_modules/@b/c/lib/x.js` → `node_modules/a/node_modules/@b/c` */
const packageFolder = (file: string) => /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(file)?.[1];

function describePackage(folder: string): BundledPackage {
  const manifest = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8')) as Record<
    string,
    unknown
  >;
  const file = readdirSync(folder).find((name) => /^licen[cs]e/i.test(name));
  return {
    name: String(manifest.name),
    version: String(manifest.version),
    licence: typeof manifest.license === 'string' ? manifest.license : 'none stated',
    text: file ? readFileSync(path.join(folder, file), 'utf8').trim() : '',
  };
}

/**
 * The text of THIRD-PARTY-LICENSES.
 * @throws Error naming each package whose licence is not one that this package may carry along
 */
export function licenceNotice(packages: readonly BundledPackage[]): string {
  const refused = packages.filter(({ licence }) => !isAllowed(licence));
  if (refused.length > 0) {
    const list = refused.map(({ name, version, licence }) => `${name}@${version} (${licence})`).join(', ');
    throw new Error(`These bundled packages have a licence outside ${ALLOWED.join(', ')}: ${list}`);
  }
  const heading = 'n8n-nodes-carecampaign contains code of these packages.';
  return `${[heading, ...packages.map(section)].join(`\n\n${'-'.repeat(80)}\n\n`)}\n`;
}

const section = ({ name, version, licence, text }: BundledPackage) =>
  [`${name} ${version} (${licence})`, text].filter(Boolean).join('\n\n');

function isAllowed(licence: string): boolean {
  try {
    return satisfies(licence, ALLOWED);
  } catch {
    return false; // not an SPDX expression, such as "SEE LICENSE IN ..."
  }
}
