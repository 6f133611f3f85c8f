// Run with `npm run build`: tools/build is TypeScript that only the pinned Node strips by itself.
const { execFile } = require('node:child_process');
const { chmod, mkdir, rm, writeFile } = require('node:fs/promises');
const path = require('node:path');
const { promisify } = require('node:util');
const { dest, parallel, series, src } = require('gulp');
const build = require('./tools/build/index.ts');

const layout = build.layoutOf(__dirname);
const metafiles = [];

/** @param bundle makes published files; what they contain counts for THIRD-PARTY-LICENSES */
const published = (bundle) => async () => void metafiles.push(await bundle(layout));

const task = (name, run) => Object.assign(run, { displayName: name });

const clean = () =>
  Promise.all([layout.dist, layout.build].map((folder) => rm(folder, { recursive: true, force: true })));

async function manifest() {
  const differences = build.manifestDifferences(layout);
  if (differences.length > 0) {
    throw new Error(
      `package.json and the folders differ; run "npm run manifest":\n  ${differences.join('\n  ')}`,
    );
  }
}

async function updateManifest() {
  build.updateManifest(layout);
}

async function types() {
  const tsc = require.resolve('typescript/bin/tsc');
  try {
    await promisify(execFile)(process.execPath, [tsc, '-p', 'tsconfig.types.json'], { cwd: __dirname });
  } catch (error) {
    throw new Error(`The type declarations of core cannot be made:\n${error.stdout}`, { cause: error });
  }
}

async function cli() {
  await published(build.bundleCli)();
  await chmod(path.join(layout.dist, 'cli/index.js'), 0o755);
}

/** Copies as they are; gulp would otherwise decode images as text. */
const copy = (globs, to) => src(globs, { base: '.', encoding: false }).pipe(dest(to));

const assets = () =>
  copy(['nodes/**/*.svg', 'nodes/**/*.node.json', 'credentials/*.svg', 'workflows/*.json'], layout.dist);

const simulatorAssets = () => copy(['simulator/public/**', 'simulator/openapi/*'], layout.build);

async function licences() {
  const notice = build.licenceNotice(build.bundledPackages(__dirname, metafiles));
  await mkdir(layout.dist, { recursive: true });
  await writeFile(path.join(layout.dist, 'THIRD-PARTY-LICENSES'), notice);
}

async function loadable() {
  const failures = build.loadFailures(layout);
  if (failures.length > 0) throw new Error(`n8n could not load the package:\n  ${failures.join('\n  ')}`);
}

const local = (pattern) => task(pattern, () => build.bundleLocal(layout, pattern));

exports.clean = clean;
exports.manifest = updateManifest;
// One bundle at a time: gulp leaves at the first error, and would cut off esbuild in the others, loudly.
const bundles = series(
  task('core', published(build.bundleCore)),
  task('nodes', published(build.bundleNodes)),
  task('credentials', published(build.bundleCredentials)),
  cli,
  local('simulator/main.ts'),
  local('demo/start.ts'),
  local('tools/n8n/provision.ts'),
  local('test/bench/*.bench.ts'),
  local('test/eval/phi/evaluate.ts'),
);

exports.build = series(
  parallel(clean, manifest),
  bundles,
  parallel(types, assets, simulatorAssets, licences),
  loadable,
);
exports.default = exports.build;
