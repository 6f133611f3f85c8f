import {
  acknowledgementMissing,
  effectiveQuietHours,
  effectiveRule,
  refusedInCountry,
  screeningMandateMissing,
} from '../policy';
import type { ReasonCode } from '../policy/reasons';
import type { ControllerPolicy, Purpose, PurposeRule } from '../policy/types';
import type { Verification } from '../registry/types';
import { inQuietHours, nextPermitted } from '../schedule';
import { isUnderAge, type SubjectFact } from './age';
import { standingFor } from './basis';
import type { ConsentFact } from './derive';

/** All that the registry knows of one contact and that a decision may rest on. */
export interface ContactFacts {
  readonly deceased: boolean;
  readonly restricted: boolean;
  /** ms since epoch of the contact's own 18th birthday; null: not told. */
  readonly adultAt: number | null;
  /** Everybody that the contact answers for. */
  readonly subjects: readonly SubjectFact[];
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
  /** Collected in a protected service: never used for invitations. */
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

/** Whatever is no service message: it asks the person for something, so it has to respect more of them. */
function isInvitation(purpose: Purpose): boolean {
  return purpose !== 'appointment';
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

/** One person's number can stand on record twice, as phone and as wa_id; so one protected handle speaks for all. */
function isProtected(facts: ContactFacts): boolean {
  return facts.handles.some((handle) => handle.protectedSource && handle.state !== 'void');
}

/**
 * What no record and no answer window opens: a purpose that the pack does not permit, somebody under age, a number
 * from a protected service.
 */
export function closedCode(
  facts: ContactFacts,
  request: DecisionRequest,
  policy: ControllerPolicy,
  now: number,
): ReasonCode | null {
  const rule = effectiveRule(policy, request.purpose);
  if (rule.needsConsent === 'notPermitted') return 'purposeNotPermitted';
  if (rule.adultsOnly && isUnderAge(facts, request.subjectId, now)) return 'underAge';
  return isInvitation(request.purpose) && isProtected(facts) ? 'appointmentsOnly' : null;
}

function mandateCode(policy: ControllerPolicy, rule: PurposeRule, now: number): ReasonCode | null {
  if (rule.needsConsent !== 'publicScreening') return null;
  return screeningMandateMissing(policy, now) ? 'mandateMissing' : null;
}

function handleRefusal(facts: ContactFacts, rule: PurposeRule): Verdict | null {
  const handle = usableHandle(facts.handles);
  if (!handle) return no('handleVoid');
  return rule.needsVerified && !VERIFIED.includes(handle.state) ? no('notVerified') : null;
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

/** `subjectId`: the data subject that the message is about; null: the contact itself. */
export interface DecisionRequest {
  readonly purpose: Purpose;
  readonly subjectId: string | null;
}

/**
 * May this contact get a message of this purpose now? Pure: the same facts give the same answer.
 * @param now ms since epoch
 */
export function decide(
  facts: ContactFacts,
  request: DecisionRequest,
  policy: ControllerPolicy,
  now: number,
): Verdict {
  const { purpose } = request;
  const rule = effectiveRule(policy, purpose);
  const refusal =
    personRefusal(facts, now) ?? suppressionRefusal(facts, purpose) ?? packRefusal(policy, facts, purpose);
  if (refusal) return refusal;
  const closed = closedCode(facts, request, policy, now) ?? mandateCode(policy, rule, now);
  if (closed) return no(closed);
  const standing = standingFor(facts.consents, rule, { ...request, now });
  if (standing.code !== 'ok') return no(standing.code, standing.eventId);
  const refused = handleRefusal(facts, rule);
  if (refused) return refused;
  const eventId = standing.eventId ?? '';
  return (
    waiting(facts, purpose, rule, policy, now, eventId) ?? { code: 'ok', eventId, nextPermittedAt: null }
  );
}
