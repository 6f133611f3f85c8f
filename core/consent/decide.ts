import { acknowledgementMissing, effectiveQuietHours, effectiveRule, refusedInCountry } from '../policy';
import type { ReasonCode } from '../policy/reasons';
import type { ControllerPolicy, Purpose, PurposeRule } from '../policy/types';
import type { Verification } from '../registry/types';
import { inQuietHours, nextPermitted } from '../schedule';
import { type ConsentFact, type ConsentState, deriveConsent } from './derive';

/** All that the registry knows of one contact and that a decision may rest on. */
export interface ContactFacts {
  readonly deceased: boolean;
  readonly restricted: boolean;
  readonly handles: readonly HandleFact[];
  readonly consents: readonly ConsentFact[];
  readonly suppressions: readonly { readonly id: string; readonly scope: 'all' | 'marketing' }[];
  /** Instants (ms) of messages claimed, on their way, sent or of unknown fate, by purpose. */
  readonly sent: readonly { readonly purpose: Purpose; readonly at: number }[];
  readonly frequencies: readonly {
    readonly purpose: Purpose;
    readonly messages: number;
    readonly days: number;
  }[];
  /** IANA zones in which it may be night for this person; never empty. */
  readonly zones: readonly string[];
}

export interface HandleFact {
  readonly state: Verification;
  readonly country: string | null;
  /** Numbers collected in protected services are never used for invitations. */
  readonly protectedSource: boolean;
  readonly unreachableAt: number | null;
}

export interface Verdict {
  readonly code: 'ok' | ReasonCode;
  readonly eventId: string | null;
  /** ms since epoch; null when waiting does not help. */
  readonly nextPermittedAt: number | null;
}

const DAY = 86_400_000;
/** A number that was not on WhatsApp is tried again after this long. */
const RECHECK_UNREACHABLE = 30 * DAY;
export const VERIFIED: readonly Verification[] = ['doubleOptIn', 'desk', 'reply'];

const no = (code: ReasonCode, eventId: string | null = null): Verdict => ({
  code,
  eventId,
  nextPermittedAt: null,
});
const later = (code: ReasonCode, nextPermittedAt: number | null, eventId: string): Verdict => ({
  code,
  eventId,
  nextPermittedAt,
});

export function isMarketing(purpose: Purpose): boolean {
  return purpose === 'review' || purpose === 'prevention' || purpose === 'events';
}

/** The handle that a message would go to: the best verified one that is neither void nor disputed. */
export function usableHandle<H extends HandleFact>(handles: readonly H[]): H | null {
  const usable = handles.filter((handle) => handle.state !== 'void' && handle.state !== 'disputed');
  return usable.find((handle) => VERIFIED.includes(handle.state)) ?? usable[0] ?? null;
}

function personRefusal(facts: ContactFacts, now: number): Verdict | null {
  if (facts.deceased) return no('deceased');
  if (facts.restricted) return no('restricted');
  const handle = usableHandle(facts.handles);
  if (!handle) return no(facts.handles.some((h) => h.state === 'disputed') ? 'handleDisputed' : 'handleVoid');
  if (handle.unreachableAt !== null && now - handle.unreachableAt < RECHECK_UNREACHABLE)
    return no('noWhatsApp');
  return null;
}

function suppressionRefusal(facts: ContactFacts, purpose: Purpose): Verdict | null {
  const hit = facts.suppressions.find((s) => s.scope === 'all' || purpose !== 'appointment');
  return hit ? no('suppressed', hit.id) : null;
}

function packRefusal(policy: ControllerPolicy, facts: ContactFacts, purpose: Purpose): Verdict | null {
  if (acknowledgementMissing(policy)) return no('acknowledgementMissing');
  const country = usableHandle(facts.handles)?.country ?? null;
  // A number that does not tell its country could belong to any of the refused ones.
  const refused = country === null ? isMarketing(purpose) : refusedInCountry(policy, purpose, country);
  return refused ? no('marketingRefusedInCountry') : null;
}

/** The consent that a purpose stands on; a service-grade purpose may also stand on the appointment opt-in. */
function consentFor(
  facts: ContactFacts,
  purpose: Purpose,
  subjectId: string | null,
  rule: PurposeRule,
  now: number,
): ConsentState {
  const about = (wanted: Purpose): ConsentState =>
    deriveConsent(
      facts.consents.filter(
        (c) => c.purpose === wanted && (c.subjectId === null || c.subjectId === subjectId),
      ),
      rule.validityDays,
      now,
    );
  const own = about(purpose);
  if (own.status !== 'none' || rule.needsConsent === 'marketing') return own;
  return about('appointment');
}

function consentRefusal(state: ConsentState, rule: PurposeRule): Verdict | null {
  switch (state.status) {
    case 'none':
      return no('noConsent');
    case 'expired':
      return no('consentExpired', state.eventId);
    case 'withdrawn':
      return no('consentWithdrawn', state.eventId);
    case 'refused':
    case 'objected':
      return no(state.status, state.eventId);
    case 'given':
      // GDPR Art. 7(1): the controller must be able to show the consent.
      return rule.needsConsent === 'marketing' && !state.hasProof ? no('noConsent', state.eventId) : null;
  }
}

function handleRefusal(facts: ContactFacts, purpose: Purpose, rule: PurposeRule): Verdict | null {
  const handle = usableHandle(facts.handles);
  if (!handle) return no('handleVoid');
  if (rule.needsVerified && !VERIFIED.includes(handle.state)) return no('notVerified');
  return handle.protectedSource && isMarketing(purpose) ? no('restricted') : null;
}

/** When the rolling window lets one more through; null when it does so now. */
function windowOpensAt(
  facts: ContactFacts,
  purpose: Purpose,
  cap: { messages: number; days: number },
  now: number,
): number | null {
  const since = now - cap.days * DAY;
  const recent = facts.sent.filter((s) => s.purpose === purpose && s.at > since).map((s) => s.at);
  if (recent.length < cap.messages) return null;
  if (cap.messages === 0) return now + cap.days * DAY;
  recent.sort((a, b) => b - a);
  return (recent[cap.messages - 1] ?? now) + cap.days * DAY;
}

function waiting(
  facts: ContactFacts,
  purpose: Purpose,
  rule: PurposeRule,
  policy: ControllerPolicy,
  now: number,
  eventId: string,
): Verdict | null {
  const own = facts.frequencies.find((f) => f.purpose === purpose);
  const ownOpens = own ? windowOpensAt(facts, purpose, own, now) : null;
  if (ownOpens !== null) return later('frequencyReached', ownOpens, eventId);
  const capOpens = rule.cap ? windowOpensAt(facts, purpose, rule.cap, now) : null;
  if (capOpens !== null) return later('capReached', capOpens, eventId);
  const hours = effectiveQuietHours(policy, purpose);
  if (!inQuietHours(now, facts.zones, hours)) return null;
  return later('quietHours', nextPermitted(now, facts.zones, hours), eventId);
}

/**
 * May this contact get a message of this purpose now? Pure: the same facts give the same answer.
 * @param subjectId the data subject that the message is about; null: the contact itself
 * @param now ms since epoch
 */
export function decide(
  facts: ContactFacts,
  request: { readonly purpose: Purpose; readonly subjectId: string | null },
  policy: ControllerPolicy,
  now: number,
): Verdict {
  const { purpose, subjectId } = request;
  const rule = effectiveRule(policy, purpose);
  const refusal =
    personRefusal(facts, now) ?? suppressionRefusal(facts, purpose) ?? packRefusal(policy, facts, purpose);
  if (refusal) return refusal;
  const consent = consentFor(facts, purpose, subjectId, rule, now);
  const refused = consentRefusal(consent, rule) ?? handleRefusal(facts, purpose, rule);
  if (refused) return refused;
  const eventId = consent.status === 'none' ? '' : consent.eventId;
  return (
    waiting(facts, purpose, rule, policy, now, eventId) ?? { code: 'ok', eventId, nextPermittedAt: null }
  );
}
