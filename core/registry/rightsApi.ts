import type { Purpose } from '../policy/types';
import type { ConsentBundle } from './services/rights/fhir';
import type { ConsentRecords } from './services/rights/consentRecord';
import type { PersonExport } from './services/rights/exportSchema';
import type { ProcessingRecord } from './services/rights/processingRecord';
import type { Actor, HandleKind, PersonRef, ProfileField, Verification } from './types';

/** Any handle by which somebody at the desk may know a person. */
export type PersonQuery = PersonRef | { readonly waId: string } | { readonly sendAppId: string };

export interface HandleView {
  readonly id: string;
  readonly kind: HandleKind;
  readonly state: Verification;
  /** ISO 3166 alpha-2, where the handle tells it. */
  readonly country: string | null;
  /** The last two digits of a number, so that the desk can tell two of them apart; null for other ids. */
  readonly ending: string | null;
  /** Collected in a protected service: never used for invitations. */
  readonly protectedSource: boolean;
  /** ms since epoch, as all instants here. */
  readonly changedAt: number;
}

/** What the registry knows of a person, without a number in clear. */
export interface PersonView {
  readonly contactRef: string;
  readonly handles: readonly HandleView[];
  readonly flags: {
    readonly deceased: boolean;
    readonly restricted: boolean;
    readonly erased: boolean;
    readonly wrongNumber: boolean;
  };
  readonly subjects: readonly {
    readonly id: string;
    readonly relation: string;
    readonly adultAt: number | null;
  }[];
  readonly profile: readonly {
    readonly field: string;
    readonly value: string;
    readonly source: string;
    readonly setAt: number;
    readonly expiresAt: number | null;
  }[];
  readonly tags: readonly string[];
  /** Derived from all events; a purpose that nothing was said about is `none`. `subjectId` null: the contact. */
  readonly consents: readonly {
    readonly purpose: Purpose;
    readonly subjectId: string | null;
    readonly status: 'none' | 'given' | 'withdrawn' | 'refused' | 'objected' | 'expired';
    readonly eventId: string | null;
  }[];
  readonly suppression: 'none' | 'marketing' | 'all';
}

/** States that a named person may give to a handle; `reply` is for the traffic alone. */
export const SETTABLE_VERIFICATIONS = ['unverified', 'doubleOptIn', 'desk', 'disputed', 'void'] as const;
export type SettableVerification = (typeof SETTABLE_VERIFICATIONS)[number];

/** A decision of a named person, and where it is written down (a form, a letter, a ticket; no health data). */
export interface Vouched {
  readonly recordedBy: string;
  readonly reference: string;
}

export interface Rectification {
  /** null takes the value away. */
  readonly profile?: Partial<Record<ProfileField, string | null>>;
  /** When the given values stop counting, ms since epoch. */
  readonly profileExpiresAt?: number;
  /** A number that was wrong: the old one becomes void, the new one is unverified. */
  readonly phone?: { readonly number: string; readonly country?: string; readonly replaces?: string };
  /** The user's own id of the data subject. */
  readonly subject?: {
    readonly ref: string;
    readonly relation?: 'child' | 'caredFor';
    readonly birthDate?: string;
  };
  /** Of the contact itself, `YYYY-MM-DD`; kept as the day of the 18th birthday only. */
  readonly birthDate?: string;
  readonly deceased?: boolean;
  readonly source: string;
}

export interface PeopleService {
  /** Rejects with `badPhone` or `unknownContact`. An erased person is found by the pseudonym alone. */
  find(controllerKey: string, person: PersonQuery): Promise<PersonView>;
  /**
   * Sets how far a handle is known to be the person's; a phone number and the WhatsApp id of the same digits are one.
   * Rejects with `handleUnknown`, `verificationProofNeeded`, `proofMissing`, `staffMemberMissing`.
   */
  setVerification(
    controllerKey: string,
    person: PersonQuery,
    change: Vouched & { readonly state: SettableVerification; readonly handleId?: string },
    actor: Actor,
  ): Promise<PersonView>;
  /**
   * Makes two contacts one, for good. Both must hold a verified handle and a named person must vouch that they are the
   * same human; rejects with `mergeUnproven`. The more restrictive of both holds for the one that stays.
   */
  merge(
    controllerKey: string,
    from: PersonQuery,
    into: PersonQuery,
    proof: Vouched,
    actor: Actor,
  ): Promise<{ readonly contactRef: string; readonly merged: boolean }>;
  /** GDPR Art. 16. Rejects with `handleTaken`, `handleUnknown`, `subjectUnknown`, `containsPhi`, `inputInvalid`. */
  rectify(
    controllerKey: string,
    person: PersonQuery,
    change: Rectification,
    recordedBy: string,
    actor: Actor,
  ): Promise<PersonView>;
  /** GDPR Art. 18: what is stored stays, nothing is sent. */
  restrict(
    controllerKey: string,
    person: PersonQuery,
    on: boolean,
    recordedBy: string,
    actor: Actor,
  ): Promise<PersonView>;
}

/** The grounds of GDPR Art. 17(1), letters a to f. */
export const ERASURE_REASONS = [
  'notNeeded',
  'consentWithdrawn',
  'objected',
  'unlawful',
  'legalObligation',
  'childConsent',
] as const;
export type ErasureReason = (typeof ERASURE_REASONS)[number];

export interface Erasure {
  /** null: nobody is on record any more, and the number is suppressed since an earlier erasure. */
  readonly contactRef: string | null;
  /** The person had been erased before. */
  readonly repeated: boolean;
  /** How many rows were destroyed or cut off from the person, by kind. */
  readonly counts: Readonly<Record<string, number>>;
}

export interface RightsService {
  /** GDPR Art. 15 and 20: everything held about the person, numbers in clear. Each export is an audit row. */
  exportPerson(controllerKey: string, person: PersonQuery, actor: Actor): Promise<PersonExport>;
  /** The person's consents as FHIR R5 Consent resources in a Bundle; pseudonyms only. */
  exportFhir(controllerKey: string, person: PersonQuery, actor: Actor): Promise<ConsentBundle>;
  /** The same as consent records in the style of ISO/IEC TS 27560. */
  exportConsentRecords(controllerKey: string, person: PersonQuery, actor: Actor): Promise<ConsentRecords>;
  /**
   * GDPR Art. 17, in one transaction. Consent events and outbox facts stay without a way back to the person
   * (Art. 17(3)(e)); every handle is suppressed by token for good.
   */
  erase(
    controllerKey: string,
    person: PersonQuery,
    reason: ErasureReason,
    recordedBy: string,
    actor: Actor,
    options?: { readonly dryRun?: boolean },
  ): Promise<Erasure>;
  /** GDPR Art. 30(1): the record of processing activities, as data and as a page to read. */
  processingRecord(controllerKey: string): Promise<{ record: ProcessingRecord; markdown: string }>;
}
