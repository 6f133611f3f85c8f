import { plausibleLanguages } from './language';
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

const HAS_DIGIT = /\d/;

function identifiers(doc: Doc, strict: boolean): Candidate[] {
  const found = [
    ...emailCandidates(doc, strict),
    ...spelledEmailCandidates(doc),
    ...fullNameCandidates(doc),
    ...labelledNameCandidates(doc),
  ];
  if (!HAS_DIGIT.test(doc.folded.text)) return found;
  return [
    ...found,
    ...ibanCandidates(doc),
    ...nationalIdCandidates(doc),
    ...phoneCandidates(doc, strict),
    ...birthDateCandidates(doc),
    ...recordNumberCandidates(doc),
    ...addressCandidates(doc, strict),
  ];
}

/** Longer and surer findings first; those inside another of the same category are dropped. */
function settle(candidates: readonly Candidate[]): Candidate[] {
  const order = [...candidates].sort(
    (a, b) =>
      a.start - b.start || b.end - a.end || b.confidence - a.confidence || (a.ruleId < b.ruleId ? -1 : 1),
  );
  const furthest = new Map<string, Candidate>();
  const kept: Candidate[] = [];
  for (const candidate of order) {
    const holder = furthest.get(candidate.category);
    if (holder !== undefined && holder.end >= candidate.end) continue;
    furthest.set(candidate.category, candidate);
    kept.push(candidate);
  }
  return kept;
}

/** Findings of a prepared text as it stands. */
function detectIn(doc: Doc, options: DetectOptions = {}): PhiFinding[] {
  const languages = options.languages ?? LANGUAGES;
  const all = new Set(languages);
  const candidates = [
    ...identifiers(doc, options.strict ?? false),
    ...lexiconCandidates(doc, plausibleLanguages(doc, languages), all),
  ];
  const judged = options.policy ? applyPolicy(doc, candidates, options.policy) : candidates;
  return settle(judged)
    .map(({ start, end, category, ruleId, confidence }) => ({
      ...originalSpan(doc, start, end),
      category,
      ruleId,
      confidence,
    }))
    .sort(byPlace);
}

const byPlace = (a: PhiFinding, b: PhiFinding): number =>
  a.start - b.start ||
  PHI_CATEGORIES.indexOf(a.category) - PHI_CATEGORIES.indexOf(b.category) ||
  a.end - b.end;

const within = (a: PhiFinding, b: PhiFinding): boolean =>
  a.category === b.category && a.start >= b.start && a.end <= b.end;

/** Findings of a prepared text, and of what its links and names of files say once they are read. */
export function detectAll(doc: Doc, options: DetectOptions = {}): PhiFinding[] {
  const plain = detectIn(doc, options);
  const pieces = packedPieces(doc.text);
  if (pieces.length === 0) return plain;
  const packed = pieces.flatMap((piece) =>
    detectIn(piece.doc, options).map((found) => ({ ...found, ...piece.span(found.start, found.end) })),
  );
  return [...plain, ...packed.filter((found) => !plain.some((other) => within(found, other)))].sort(byPlace);
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
