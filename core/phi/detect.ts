/* eslint-disable @typescript-eslint/no-non-null-assertion -- hot loops: every index comes from the bounds of its own list */
import { packedPieces } from './packed';
import { applyPolicy } from './policy';
import { addressCandidates } from './recognizers/address';
import { birthDateCandidates } from './recognizers/birthDate';
import type { Candidate } from './recognizers/candidate';
import { emailCandidates } from './recognizers/email';
import { fullNameCandidates } from './recognizers/fullName';
import { ibanCandidates } from './recognizers/iban';
import { labelledNameCandidates } from './recognizers/labelledName';
import { lexiconCandidates } from './recognizers/lexicon';
import { nationalIdCandidates } from './recognizers/nationalId';
import { phoneCandidates } from './recognizers/phone';
import { recordNumberCandidates } from './recognizers/recordNumber';
import { spelledEmailCandidates } from './recognizers/spelledEmail';
import { analyse, originalSpan, type Doc } from './text/tokens';
import { LANGUAGES, PHI_CATEGORIES, type DetectOptions, type PhiFinding } from './types';

/** The shortest telephone, account or record number of a person. */
const FEWEST_DIGITS = 4;

function identifiers(doc: Doc, strict: boolean): Candidate[] {
  const found = [
    ...emailCandidates(doc, strict),
    ...spelledEmailCandidates(doc),
    ...fullNameCandidates(doc),
    ...labelledNameCandidates(doc),
  ];
  if (doc.digits === 0) return found;
  found.push(...nationalIdCandidates(doc), ...birthDateCandidates(doc), ...addressCandidates(doc, strict));
  if (doc.digits < FEWEST_DIGITS) return found;
  found.push(...ibanCandidates(doc), ...phoneCandidates(doc, strict), ...recordNumberCandidates(doc));
  return found;
}

const order = (candidate: Candidate): number => PHI_CATEGORIES.indexOf(candidate.category);

/** By place and category; of one place and category, longer and surer ones first. */
const byPlace = (a: Candidate, b: Candidate): number =>
  a.start - b.start ||
  order(a) - order(b) ||
  b.end - a.end ||
  b.confidence - a.confidence ||
  (a.ruleId < b.ruleId ? -1 : 1);

/** Findings inside another of the same category are dropped. Sorts `candidates`. */
function settle(candidates: Candidate[]): Candidate[] {
  if (candidates.length === 1) return candidates;
  const furthest = PHI_CATEGORIES.map(() => -1);
  return candidates.sort(byPlace).filter((candidate) => {
    const category = order(candidate);
    if (furthest[category]! >= candidate.end) return false;
    furthest[category] = candidate.end;
    return true;
  });
}

function findingOf(doc: Doc, { start, end, category, ruleId, confidence }: Candidate): PhiFinding {
  const span = originalSpan(doc, start, end);
  return { start: span.start, end: span.end, category, ruleId, confidence };
}

/** Findings of a prepared text as it stands. */
function detectIn(doc: Doc, options: DetectOptions = {}): PhiFinding[] {
  const found = identifiers(doc, options.strict ?? false);
  found.push(...lexiconCandidates(doc, options.languages ?? LANGUAGES));
  const judged = options.policy ? applyPolicy(doc, found, options.policy) : found;
  if (judged.length === 0) return [];
  return settle(judged).map((candidate) => findingOf(doc, candidate));
}

const byStart = (a: PhiFinding, b: PhiFinding): number =>
  a.start - b.start ||
  PHI_CATEGORIES.indexOf(a.category) - PHI_CATEGORIES.indexOf(b.category) ||
  a.end - b.end;

/** Whether one of `findings`, which are in order and of which none holds another of its category, holds a finding. */
function holds(findings: readonly PhiFinding[], { start, end }: PhiFinding): boolean {
  let low = 0;
  let high = findings.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (findings[middle]!.start <= start) low = middle + 1;
    else high = middle;
  }
  return low > 0 && findings[low - 1]!.end >= end;
}

/** Findings of a prepared text, and of what its links and names of files say once they are read. */
export function detectAll(doc: Doc, options: DetectOptions = {}): PhiFinding[] {
  const plain = detectIn(doc, options);
  const pieces = packedPieces(doc.text);
  if (pieces.length === 0) return plain;
  const ofCategory = PHI_CATEGORIES.map((category) => plain.filter((found) => found.category === category));
  const packed = pieces
    .flatMap((piece) =>
      detectIn(piece.doc, options).map((found) => ({ ...found, ...piece.span(found.start, found.end) })),
    )
    .filter((found) => !holds(ofCategory[PHI_CATEGORIES.indexOf(found.category)]!, found));
  return [...plain, ...packed].sort(byStart);
}

/**
 * Finds what a message gives away about a person's health or identity.
 *
 * Synchronous, deterministic and linear in the length of the text. Categories and what does not count are
 * those of the design, section 1 (GDPR Art. 4(15), 9(1)).
 *
 * @param text any text, up to a template body, a variable, a URL, a file name; never stored or logged
 * @param options languages (all five by default), the controller's policy, `strict`
 * @returns spans (UTF-16 offsets into `text`), in order of their start; never the matched text
 */
export function detectPhi(text: string, options: DetectOptions = {}): PhiFinding[] {
  return detectAll(analyse(text), options);
}
