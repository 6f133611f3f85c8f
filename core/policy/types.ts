import type { PhiPolicy } from '../phi/types';

/**
 * Why a message is sent. Service: appointment. Everything else is survey- or marketing-grade, but for `screening`:
 * the invitation of a public screening programme, which rests on a mandate instead of consent.
 */
export const PURPOSES = ['appointment', 'survey', 'review', 'prevention', 'events', 'screening'] as const;
export type Purpose = (typeof PURPOSES)[number];

export const PACK_IDS = ['eu', 'it', 'de', 'us'] as const;
export type PackId = (typeof PACK_IDS)[number];

/** Local wall-clock times in the contact's zone (`HH:MM`, over midnight when `from` is later than `to`). */
export interface QuietHours {
  readonly from: string;
  readonly to: string;
  /** All of Sunday is quiet as well. */
  readonly sundays: boolean;
}

/**
 * - `service`: a WhatsApp opt-in on record.
 * - `marketing`: a consent for this very purpose on record.
 * - `hipaaAuthorization`: a signed authorization for this very purpose (45 CFR 164.508); a plain consent is not enough.
 * - `publicScreening`: a mandate in the policy and its record for the person, who has not objected; no consent.
 * - `notPermitted`: no record opens the purpose under this pack.
 */
export const CONSENT_GRADES = [
  'service',
  'marketing',
  'hipaaAuthorization',
  'publicScreening',
  'notPermitted',
] as const;
export type ConsentGrade = (typeof CONSENT_GRADES)[number];

/** What a policy pack says of one purpose. */
export interface PurposeRule {
  /** GDPR Art. 6(1) letter that the purpose rests on, e.g. `b` or `a`; null outside the GDPR. */
  readonly art6: string | null;
  /** GDPR Art. 9(2) letter, where health data could be inferred; null where none is needed. */
  readonly art9: string | null;
  /** The advertising rule that applies beside data protection law, e.g. `UWG §7`; null for none. */
  readonly advertisingRule: string | null;
  /** Which record the purpose stands on. */
  readonly needsConsent: ConsentGrade;
  /** Refused when the contact, or whom the message is about, is under age. */
  readonly adultsOnly: boolean;
  /** The handle must be verified (double opt-in, desk or reply) before this purpose may use it. */
  readonly needsVerified: boolean;
  /** Days that a consent stays good without renewal; null: until withdrawn. */
  readonly validityDays: number | null;
  /** A reply inside the service window needs that consent as well. */
  readonly replyNeedsConsent: boolean;
  /** At most this many messages of the purpose per contact in the rolling window; null: no cap. */
  readonly cap: { readonly messages: number; readonly days: number } | null;
  /** Quiet for this purpose beside the pack's own quiet hours. */
  readonly quietHours?: QuietHours;
}

/** How long each kind of record is kept, in the unit of its name. */
export interface Retention {
  /** Outbox rows, from their settlement. */
  readonly outboxDays: number;
  /** Inbound events (never their words: see `conversationDays`), from their arrival. */
  readonly inboundDays: number;
  /** Rows of the audit trail. */
  readonly auditDays: number;
  /** Consent events and outbox facts of erased people: the limitation period of claims (GDPR Art. 17(3)(e)). */
  readonly consentFactsYears: number;
  /** Months of engagement counters. */
  readonly engagementMonths: number;
  /** Tasks of the desk, from their closing. */
  readonly closedTaskDays: number;
  /** Profile fields, from the day they were last set; null: as long as the contact. */
  readonly profileDays: number | null;
}

/** A pack's time for one kind of record, and how far a controller may move it. */
export interface RetentionBound<T extends number | null = number> {
  readonly default: T;
  readonly min: number;
  /** null: no upper bound. */
  readonly max: T;
}

export type RetentionBounds = { readonly [K in keyof Retention]: RetentionBound<Retention[K]> };

export interface PolicyPack {
  readonly id: PackId;
  readonly date: string;
  readonly sources: readonly string[];
  readonly purposes: Readonly<Record<Purpose, PurposeRule>>;
  /** Local wall-clock times in the contact's zone between which nothing but replies may leave. */
  readonly quietHours: QuietHours;
  /** Country calling regions (ISO 3166 alpha-2) to which marketing is refused. */
  readonly marketingRefusedIn: readonly string[];
  /** Set in `us`: a named person must have accepted that Meta signs no BAA before anything leaves. */
  readonly needsAcknowledgement: 'metaSignsNoBaa' | null;
  readonly retention: RetentionBounds;
}

/** What a named person of the controller has accepted or shown; `at` in ms since epoch. */
export type Acknowledgement =
  | { readonly what: 'metaSignsNoBaa'; readonly by: string; readonly at: number }
  | {
      readonly what: 'publicScreeningMandate';
      readonly by: string;
      readonly at: number;
      /** The law, decree or resolution that charges the controller with the programme. */
      readonly reference: string;
    };

/** The one policy object of a controller, versioned in the registry and used by gate, filter and linter alike. */
export interface ControllerPolicy {
  readonly version: number;
  readonly pack: PackId;
  /** Tightening only: intersected with the pack's quiet hours, the smaller cap counts. */
  readonly quietHours?: QuietHours;
  readonly caps?: Partial<Record<Purpose, { readonly messages: number; readonly days: number }>>;
  /** Above this number of recipients in one run an approved campaign is demanded. */
  readonly campaignAbove: number;
  readonly acknowledgements: readonly Acknowledgement[];
  /** Days after closing that inbound words are kept; 0: never stored. */
  readonly conversationDays: number;
  /** Only what differs from the pack; read it through `effectiveRetention`. */
  readonly retention?: Partial<Retention>;
  readonly phi: PhiPolicy;
}
