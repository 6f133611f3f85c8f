import de from '../data/names/de.json';
import en from '../data/names/en.json';
import es from '../data/names/es.json';
import fr from '../data/names/fr.json';
import it from '../data/names/it.json';
import { spellings } from '../lexicon/pattern';

export interface Gazetteer {
  readonly first: ReadonlySet<string>;
  readonly last: ReadonlySet<string>;
}

const PLAIN_LINE = /^[a-z, '-]*$/i;
const PARTED = /[-' ]/;

function gather(lines: readonly string[], into: Set<string>): void {
  for (const line of lines) {
    const plain = PLAIN_LINE.test(line);
    for (const name of (plain ? line.toLowerCase() : line).split(', ')) {
      for (const spelling of plain ? [name] : spellings(name)) {
        into.add(spelling);
        if (!PARTED.test(spelling)) continue;
        // The tokeniser parts "Anna-Lena" and "D'Angelo"; each half is a name of its own.
        for (const half of spelling.split(PARTED)) if (half.length > 3) into.add(half);
      }
    }
  }
}

let gazetteer: Gazetteer | undefined;

/** First names and surnames of all five languages: people move. Made on first use. */
export function names(): Gazetteer {
  if (gazetteer) return gazetteer;
  const first = new Set<string>();
  const last = new Set<string>();
  for (const file of [it, de, en, es, fr]) {
    gather(file.firstNames, first);
    gather(file.surnames, last);
  }
  return (gazetteer = { first, last });
}
