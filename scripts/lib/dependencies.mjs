import { existsSync, readFileSync } from 'node:fs';
import { run } from './children.mjs';
import { inRoot, nodeBinary } from './paths.mjs';

/** Makes node_modules what package-lock.json says and puts the pinned Node into it; quick when nothing changed. */
export async function ensureDependencies() {
  if (!installedMatchesLock()) {
    console.log('Installing dependencies (once; again when package-lock.json changes) ...');
    await npm(['ci', '--include=dev', '--no-audit', '--no-fund'], 'Still installing dependencies');
  }
  if (!existsSync(nodeBinary)) await fetchNode();
}

/** npm writes node_modules/.package-lock.json last, so it also tells a finished install from a broken one. */
function installedMatchesLock() {
  const hidden = inRoot('node_modules/.package-lock.json');
  if (!existsSync(hidden)) return false;
  const installed = packagesOf(hidden);
  return Object.entries(packagesOf(inRoot('package-lock.json'))).every(
    ([folder, { version, optional }]) => folder === '' || optional || installed[folder]?.version === version,
  );
}

const packagesOf = (lockFile) => JSON.parse(readFileSync(lockFile, 'utf8')).packages;

/** .npmrc switches install scripts off; the one that fetches Node's binary is run here, by name. */
async function fetchNode() {
  console.log('Fetching the pinned Node ...');
  await npm(['rebuild', 'node', '--ignore-scripts=false'], 'Still fetching Node');
  if (!existsSync(nodeBinary)) {
    throw new Error(
      `npm did not put the pinned Node at ${nodeBinary}. Check that the npm registry can be reached and run the command again.`,
    );
  }
}

const npm = (args, progress) => {
  const cli = process.env.npm_execpath;
  return cli ? run(process.execPath, [cli, ...args], { progress }) : run('npm', args, { progress });
};
