import type { ReasonCode } from '../policy/reasons';
import type { Purpose, PurposeRule } from '../policy/types';
import { type ConsentFact, type ConsentState, deriveConsent, isYes } from './derive';

/** Whether the record that a purpose stands on is there, and the event that says so. */
export interface Standing {
  readonly code: 'ok' | ReasonCode;
  readonly eventId: string | null;
}

export interface Question {
  readonly purpose: Purpose;
  /** null: the contact itself. */
  readonly subjectId: string | null;
  /** ms since epoch. */
  readonly now: number;
}

const about = (events: readonly ConsentFact[], purpose: Purpose, subjectId: string | null): ConsentFact[] =>
  events.filter(
    (event) => event.purpose === purpose && (event.subjectId === null || event.subjectId === subjectId),
  );

function standingOf(state: ConsentState, needsProof: boolean): Standing {
  switch (state.status) {
    case 'none':
      return { code: 'noConsent', eventId: null };
    case 'expired':
      return { code: 'consentExpired', eventId: state.eventId };
    case 'withdrawn':
      return { code: 'consentWithdrawn', eventId: state.eventId };
    case 'refused':
    case 'objected':
      return { code: state.status, eventId: state.eventId };
    case 'given':
      // GDPR Art. 7(1): the controller must be able to show the consent.
      return { code: needsProof && !state.hasProof ? 'noConsent' : 'ok', eventId: state.eventId };
  }
}

/** A service-grade purpose may also stand on the appointment opt-in. */
function service(events: readonly ConsentFact[], rule: PurposeRule, question: Question): Standing {
  const { purpose, subjectId, now } = question;
  const own = deriveConsent(about(events, purpose, subjectId), rule.validityDays, now);
  const state =
    own.status === 'none'
      ? deriveConsent(about(events, 'appointment', subjectId), rule.validityDays, now)
      : own;
  return standingOf(state, false);
}

function marketing(events: readonly ConsentFact[], rule: PurposeRule, question: Question): Standing {
  const own = about(events, question.purpose, question.subjectId);
  return standingOf(deriveConsent(own, rule.validityDays, question.now), true);
}

/**
 * 45 CFR 164.508: only a signed authorization counts as a yes, and only for the individual whose information it
 * names, so that one of the contact does not cover a person in its care.
 */
function authorized(events: readonly ConsentFact[], rule: PurposeRule, question: Question): Standing {
  const own = about(events, question.purpose, question.subjectId);
  const counting = own.filter(
    (event) =>
      !isYes(event.kind) || (event.scope === 'hipaaAuthorization' && event.subjectId === question.subjectId),
  );
  const standing = standingOf(deriveConsent(counting, rule.validityDays, question.now), true);
  if (standing.code !== 'noConsent') return standing;
  const plain = marketing(events, rule, question);
  return plain.code === 'ok' ? { code: 'authorizationMissing', eventId: plain.eventId } : plain;
}

/**
 * The public task needs no consent, and a record of it is the controller's word, not the person's: an objection
 * (GDPR Art. 21) stands against every later record until the person takes it back, which is a `renewed` with proof and
 * without the scope of such a record.
 */
function screening(events: readonly ConsentFact[], rule: PurposeRule, question: Question): Standing {
  const own = about(events, question.purpose, question.subjectId);
  const isRecord = ({ kind, scope }: ConsentFact): boolean => isYes(kind) && scope === 'publicScreening';
  const isTakenBack = (event: ConsentFact): boolean =>
    event.kind === 'renewed' && event.hasProof && !isRecord(event);
  const will = own.filter((event) => isTakenBack(event) || (!isYes(event.kind) && event.kind !== 'expired'));
  const said = standingOf(deriveConsent(will, null, question.now), true);
  if (said.code !== 'ok' && said.code !== 'noConsent' && said.code !== 'consentExpired') return said;
  const records = own.filter((event) => event.kind === 'expired' || isRecord(event));
  const recorded = standingOf(deriveConsent(records, rule.validityDays, question.now), true);
  // There is no consent to ask for: whatever the record lacks, the controller has to record it.
  return recorded.code === 'ok' ? recorded : { ...recorded, code: 'screeningNotRecorded' };
}

/** What the record says to a purpose under the pack's rule. */
export function standingFor(events: readonly ConsentFact[], rule: PurposeRule, question: Question): Standing {
  switch (rule.needsConsent) {
    case 'service':
      return service(events, rule, question);
    case 'marketing':
      return marketing(events, rule, question);
    case 'hipaaAuthorization':
      return authorized(events, rule, question);
    case 'publicScreening':
      return screening(events, rule, question);
    case 'notPermitted':
      return { code: 'purposeNotPermitted', eventId: null };
  }
}
