import type { NodeExecutionHint } from 'n8n-workflow';
import { reasonFor } from '../../core';

/** "3 left out: 2 × cancelled, 1 × notDueYet", most frequent first; null when there is nothing to tell. */
export function countsHint(what: string, counts: ReadonlyMap<string, number>): NodeExecutionHint | null {
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
  if (total === 0) return null;
  const parts = [...counts]
    .sort(([codeA, a], [codeB, b]) => b - a || codeA.localeCompare(codeB))
    .map(([code, count]) => `${count} × ${code}`);
  return { message: `${total} ${what}: ${parts.join(', ')}`, type: 'info', location: 'outputPane' };
}

export function countBy<T>(values: readonly T[], key: (value: T) => string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(key(value), (counts.get(key(value)) ?? 0) + 1);
  return counts;
}

/** Codes that concern everything a sender sends, and that only a person can settle. */
const ALERTS: readonly string[] = ['providerHalted', 'senderHalted', 'utilityHalted', 'providerAuth'];

/** One warning a run that says what has to be done, however many messages it has stopped. */
export function alertHint(codes: readonly string[]): NodeExecutionHint | null {
  const code = ALERTS.find((alert) => codes.includes(alert));
  if (code === undefined) return null;
  return { message: reasonFor(code).sentence, type: 'warning', location: 'outputPane' };
}
