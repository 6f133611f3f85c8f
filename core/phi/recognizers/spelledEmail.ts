import type { Doc } from '../text/tokens';
import { identifier, type Candidate } from './candidate';

/** "@" with blanks around it, in brackets as a word, or spoken: "chiocciola", "arroba", "at". */
const AT =
  / ?[([{] ?(?:at|@|aet|et|arroba|chiocciola|arobase|klammeraffe|a) ?[)\]}] ?| (?:chiocciola|arroba|arobase|klammeraffe|at) | @ ?|(?<=[a-z0-9])@ /g;
const DOT = '(?: ?\\. ?| ?[([{] ?(?:dot|punto|punkt|point)[)\\]}] ?| (?:dot|punto|punkt|point) )';
const LOCAL = new RegExp(`(?<![a-z0-9])[a-z0-9][a-z0-9_%+-]*(?:(?:\\.|${DOT})[a-z0-9_%+-]+){0,3}$`);
const HOST = new RegExp(`^[a-z0-9-]+(?:(?:\\.|${DOT})[a-z0-9-]+){0,3}(?:\\.|${DOT})[a-z]{2,8}(?![a-z0-9-])`);
const SPELLED = new RegExp(` (?:dot|punto|punkt|point) |[([{]|[._\\d]`);
const REACH = 90;
/** One of them stands in every match of AT; looking for them is faster. */
const SIGNS = [
  '@',
  ' at ',
  'at)',
  'at]',
  'at}',
  'et)',
  'et]',
  'arroba',
  'chiocciola',
  'arobase',
  'klammeraffe',
  'a)',
  'a]',
];

/** Whether "at" may be a mere word: "see you at example.com" and "on instagram @ example.com" are no address, "hannah dot w at post.example" is one. */
const isPlainWord = (at: string): boolean => /^ (?:at|@) ?$/.test(at);

/** E-mail addresses that are written out or apart, so that no program finds them. */
export function spelledEmailCandidates(doc: Doc): Candidate[] {
  const { text } = doc.folded;
  const found: Candidate[] = [];
  if (!SIGNS.some((sign) => text.includes(sign))) return found;
  for (const { 0: at, index } of text.matchAll(AT)) {
    const end = index + at.length;
    const local = LOCAL.exec(text.slice(Math.max(0, index - REACH), index));
    const host = HOST.exec(text.slice(end, end + REACH));
    if (local === null || host === null) continue;
    if (isPlainWord(at) && !SPELLED.test(local[0])) continue;
    found.push(identifier(index - local[0].length, end + host[0].length, 'email', 0.9));
  }
  return found;
}
