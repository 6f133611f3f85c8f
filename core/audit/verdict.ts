import type { ChainProblem, ChainVerdict } from './types';

const SENTENCES: Readonly<Record<ChainProblem, (seq: number) => string>> = {
  changed: (seq) =>
    `Row ${seq} is not as it was written, or rows before it were taken out. Compare it with an export kept elsewhere.`,
  missing: (seq) =>
    `Row ${seq} is gone and no purge accounts for it. Find out who could write to the database, and restore a backup.`,
  inserted: (seq) =>
    `Row ${seq} does not belong there: it was put in by hand, or a purge had taken it out. Find out who did it.`,
  reordered: (seq) => `Row ${seq} and the next one changed places. Find out who could write to the database.`,
  checkpointForged: (seq) =>
    `The record of a purge up to row ${seq} was not written by this registry. Restore a backup.`,
  cutTail: (seq) =>
    `Rows from ${seq} on are gone, although the exported head knows them. Restore a backup that has them.`,
  replaced: (seq) =>
    `Row ${seq} is another one than that of the exported head. Use the registry that the head was exported from.`,
  headUnknown: (seq) =>
    `The head of row ${seq} was edited, or is of another controller or registry. Use the head as it was exported.`,
  headTooOld: (seq) =>
    `Row ${seq} of the head is purged, or not in this copy. Use a head that was exported later.`,
};

export const broken = (problem: ChainProblem, seq: number): ChainVerdict & { ok: false } => ({
  ok: false,
  seq,
  problem,
  sentence: SENTENCES[problem](seq),
});
