import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { runNode } from './children.mjs';

/** Test counts over all jest runs of this process. */
const totals = { passed: 0, failed: 0, skipped: 0 };

/** Runs jest with its own summary visible, and adds what it counted to the totals. */
export async function jest(args) {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'carecampaign-jest-'));
  const results = path.join(folder, 'results.json');
  try {
    await runNode('node_modules/jest/bin/jest.js', ['--ci', '--json', `--outputFile=${results}`, ...args]);
  } finally {
    count(results);
    rmSync(folder, { recursive: true });
  }
}

/** A file that did not even load, or a jest that fell over before its results, is one failure. */
function count(results) {
  if (!existsSync(results)) {
    totals.failed += 1;
    return;
  }
  const run = JSON.parse(readFileSync(results, 'utf8'));
  totals.passed += run.numPassedTests;
  totals.failed += run.numFailedTests + run.numRuntimeErrorTestSuites;
  totals.skipped += run.numPendingTests + run.numTodoTests;
}

/** The plain closing line, such as "812 passed, 0 failed". */
export function printTotals() {
  const skipped = totals.skipped > 0 ? `, ${totals.skipped} skipped` : '';
  console.log(`${totals.passed} passed, ${totals.failed} failed${skipped}`);
}
