/* eslint-disable @typescript-eslint/no-non-null-assertion -- hot loops: every index comes from the bounds of its own list */
import type { Candidate } from './recognizers/candidate';
import { analyse, type Doc } from './text/tokens';
import type { PhiPolicy } from './types';

type Phrase = readonly string[];

interface CompiledPolicy {
  readonly allowed: ReadonlyMap<string, Phrase[]>;
  readonly forbidden: ReadonlyMap<string, Phrase[]>;
  readonly names: ReadonlyMap<string, Phrase[]>;
}

const wordsOf = (term: string): string[] => analyse(term).tokens.filter((t) => !t.spaced).map((t) => t.word); // prettier-ignore

function byFirstWord(terms: readonly string[] = []): Map<string, Phrase[]> {
  const map = new Map<string, Phrase[]>();
  for (const term of terms) {
    const words = wordsOf(term);
    if (words[0] !== undefined) map.set(words[0], [...(map.get(words[0]) ?? []), words]);
  }
  return map;
}

/** A policy is one object for many messages: its terms are prepared once. */
const cache = new WeakMap<PhiPolicy, CompiledPolicy>();

function compile(policy: PhiPolicy): CompiledPolicy {
  let compiled = cache.get(policy);
  if (compiled === undefined) {
    compiled = {
      allowed: byFirstWord(policy.allowedTerms),
      forbidden: byFirstWord(policy.forbiddenTerms),
      names: byFirstWord(policy.registeredNames),
    };
    cache.set(policy, compiled);
  }
  return compiled;
}

function spans(doc: Doc, phrases: ReadonlyMap<string, Phrase[]>): { start: number; end: number }[] {
  if (phrases.size === 0) return [];
  const out: { start: number; end: number }[] = [];
  doc.tokens.forEach((token, i) => {
    for (const words of phrases.get(token.word) ?? []) {
      const last = doc.tokens[i + words.length - 1];
      if (last && words.every((word, k) => doc.tokens[i + k]!.word === word))
        out.push({ start: token.start, end: last.end });
    }
  });
  return out;
}

/** Spans of the host names of links to the controller's own domains. */
function ownHosts(doc: Doc, domains: readonly string[] = []): { start: number; end: number }[] {
  if (domains.length === 0) return [];
  const out: { start: number; end: number }[] = [];
  for (const match of doc.folded.text.matchAll(/https?:\/\/([a-z0-9.-]{1,253})/g)) {
    const host = match[1]!;
    if (!domains.some((d) => host === d.toLowerCase() || host.endsWith(`.${d.toLowerCase()}`))) continue;
    const start = match.index + match[0].length - host.length;
    out.push({ start, end: start + host.length });
  }
  return out;
}

const covered = (candidate: Candidate, by: readonly { start: number; end: number }[]): boolean =>
  by.some((span) => span.start <= candidate.start && span.end >= candidate.end);

/**
 * Takes out what the policy allows and adds what it forbids. Identifiers can never be allowed; but a name that the
 * controller registered for itself or a location is not a person's.
 */
export function applyPolicy(doc: Doc, candidates: readonly Candidate[], policy: PhiPolicy): Candidate[] {
  const { allowed, forbidden, names } = compile(policy);
  const own = spans(doc, names);
  const free = [...own, ...spans(doc, allowed), ...ownHosts(doc, policy.allowedDomains)];
  const kept = candidates.filter((candidate) => {
    if (candidate.ruleId === 'identifier.fullName') return !covered(candidate, own);
    return candidate.category === 'identifier' || !covered(candidate, free);
  });
  const added = spans(doc, forbidden).map((span): Candidate => ({
    ...span,
    category: 'revealing',
    ruleId: 'revealing.policyTerm',
    confidence: 1,
  }));
  return [...kept, ...added];
}
