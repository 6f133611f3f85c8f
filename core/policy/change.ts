import { CareError } from '../errors';
import { getPack } from './packs';
import { refuseRetentionOutOfBounds } from './retention';
import { policyChangeSchema, type PolicyChange } from './schema';
import type { ControllerPolicy } from './types';

export interface PolicyChangeContext {
  /** The controller's name as registered: its own words may stand in its messages. */
  readonly registeredName: string;
  /** Whether a clinical, pathway, economic or revealing lexicon holds the term. */
  readonly isTermInLexicon: (term: string) => boolean;
}

const words = (text: string): string =>
  ` ${text
    .normalize('NFKC')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter(Boolean)
    .join(' ')} `;

/**
 * Validates a change of policy that came from a form, a node or the CLI.
 *
 * An own allowed term would switch the PHI filter off for that word. It is refused if a lexicon holds it, unless
 * it is part of the registered name ("Dental" for "Aurora Dental"), which the sender's profile shows anyway.
 *
 * @throws CareError `policyInvalid` with the field, `allowedTermInLexicon` with the index; neither quotes the input
 */
export function parsePolicyChange(input: unknown, context: PolicyChangeContext): PolicyChange {
  const parsed = policyChangeSchema.safeParse(input);
  if (!parsed.success) {
    const field = parsed.error.issues[0]?.path.join('.');
    throw new CareError(
      'policyInvalid',
      field
        ? `The policy field "${field}" does not hold a permitted value. Correct it and save again.`
        : 'The policy holds a field that does not exist or misses one. Compare it with the documentation.',
      field ? { field } : {},
    );
  }
  refuseLexiconTerms(parsed.data.phi?.allowedTerms ?? [], context);
  return parsed.data;
}

function refuseLexiconTerms(terms: readonly string[], context: PolicyChangeContext): void {
  const name = words(context.registeredName);
  terms.forEach((term, index) => {
    const own = words(term);
    const parts = own.split(' ').filter(Boolean);
    if (parts.length > 0 && name.includes(own)) return;
    // Word by word as well: "our cardiology" must not pass because the lexicon holds only "cardiology".
    if (parts.length > 0 && ![term, ...parts].some((part) => context.isTermInLexicon(part))) return;
    throw new CareError(
      'allowedTermInLexicon',
      'This allowed term gives health data away and is not part of the registered name. Remove it from the list.',
      { field: 'phi.allowedTerms', index },
    );
  });
}

/**
 * The next version of a policy. Fields that the change leaves out stay as they are.
 *
 * @throws CareError `policyInvalid` when a time of `retention` lies outside the bounds of the pack
 */
export function applyPolicyChange(current: ControllerPolicy, change: PolicyChange): ControllerPolicy {
  const { quietHours: ownQuietHours, ...rest } = current;
  const quietHours = change.quietHours === undefined ? ownQuietHours : change.quietHours;
  const caps = change.caps === undefined ? current.caps : withoutUndefined(change.caps);
  const retention = change.retention === undefined ? current.retention : withoutUndefined(change.retention);
  const pack = getPack(change.pack ?? current.pack).id;
  if (retention) refuseRetentionOutOfBounds(pack, retention);
  return {
    ...rest,
    version: current.version + 1,
    pack,
    ...(quietHours ? { quietHours } : {}),
    ...(caps ? { caps } : {}),
    ...(retention ? { retention } : {}),
    campaignAbove: change.campaignAbove ?? current.campaignAbove,
    acknowledgements: change.acknowledgements ?? current.acknowledgements,
    conversationDays: change.conversationDays ?? current.conversationDays,
    phi: change.phi === undefined ? current.phi : withoutUndefined(change.phi),
  };
}

type Defined<T> = { [K in keyof T]: Exclude<T[K], undefined> };

function withoutUndefined<T extends object>(value: T): Defined<T> {
  return Object.fromEntries(Object.entries(value).filter(([, entry]) => entry !== undefined)) as Defined<T>;
}
