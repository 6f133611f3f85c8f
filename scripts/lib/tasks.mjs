import { randomInt } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { build, ensureBuilt } from './build.mjs';
import { run, runNode } from './children.mjs';
import { jest, printTotals } from './jest.mjs';
import { inRoot } from './paths.mjs';

const eslint = (...args) => runNode('node_modules/eslint/bin/eslint.js', args);
const prettier = (...args) => runNode('node_modules/prettier/bin/prettier.cjs', args);
const ensureN8n = () => runNode('build/tools/n8n/provision.js');

async function lint() {
  await eslint('--max-warnings', '0', '.');
  await prettier('--check', '.');
}

const typecheck = () => runNode('node_modules/typescript/bin/tsc', ['-p', 'tsconfig.json']);

const filesHolding = (text, folder) =>
  readdirSync(folder, { recursive: true })
    .map((file) => path.join(folder, file))
    .filter((file) => file.endsWith('.test.ts') && readFileSync(file, 'utf8').includes(text));

const fast = (args, ...projects) => jest(['--maxWorkers=2', '--selectProjects', ...projects, '--', ...args]);

/** Tests that start n8n share the machine badly, so one file at a time. */
async function withN8n(project, args, options = []) {
  await ensureBuilt();
  await ensureN8n();
  await jest(['--runInBand', '--selectProjects', project, ...options, '--', ...args]);
}

/** Every step runs, so that one report shows all that is wrong; the first bad exit code becomes ours. */
async function test() {
  const steps = {
    lint,
    'type check': typecheck,
    build: ensureBuilt,
    'unit, integration and contract tests': () => fast([], 'unit', 'integration', 'postgres', 'contract'),
    'end-to-end tests': () => withN8n('e2e', []),
  };
  const failures = [];
  for (const [name, step] of Object.entries(steps)) {
    console.log(`\n=== ${name}`);
    await step().catch((error) => failures.push({ name, error }));
  }
  for (const { name, error } of failures) console.error(`Not passed: ${name} (${error.message})`);
  printTotals();
  if (failures.length > 0) throw failures[0].error;
}

/** The tests whose cases are drawn, once more with cases that no run has drawn before. */
async function otherSeeds(args) {
  const seed = randomInt(2 ** 31);
  console.log(`\n=== drawn cases, CARECAMPAIGN_SEED=${seed}`);
  process.env.CARECAMPAIGN_SEED = String(seed);
  const isMeant = (file) =>
    args.length === 0 || args.some((arg) => file.toLowerCase().includes(arg.toLowerCase()));
  const drawn = filesHolding('fc.assert', inRoot('test')).filter(isMeant);
  if (drawn.length > 0) await fast(drawn, 'unit', 'integration', 'postgres');
}

/** @param names the benchmarks to run, by file name without `.bench.ts`; none means all */
async function bench(names) {
  await ensureBuilt();
  await ensureN8n();
  const all = readdirSync(inRoot('test/bench')).filter((file) => file.endsWith('.bench.ts'));
  for (const file of all.map((name) => name.replace(/\.ts$/, '.js'))) {
    if (names.length === 0 || names.includes(file.replace('.bench.js', '')))
      await runNode(`build/test/bench/${file}`);
  }
}

/** A task takes the arguments after its name. */
export const tasks = {
  async start(args) {
    await ensureBuilt();
    await ensureN8n();
    await runNode('build/demo/start.js', args);
  },
  async simulator(args) {
    await ensureBuilt();
    await runNode('build/simulator/main.js', args);
  },
  test,
  'test:unit': (args) => fast(args, 'unit'),
  async 'test:integration'(args) {
    await ensureBuilt();
    await fast(args, 'integration', 'postgres');
  },
  async 'test:contract'(args) {
    await ensureBuilt();
    await fast(args, 'contract');
  },
  'test:e2e': (args) => withN8n('e2e', args),
  async proof(args) {
    await ensureBuilt();
    await otherSeeds(args);
    // A name given belongs to one of the two.
    const some = ['--passWithNoTests'];
    await jest(['--runInBand', '--selectProjects', 'stress', ...some, '--', ...args]);
    await withN8n('proof', args, some);
  },
  bench,
  async 'eval:phi'(args) {
    await ensureBuilt();
    await runNode('build/test/eval/phi/evaluate.js', args);
  },
  build,
  lint,
  typecheck,
  format: () => prettier('--write', '.'),
  manifest: () => runNode('node_modules/gulp/bin/gulp.js', ['manifest']),
  exec: ([command, ...args]) => run(command, args),
};
