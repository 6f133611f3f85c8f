import * as atVnr from 'stdnum/lib/cjs/at/vnr';
import * as chSsn from 'stdnum/lib/cjs/ch/ssn';
import * as deIdnr from 'stdnum/lib/cjs/de/idnr';
import * as deSvnr from 'stdnum/lib/cjs/de/svnr';
import * as esDni from 'stdnum/lib/cjs/es/dni';
import * as esNie from 'stdnum/lib/cjs/es/nie';
import * as esNss from 'stdnum/lib/cjs/es/nss';
import * as frNif from 'stdnum/lib/cjs/fr/nif';
import * as frNir from 'stdnum/lib/cjs/fr/nir';
import * as gbNino from 'stdnum/lib/cjs/gb/nino';
import * as itCodiceFiscale from 'stdnum/lib/cjs/it/codicefiscale';
import * as usSsn from 'stdnum/lib/cjs/us/ssn';
import type { Doc } from '../text/tokens';
import { NOT_KEPT } from '../text/words';
import { identifier, type Candidate } from './candidate';
import { cue, tokenAt } from './cues';

/** Letters that a Medicare beneficiary identifier uses (CMS): none that looks like a digit. */
const MBI = '[ac-hj-km-np-rt-y]';

/** NHS number: weights 10 to 2, remainder from 11. */
export function nhsHolds(digits: string): boolean {
  const sum = Array.from(digits.slice(0, 9)).reduce((total, digit, i) => total + Number(digit) * (10 - i), 0);
  const check = 11 - (sum % 11);
  return check !== 10 && (check === 11 ? 0 : check) === Number(digits[9]);
}

/** German health-insurance number (KVNR, § 290 SGB V): letter as two digits, weights 1 and 2, digit sums. */
export function kvnrHolds(value: string): boolean {
  const letter = String(value.charCodeAt(0) - 96).padStart(2, '0');
  const sum = Array.from(letter + value.slice(1, 9)).reduce((total, digit, i) => {
    const product = Number(digit) * (i % 2 === 0 ? 1 : 2);
    return total + (product > 9 ? product - 9 : product);
  }, 0);
  return sum % 10 === Number(value[9]);
}

interface NumberKind {
  readonly name: string;
  readonly pattern: RegExp;
  readonly holds: (value: string) => boolean;
  /** Counts only after a word such as "SSN": the shape alone is too common. */
  readonly needsCue: boolean;
}

const EDGE = '(?<![a-z0-9])';
const END = '(?![a-z0-9])';
const shape = (body: string): RegExp => new RegExp(`${EDGE}${body}${END}`, 'g');
const valid =
  (check: { validate: (value: string) => { isValid: boolean } }) =>
  (value: string): boolean =>
    check.validate(value.toUpperCase()).isValid;

/** One entry a number; all patterns have a fixed length, so none can be made slow. */
export const NUMBER_KINDS: readonly NumberKind[] = [
  { name: 'itCodiceFiscale', pattern: shape('[a-z]{6}[ ]?[0-9lmnpqrstuv]{2}[abcdehlmprst][0-9lmnpqrstuv]{2}[ ]?[a-z][0-9lmnpqrstuv]{3}[a-z]'), holds: valid(itCodiceFiscale), needsCue: false },
  // Number of the European Health Insurance Card: 80, the country's number, and ten to fifteen digits of the insurer.
  { name: 'euHealthCard', pattern: shape('80(?:380|276|040|756|724|250|826|056|442|528)\\d{10,15}'), holds: () => true, needsCue: false },
  { name: 'deKvnr', pattern: shape('[a-z]\\d{3}[ ]?\\d{3}[ ]?\\d{3}'), holds: kvnrHolds, needsCue: false },
  { name: 'deSvnr', pattern: shape('\\d{2}[ ]?\\d{6}[ ]?[a-z][ ]?\\d{3}'), holds: valid(deSvnr), needsCue: false },
  { name: 'deSteuerId', pattern: shape('\\d{2}[ ]?\\d{3}[ ]?\\d{3}[ ]?\\d{3}'), holds: valid(deIdnr), needsCue: true },
  { name: 'esDni', pattern: shape('\\d{2}[ .]?\\d{3}[ .]?\\d{3}[ -]?[a-z]'), holds: valid(esDni), needsCue: false },
  { name: 'esNie', pattern: shape('[xyz][ -]?\\d{7}[ -]?[a-z]'), holds: valid(esNie), needsCue: false },
  { name: 'esNss', pattern: shape('\\d{2}[ /-]?\\d{8}[ /-]?\\d{2}'), holds: valid(esNss), needsCue: true },
  { name: 'frNif', pattern: shape('[0-3]\\d[ ]?\\d{2}[ ]?\\d{3}[ ]?\\d{3}[ ]?\\d{3}'), holds: valid(frNif), needsCue: true },
  { name: 'frNir', pattern: shape('[12][ ]?\\d{2}[ ]?\\d{2}[ ]?(?:\\d{2}|2[ab])[ ]?\\d{3}[ ]?\\d{3}[ ]?\\d{2}'), holds: valid(frNir), needsCue: false },
  { name: 'gbNino', pattern: shape('[a-z]{2}[ ]?\\d{2}[ ]?\\d{2}[ ]?\\d{2}[ ]?[a-d]'), holds: valid(gbNino), needsCue: false },
  { name: 'gbNhs', pattern: shape('\\d{3}[ -]?\\d{3}[ -]?\\d{4}'), holds: nhsHolds, needsCue: true },
  { name: 'usMbi', pattern: shape(`[1-9]${MBI}[a-z0-9]\\d-?${MBI}[a-z0-9]\\d-?${MBI}{2}\\d{2}`), holds: () => true, needsCue: false },
  { name: 'usSsn', pattern: shape('\\d{3}-\\d{2}-\\d{4}'), holds: valid(usSsn), needsCue: false },
  { name: 'chAhv', pattern: shape('756[. ]?\\d{4}[. ]?\\d{4}[. ]?\\d{2}'), holds: valid(chSsn), needsCue: false },
  { name: 'atVnr', pattern: shape('\\d{4}[ ]?\\d{6}'), holds: valid(atVnr), needsCue: true },
]; // prettier-ignore

/** A number in one piece has a word of five signs; one in groups has groups side by side. Most messages have neither. */
const FIVE_WITH_DIGIT = /^(?=.*\d)[a-z\d]{5}/;
const DIGIT_GROUPS = /\d[ ./-]?[a-z]?[ ./-]?\d{2,4}[ ./-]?\d{2}/;
const FEWEST_IN_GROUPS = 5;

/** Words that a memory keeps have no digit. */
const mayHoldNumber = ({ tokens, digits, folded }: Doc): boolean =>
  tokens.some(({ word, hash }) => hash === NOT_KEPT && FIVE_WITH_DIGIT.test(word)) ||
  (digits >= FEWEST_IN_GROUPS && DIGIT_GROUPS.test(folded.text));

/** Tax and health-insurance numbers whose check digits hold, or that a word announces. */
export function nationalIdCandidates(doc: Doc): Candidate[] {
  const { text } = doc.folded;
  const found: Candidate[] = [];
  if (!mayHoldNumber(doc)) return found;
  for (const kind of NUMBER_KINDS) {
    for (const match of text.matchAll(kind.pattern)) {
      const announced = cue('record').before(doc.tokens, tokenAt(doc, match.index), 5);
      const holds = kind.holds(match[0].replace(/[ ./-]/g, ''));
      if (!(kind.needsCue ? announced && holds : holds)) continue;
      found.push(
        identifier(
          match.index,
          match.index + match[0].length,
          `nationalId.${kind.name}`,
          announced ? 0.99 : 0.9,
        ),
      );
    }
  }
  return found;
}
