import { reasonFor } from '../policy';

/** Why a filter left a contact out; every other code is a reason of the gate. */
const BY_FILTER: ReadonlyMap<string, string> = new Map([
  ['otherArea', 'The contact lives in another area than those chosen, or has named none.'],
  ['otherLanguage', 'The contact reads another language than those chosen, or has named none.'],
  ['otherRelation', 'The contact stands in another relation to you than those chosen.'],
  ['otherTime', 'The contact prefers another time of day than those chosen, or has named none.'],
  ['noInterest', 'The contact has chosen none of these interests.'],
]);

/** One plain sentence for a code that `AudienceService.select` counts under. */
export const audienceReason = (code: string): string => BY_FILTER.get(code) ?? reasonFor(code).sentence;
