/* eslint-disable @typescript-eslint/no-non-null-assertion -- hot loops: every index comes from the bounds of its own list */
import { Gap, type Doc, type Token } from '../text/tokens';
import { identifier, type Candidate } from './candidate';
import { cue } from './cues';

const STREET_FIRST = new Set(
  'via viale piazza piazzale corso largo vicolo strada contrada calle plaza avenida avda paseo ronda camino rue avenue boulevard bd quai chemin allee impasse place route zza pza cso vle cl cll jr jiron cra carrera pje pasaje transversal'.split(' '),
); // prettier-ignore
const STREET_LAST = new Set(
  'street st road rd lane ln close drive avenue ave way crescent terrace court gardens grove mews blvd boulevard ct pl sq pkwy cir hwy dr strasse str platz weg gasse allee ring ufer'.split(' '),
); // prettier-ignore
const STREET_ENDING = /.(?:strasse|str|gasse|allee|weg|platz|ring|damm|ufer)$/;
const HOUSE_NUMBER = /^\d{1,4}$/;
const POSTCODE = /^\d{4,5}$/;
const WIDEST_NAME = 5;
const CUE_REACH = 8;

const isNumber = (token: Token | undefined): boolean => token !== undefined && HOUSE_NUMBER.test(token.word);

/** "88 bis avenue …" */
const isNumberBefore = (tokens: readonly Token[], i: number): boolean =>
  isNumber(tokens[i - 1]) ||
  (/^(?:bis|ter|quater)$/.test(tokens[i - 1]?.word ?? '') && isNumber(tokens[i - 2]));

/** "Am Alten Markt 7b, 50667 Köln": no word for a street, but a house number before a postcode and a town. */
function unnamedStreetEnd(tokens: readonly Token[], i: number): number | undefined {
  if (!tokens[i]!.capital || !isNumber(tokens[i + 1])) return undefined;
  const end = /^[a-z]$/.test(tokens[i + 2]?.word ?? '') ? i + 2 : i + 1;
  const [postcode, town] = tokens.slice(end + 1, end + 3);
  return postcode?.gap === Gap.Soft && /^\d{5}$/.test(postcode.word) && town?.capital === true
    ? end
    : undefined;
}

/** The words with a capital before the one at `i`, which belong to the name of its street. */
function streetStart(tokens: readonly Token[], i: number): number {
  if (tokens[i]!.numeric || STREET_FIRST.has(tokens[i]!.word)) return i;
  let start = i;
  while (start > 0 && i - start < 3 && tokens[start]!.gap === Gap.Soft && tokens[start - 1]!.capital) start--;
  return start;
}

/** Last token of a street address that begins at `i`, if one does. */
function streetEnd(tokens: readonly Token[], i: number): number | undefined {
  const within = (k: number): boolean => k < tokens.length && tokens[k]!.gap !== Gap.Hard;
  const first = tokens[i]!;
  if (STREET_FIRST.has(first.word)) {
    for (let k = i + 1; k <= i + WIDEST_NAME + 1 && within(k); k++)
      if (k > i + 1 && isNumber(tokens[k])) return k;
    return isNumberBefore(tokens, i) && within(i + 2) ? i + 2 : undefined;
  }
  if (STREET_ENDING.test(first.word) && within(i + 1) && isNumber(tokens[i + 1])) return i + 1;
  if (!isNumber(first)) return unnamedStreetEnd(tokens, i);
  // "12a Rose Lane": the tokeniser parts the letter from its number.
  const name = /^[a-z]$/.test(tokens[i + 1]?.word ?? '') ? i + 2 : i + 1;
  if (tokens[name]?.capital !== true) return undefined;
  for (let k = name + 1; k <= name + 3 && within(k); k++) if (STREET_LAST.has(tokens[k]!.word)) return k;
  return undefined;
}

/** Takes in the postcode and town after the street. */
function withTown(tokens: readonly Token[], end: number): number {
  for (let k = end + 1; k <= end + 4 && k < tokens.length && tokens[k]!.gap !== Gap.Hard; k++) {
    if (POSTCODE.test(tokens[k]!.word))
      return tokens[k + 1]?.capital === true && tokens[k + 1]!.gap === Gap.Soft ? k + 1 : k;
    if (/^[a-z]{1,2}\d[a-z\d]?$/.test(tokens[k]!.word) && /^\d$/.test(tokens[k + 1]?.word ?? ''))
      return k + 2;
  }
  return end;
}

/**
 * Postal addresses of a person: a street with a house number after words such as "residente in" or "posted to".
 * The street of the clinic itself is not one. With `strict`, any full street address counts.
 */
export function addressCandidates(doc: Doc, strict: boolean): Candidate[] {
  const { tokens } = doc;
  const found: Candidate[] = [];
  for (let i = 0; i < tokens.length; i++) {
    const end = streetEnd(tokens, i);
    if (end === undefined) continue;
    const last = Math.min(withTown(tokens, end), tokens.length - 1);
    const persons =
      cue('address').before(tokens, i, CUE_REACH) && !cue('ownAddress').before(tokens, i, CUE_REACH);
    if (!persons && !(strict && last > end)) continue;
    found.push(identifier(tokens[streetStart(tokens, i)]!.start, tokens[last]!.end, 'address', 0.85));
    i = last;
  }
  return found;
}
