const SHORTEST = 8;
const LONGEST = 30;

const EDGE = 4;

/** One slip spoils the beginning of a long word or its end, seldom both: the other one finds it. */
const edges = (word: string): [string, string] => [word.slice(0, EDGE), `-${word.slice(-EDGE)}`];

/** One letter added, left out, changed, or two neighbours swapped. */
export function oneSlipApart(a: string, b: string): boolean {
  if (Math.abs(a.length - b.length) > 1 || a === b) return false;
  let i = 0;
  while (i < a.length && a[i] === b[i]) i++;
  const rest = (s: string, skip: number): string => s.slice(i + skip);
  if (a.length === b.length) {
    const swapped = a[i] === b[i + 1] && a[i + 1] === b[i] && rest(a, 2) === rest(b, 2);
    return swapped || rest(a, 1) === rest(b, 1);
  }
  return a.length > b.length ? rest(a, 1) === rest(b, 0) : rest(a, 0) === rest(b, 1);
}

/** Finds long known words in spite of one slip; the first letter must be right. */
export class TypoIndex {
  private readonly known = new Set<string>();
  private readonly byEdge = new Map<string, { word: string; symbol: number }[]>();

  add(word: string, symbol: number): void {
    if (word.length < SHORTEST || word.length > LONGEST) return;
    const key = `${word} ${symbol}`;
    if (this.known.has(key)) return;
    this.known.add(key);
    for (const edge of edges(word)) {
      const forms = this.byEdge.get(edge);
      if (forms) forms.push({ word, symbol });
      else this.byEdge.set(edge, [{ word, symbol }]);
    }
  }

  find(word: string, found: (symbol: number) => void): void {
    if (word.length < SHORTEST || word.length > LONGEST) return;
    for (const edge of edges(word)) {
      for (const form of this.byEdge.get(edge) ?? []) {
        const alike =
          form.word.charCodeAt(0) === word.charCodeAt(0) && Math.abs(form.word.length - word.length) <= 1;
        if (alike && oneSlipApart(word, form.word)) found(form.symbol);
      }
    }
  }
}
