import { phiMatcher } from './recognizers/lexicon';
import { analyse } from './text/tokens';

/**
 * Whether a term holds a word of a clinical lexicon, in any language and whatever the context. A controller's
 * own allowed term for which this is true must be refused unless it is part of its registered name.
 */
export function isTermInLexicon(term: string): boolean {
  return phiMatcher().match(analyse(term)).hits.some((hit) => !hit.entry.innocent && hit.entry.group.needs === undefined); // prettier-ignore
}
