// `node scripts/run.mjs TASK [arguments]`, behind every npm script. The machine has Node 20 or newer and nothing
// else: what is missing (dependencies, the pinned Node, n8n, the build) is made first, then the task runs in
// children under the pinned Node. This file and lib/ use built-in modules only.
import { StepFailed } from './lib/children.mjs';
import { ensureDependencies } from './lib/dependencies.mjs';
import { tasks } from './lib/tasks.mjs';

const [name = '', ...args] = process.argv.slice(2);

async function main() {
  if (Number(process.versions.node.split('.')[0]) < 20) {
    throw new Error(`Node 20 or newer is needed; this is ${process.version}.`);
  }
  const task = tasks[name];
  if (!task) throw new Error(`Usage: node scripts/run.mjs ${Object.keys(tasks).join(' | ')} [arguments]`);
  await ensureDependencies();
  await task(args);
}

main().catch((error) => {
  // A child that failed has already said why.
  if (!(error instanceof StepFailed)) console.error(error.message);
  process.exitCode = error.code ?? 1;
});
