import type { Figures, PartCount } from './types';

/** Below it a count may point at people. https://ec.europa.eu/justice/article-29/documentation/opinion-recommendation/files/2014/wp216_en.pdf */
const FEWEST = 5;

/**
 * Covers the counts of one line of a table so that nobody is singled out: each below five, and where that is a single
 * one, the smallest of the others as well, since the total minus the others would tell it.
 */
export function covered(counts: readonly number[]): PartCount[] {
  const small = counts.map((count) => count < FEWEST);
  const cells = counts.map((count, index): PartCount => (small[index] ? '<5' : count));
  if (small.filter(Boolean).length !== 1 || counts.length === 1) return cells;
  const smallest = Math.min(...counts.filter((_count, index) => !small[index]));
  cells[counts.findIndex((count, index) => !small[index] && count === smallest)] = 'withheld';
  return cells;
}

const MEASURES = ['sent', 'delivered', 'read', 'failed', 'unknown', 'refused'] as const;

/** The same for all parts of one purpose, measure by measure. */
export function coveredParts(parts: readonly Figures<number>[]): Figures<PartCount>[] {
  const columns = MEASURES.map((measure) => covered(parts.map((part) => part[measure])));
  const codes = [...new Set(parts.flatMap(({ refusedBy }) => Object.keys(refusedBy)))].sort();
  const byCode = codes.map((code) => covered(parts.map(({ refusedBy }) => refusedBy[code] ?? 0)));
  return parts.map((_part, index) => {
    const cells = MEASURES.map((measure, column) => [measure, columns[column]?.[index]]);
    const refusedBy = codes.map((code, column) => [code, byCode[column]?.[index]]);
    return Object.fromEntries([...cells, ['refusedBy', Object.fromEntries(refusedBy)]]) as Figures<PartCount>;
  });
}
