/* eslint-disable @typescript-eslint/no-non-null-assertion -- hot loops: every index comes from the bounds of its own list */
const SHORTEST = 8;
const LONGEST = 30;

/** Words one slip away from each other share a form with at most one letter taken out. */
function deletions(word: string): string[] {
  const out: string[] = [];
  for (let i = 1; i < word.length; i++) out.push(word.slice(0, i) + word.slice(i + 1));
  return out;
}

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
  private readonly forms: { word: string; symbol: number }[] = [];
  private readonly byKey = new Map<string, number[]>();

  add(word: string, symbol: number): void {
    if (word.length < SHORTEST || word.length > LONGEST) return;
    const id = this.forms.push({ word, symbol }) - 1;
    for (const key of new Set([word, ...deletions(word)])) {
      const ids = this.byKey.get(key);
      if (ids) ids.push(id);
      else this.byKey.set(key, [id]);
    }
  }

  find(word: string, found: (symbol: number) => void): void {
    if (word.length < SHORTEST || word.length > LONGEST) return;
    const probe = (key: string): void => {
      for (const id of this.byKey.get(key) ?? []) {
        const form = this.forms[id]!;
        if (oneSlipApart(word, form.word)) found(form.symbol);
      }
    };
    probe(word);
    for (const key of deletions(word)) probe(key);
  }
}
