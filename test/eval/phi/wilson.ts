export interface Share {
  readonly hits: number;
  readonly n: number;
}

const Z = 1.96;

/** The 95 % interval of a share (Wilson, 1927), in per cent; it holds also near 0 and 1, where the normal one fails. */
export function interval({ hits, n }: Share): readonly [number, number] {
  if (n === 0) return [0, 100];
  const p = hits / n;
  const spread = Z * Math.sqrt((p * (1 - p)) / n + (Z * Z) / (4 * n * n));
  const middle = p + (Z * Z) / (2 * n);
  const scale = 100 / (1 + (Z * Z) / n);
  return [Math.max(0, scale * (middle - spread)), Math.min(100, scale * (middle + spread))];
}

export function formatShare(share: Share): string {
  if (share.n === 0) return '–';
  const [low, high] = interval(share);
  const percent = (100 * share.hits) / share.n;
  return `${percent.toFixed(1)} % (${low.toFixed(1)}–${high.toFixed(1)})`;
}
