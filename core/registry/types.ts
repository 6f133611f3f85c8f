import type { Intent, Question } from '../replies/types';
import type { Language, PhiCategory } from '../phi/types';
import type { ControllerPolicy, Purpose } from '../policy/types';

/** Who did it: a workflow run (`workflow:<id>/execution:<id>`), a CLI user (`cli:<name>`), a named person. */
export type Actor = string;

export const CHANNEL = 'whatsapp';
export type Channel = typeof CHANNEL;

export interface Controller {
  readonly id: string;
  /** Short name that workflows use, e.g. `aurora`. */
  readonly key: string;
  readonly name: string;
  /** ISO 3166 alpha-2; default for phone numbers written without a country code. */
  readonly country: string;
  readonly languages: readonly Language[];
  /** IANA zone. */
  readonly zone: string;
  readonly privacyNoticeUrl: string;
  readonly allowedDomains: readonly string[];
  readonly locations: readonly { readonly name: string; readonly zone: string }[];
  readonly paused: boolean;
}

export type SenderMode = 'test' | 'live';
export type ProviderId = 'metaCloud' | 'sendAppAgent' | 'sendAppOfficial' | 'sendAppCloud';

export interface Sender {
  readonly id: string;
  readonly controllerId: string;
  readonly provider: ProviderId;
  /** phone_number_id at Meta, the account token's name at SendApp. */
  readonly phoneNumberId: string;
  readonly businessAccountId: string;
  readonly portfolioId: string | null;
  readonly displayName: string;
  readonly mode: SenderMode;
  readonly paused: boolean;
  /** When an Inbox Trigger was last published for it; null: it has no ears. */
  readonly inboxSeenAt: number | null;
  /** The circuit breaker: why nothing leaves until a person has lifted the halt; null: closed. */
  readonly haltedCode?: string | null;
  readonly haltedAt?: number | null;
  /** Unique people a moving 24 hours that Meta lets the portfolio write to first; null: unlimited or not read yet. */
  readonly portfolioLimit?: number | null;
  /** When the limit was read; null: never. */
  readonly portfolioLimitAt?: number | null;
}

export const HANDLE_KINDS = ['phone', 'waId', 'bsuid', 'sendAppId'] as const;
export type HandleKind = (typeof HANDLE_KINDS)[number];
export const VERIFICATIONS = ['unverified', 'doubleOptIn', 'desk', 'reply', 'disputed', 'void'] as const;
export type Verification = (typeof VERIFICATIONS)[number];

/** How a workflow names a person: the registry's pseudonym, or a handle as the user's table holds it. */
export type PersonRef =
  | { readonly contactRef: string }
  | { readonly phone: string; readonly country?: string }
  | { readonly bsuid: string };

export const CONSENT_KINDS = ['given', 'renewed', 'withdrawn', 'expired', 'refused', 'objected'] as const;
export type ConsentKind = (typeof CONSENT_KINDS)[number];

export const CONSENT_SCOPES = ['hipaaAuthorization', 'publicScreening'] as const;
export type ConsentScope = (typeof CONSENT_SCOPES)[number];

/** GDPR Art. 7(1): what shows that the person agreed. Everything but `note` is required for `given`. */
export interface ConsentProof {
  readonly textShown: string;
  readonly textVersion: string;
  readonly language: string;
  /** Message or form id under which the answer was received. */
  readonly reference: string;
  readonly recordedBy: string;
  readonly businessNamed: string;
  readonly privacyNoticeVersion: string;
  /** With the scope `hipaaAuthorization`. */
  readonly authorization?: HipaaAuthorization;
  /** With the scope `publicScreening`: the law, decree or resolution that charges the controller. */
  readonly mandate?: string;
}

/**
 * What a HIPAA authorization holds (45 CFR 164.508(c)) beside the text shown, which is its own. Its expiration date is
 * the `validUntil` of the event.
 */
export interface HipaaAuthorization {
  /** (c)(1)(i): the information to be used or disclosed, in a specific and meaningful fashion. */
  readonly information: string;
  /** (c)(1)(ii): who may use or disclose it. */
  readonly disclosedBy: string;
  /** (c)(1)(iii): to whom; the messaging provider is one of them. */
  readonly disclosedTo: string;
  /** (c)(1)(iv). */
  readonly purpose: string;
  /** (c)(1)(v): the event that ends it, where there is no date. */
  readonly expirationEvent?: string;
  /** (c)(1)(vi). */
  readonly signedBy: 'individual' | 'representative';
  /** `YYYY-MM-DD`. */
  readonly signedOn: string;
  /** (c)(1)(vi): by what authority the representative signed. */
  readonly representativeAuthority?: string;
  /** (c)(2)(i): the right to revoke in writing, and how. */
  readonly statesRightToRevoke: true;
  /** (c)(2)(ii): treatment and payment do not depend on signing. */
  readonly statesNoConditioning: true;
  /** (c)(2)(iii): the information may be disclosed again and lose its protection. */
  readonly statesRedisclosure: true;
  /** (a)(3)(ii): whether a third party pays for the marketing, which the text then states. */
  readonly remuneration: 'none' | 'stated';
  /** (c)(4): the individual has got a signed copy. */
  readonly copyGiven: true;
}

export const RELATIONS = ['child', 'caredFor'] as const;
export type Relation = (typeof RELATIONS)[number];

export interface ConsentInput {
  readonly person: PersonRef;
  /** The user's own id of the data subject (child, cared-for); absent: the contact itself. */
  readonly subject?: {
    readonly ref: string;
    readonly relation: Relation;
    /** `YYYY-MM-DD`; kept as the day of the 18th birthday only. */
    readonly birthDate?: string;
  };
  /** Of the contact itself, `YYYY-MM-DD`; kept as the day of the 18th birthday only. */
  readonly birthDate?: string;
  /** The number was collected in a protected service: it is never used for invitations. */
  readonly collectedIn?: 'protectedService';
  /** What the event is beside a plain consent; its elements stand in the proof. */
  readonly scope?: ConsentScope;
  readonly purpose: Purpose;
  readonly kind: ConsentKind;
  readonly source: string;
  /** ms since epoch. */
  readonly occurredAt: number;
  readonly validUntil?: number;
  readonly proof?: ConsentProof;
  readonly profile?: ProfileInput;
  readonly verification?: 'doubleOptIn' | 'desk';
}

export const PROFILE_FIELDS = ['language', 'area', 'preferredTime', 'relation', 'location', 'zone'] as const;
export type ProfileField = (typeof PROFILE_FIELDS)[number];

export interface ProfileInput {
  readonly language?: string;
  readonly area?: string;
  readonly preferredTime?: string;
  readonly relation?: string;
  readonly location?: string;
  readonly zone?: string;
  readonly tags?: readonly string[];
  /** When a value stops counting, ms since epoch; absent: until it is set anew. */
  readonly expires?: Partial<Record<ProfileField, number>>;
}

export type RowResult =
  | {
      readonly ok: true;
      readonly contactRef: string;
      readonly eventId: string | null;
      readonly repeated: boolean;
    }
  | RowRefusal;

/** Why a row is not recorded; `field` names its column. */
export interface RowRefusal {
  readonly ok: false;
  readonly code: string;
  readonly sentence: string;
  readonly field?: string;
}

/** Rows of one controller, by their kind or state where they have one. */
export interface RegistryStats {
  readonly contacts: number;
  readonly conversations: number;
  readonly auditRows: number;
  readonly handles: Readonly<Record<string, number>>;
  readonly consents: Readonly<Record<string, number>>;
  readonly messages: Readonly<Record<string, number>>;
  readonly answers: Readonly<Record<string, number>>;
  readonly tasks: Readonly<Record<string, number>>;
  readonly suppressions: Readonly<Record<string, number>>;
}

export interface ContactRequest {
  readonly person: PersonRef;
  readonly purpose: Purpose;
  readonly subjectRef?: string;
}

/** The answer to "may this contact get this purpose now". */
export interface Decision {
  readonly allowed: boolean;
  /** `ok`, or a code of `REASONS`. */
  readonly code: string;
  readonly sentence: string;
  readonly contactRef: string | null;
  readonly language: Language | null;
  /** The consent event or suppression that decided. */
  readonly eventId: string | null;
  /** Set when the same request becomes possible by waiting; ms since epoch. */
  readonly nextPermittedAt: number | null;
}

export const OUTBOX_STATES = [
  'claimed',
  'calling',
  'accepted',
  'sent',
  'delivered',
  'read',
  'failed',
  'refused',
  'unknown',
] as const;
export type OutboxState = (typeof OUTBOX_STATES)[number];

/** What the open message asks; kept beside the outbox row, so that an answer finds its appointment. */
export interface AskedQuestion {
  readonly question: Question;
  /** The user's own appointment id, campaign key or visit id: what the answer is about. */
  readonly about: string;
  /** ms since epoch and zone of the appointment, for "which of your appointments". */
  readonly at?: number;
  readonly zone?: string;
  readonly choices?: number;
}

export type SendBasis =
  | { readonly kind: 'purpose' }
  /** An answer to one stored inbound event inside its 24 h window. */
  | { readonly kind: 'reply'; readonly eventId: string };

export interface SendRequest {
  readonly person: PersonRef;
  readonly subjectRef?: string;
  readonly basis: SendBasis;
  /** `reminder`, `survey`, `campaign:<key>` or `reply`: first part of the idempotency key. */
  readonly kind: string;
  /** What happened once: appointment id + start, visit id, campaign id + contact. */
  readonly occurrence: string;
  readonly stage: string;
  readonly purpose: Purpose;
  readonly template: string;
  readonly templateVersion: number;
  readonly language: Language;
  readonly asks: AskedQuestion | null;
  /** The message must not leave after this instant; ms since epoch. */
  readonly closesAt: number | null;
  /** Everything that would leave: text, footer, button titles, variables. Screened by the gate, never stored. */
  readonly screened: readonly string[];
  /** Name of the person of the staff whose own words these are; the audit shows it. */
  readonly sentBy?: string;
  readonly campaignKey?: string;
  /** Of the template; absent: what the purpose amounts to. */
  readonly metaCategory?: 'UTILITY' | 'MARKETING';
}

export interface ClaimContext {
  readonly controllerKey: string;
  readonly phoneNumberId: string;
  readonly provider: ProviderId;
  readonly actor: Actor;
  /** Name of this process, so that a restart knows its own leftovers. */
  readonly owner: string;
  /** Number of recipients that this run will try, for the `campaignAbove` rule. */
  readonly runSize: number;
  readonly dryRun?: boolean;
  /**
   * Start instants are reserved at this rate, shared by all processes that claim for the sender. Each claim counts at
   * its own rate; absent: nothing is reserved.
   */
  readonly messagesPerSecond?: number;
}

/** What a price depends on; given in a dry run only. */
export interface PricingFacts {
  /** ISO 3166 alpha-2 of the number; null: not told by it. */
  readonly country: string | null;
  readonly windowOpen: boolean;
  /** Inside the 72 hours after an answer to somebody who came from an ad. */
  readonly freeEntryPoint: boolean;
  /** Answers of this number since the month began (UTC), before this run. */
  readonly servicesThisMonth: number;
}

export type ClaimResult =
  | {
      readonly claimed: true;
      readonly outboxId: string;
      readonly contactRef: string;
      readonly to: Recipient;
      /** When the call may begin, ms since epoch; absent: at once. */
      readonly callAt?: number;
      readonly pricing?: PricingFacts;
    }
  | {
      readonly claimed: false;
      readonly code: string;
      readonly sentence: string;
      readonly contactRef: string | null;
      readonly outboxId: string | null;
      readonly nextPermittedAt: number | null;
    };

/** The address that leaves in the call; never returned to a workflow. */
export type Recipient =
  { readonly kind: 'phone'; readonly e164: string } | { readonly kind: 'bsuid'; readonly bsuid: string };

export type CallOutcome =
  /** `messageId` is null where the provider gives none: no status and no quote can name the message then. */
  | { readonly state: 'accepted'; readonly messageId: string | null; readonly waId?: string }
  | { readonly state: 'failed'; readonly code: string; readonly providerCode?: string }
  /** The provider certainly did not take it: the row may be claimed again. */
  | {
      readonly state: 'released';
      readonly code: string;
      readonly providerCode?: string;
      /** The gate refuses the same message before so many milliseconds have passed. */
      readonly retryAfterMs?: number;
      /** Tried again so often, and then failed for good; absent: as the code says. */
      readonly retry?: 'once' | 'few';
    }
  | { readonly state: 'unknown' };

export interface OutboxRow {
  readonly id: string;
  readonly contactRef: string | null;
  readonly kind: string;
  readonly occurrence: string;
  readonly stage: string;
  readonly purpose: Purpose;
  readonly template: string;
  readonly state: OutboxState;
  readonly code: string | null;
  readonly createdAt: number;
  readonly settledAt: number | null;
}

/** What a webhook brought, parsed and freed of its provider's shape. */
export type InboundEvent =
  | {
      readonly kind: 'message';
      readonly dedupeKey: string;
      readonly phoneNumberId: string;
      readonly from: { readonly waId?: string; readonly bsuid?: string; readonly sendAppId?: string };
      readonly at: number;
      readonly text: string | null;
      readonly payload: string | null;
      readonly contextId: string | null;
      readonly mediaIds: readonly string[];
      /** The provider's own id, for quoting and for reactions; kept sealed with the words. */
      readonly messageId?: string;
      /** The advertisement that the person came from. */
      readonly ad?: AdReferral;
      /** `unsupported`: of a kind that the provider does not pass on; `reactionRemoved`: says nothing any more. */
      readonly form?: 'unsupported' | 'reactionRemoved';
      /** The words are those of somebody else. */
      readonly forwarded?: boolean;
      /** What staff should see although the person did not say it, such as a contact card. */
      readonly shown?: string;
    }
  | {
      readonly kind: 'status';
      readonly dedupeKey: string;
      readonly phoneNumberId: string;
      readonly messageId: string;
      readonly status: string;
      readonly at: number;
      readonly outboxId: string | null;
      readonly errorCode: string | null;
    }
  | {
      readonly kind: 'preference';
      readonly dedupeKey: string;
      readonly phoneNumberId: string;
      readonly from: { readonly waId?: string; readonly bsuid?: string };
      readonly at: number;
      readonly value: 'stop' | 'resume';
    }
  | {
      readonly kind: 'identity';
      readonly dedupeKey: string;
      readonly phoneNumberId: string;
      readonly from: { readonly waId?: string; readonly bsuid?: string };
      readonly at: number;
      readonly next: { readonly waId?: string; readonly bsuid?: string };
    };

/** A click-to-WhatsApp advertisement or post, by Meta's id. */
export interface AdReferral {
  readonly type: 'ad' | 'post';
  readonly id: string;
}

/** What an event says of a template; what it does not say is absent, and null is no longer known. */
export interface TemplateChange {
  readonly status?: string | null;
  readonly category?: string;
  /** The category from tomorrow on, announced by Meta. */
  readonly nextCategory?: string;
  readonly quality?: string;
}

/** What a provider tells of its templates and accounts; nothing of it is about a person. */
export type AccountEvent =
  | {
      readonly kind: 'template';
      readonly dedupeKey: string;
      readonly businessAccountId: string;
      /** When the provider sent it; null: it does not say. */
      readonly at: number | null;
      /** The provider's own word, e.g. `PAUSED`. */
      readonly event: string;
      readonly name: string;
      readonly language: string;
      readonly change: TemplateChange;
    }
  | {
      readonly kind: 'account';
      readonly dedupeKey: string;
      readonly businessAccountId: string;
      /** Set where it concerns this sender only. */
      readonly phoneNumberId: string | null;
      readonly at: number | null;
      readonly event: string;
      /** Why the senders must not go on; null: they may. */
      readonly halt: 'providerHalted' | 'providerAuth' | null;
      /** Somebody of the staff has to hear of it although sending goes on. */
      readonly told: boolean;
      /** People in 24 hours whom the portfolio may write to first. */
      readonly limit?: number;
    };

/** The item of an account event: it names no person. */
export interface AccountItem {
  readonly eventId: string;
  readonly kind: 'template' | 'account';
  /** Phone number IDs of the senders that it concerns. */
  readonly senders: readonly string[];
  readonly event: string;
  readonly template: string | null;
  readonly language: string | null;
  /** Category of the template now, and from tomorrow on. */
  readonly category: string | null;
  readonly nextCategory: string | null;
  /** Nothing leaves through these senders until a person has looked. */
  readonly halted: boolean;
}

/** A template as the provider last told of it; null: not told, or no longer known. */
export interface TemplateState {
  readonly name: string;
  /** With an underscore, e.g. `en_US`. */
  readonly language: string;
  readonly status: string | null;
  readonly category: string | null;
  readonly quality: string | null;
  /** Also when its text was changed; ms since epoch. */
  readonly changedAt: number;
}

/** The answer joined to what it answers. `several`: ask which, never assume. */
export interface ReplyTo {
  readonly status: 'one' | 'none' | 'several';
  readonly outboxId: string | null;
  readonly about: string | null;
  readonly question: Question | null;
  readonly stage: string | null;
  readonly campaign: string | null;
  /** With `several`: the open appointments, for a choice list; ids are random, `at` is ms since epoch. */
  readonly options: readonly { readonly id: string; readonly at: number; readonly zone: string }[];
}

/** The whole item that the Inbox Trigger emits: no words, no number, no profile name. */
export interface InboxItem {
  readonly eventId: string;
  readonly contactRef: string;
  readonly sender: string;
  readonly kind: 'message' | 'preference' | 'identity' | 'status';
  readonly intent: Intent;
  readonly value: number | null;
  readonly sensitive: boolean;
  readonly categories: readonly PhiCategory[];
  readonly language: Language;
  readonly replyTo: ReplyTo;
  /** A STOP of somebody who had stopped before: no second confirmation. */
  readonly alreadyStopped: boolean;
  readonly suspectedStop: boolean;
  readonly wrongNumber: boolean;
  readonly deceased: boolean;
  /** Only where the person came from an advertisement. */
  readonly ad?: AdReferral;
}

export const TASK_KINDS = [
  'lowScore',
  'sensitive',
  'emergency',
  'person',
  'reschedule',
  'cancel',
  'question',
  'wrongNumber',
  'deceased',
  'senderHalted',
  'templateChanged',
  'accountNotice',
  'other',
] as const;
export type TaskKind = (typeof TASK_KINDS)[number];

export interface Task {
  readonly id: string;
  readonly kind: TaskKind;
  readonly state: 'open' | 'assigned' | 'closed';
  readonly contactRef: string | null;
  readonly conversationId: string | null;
  readonly about: string | null;
  readonly assignedTo: string | null;
  readonly createdAt: number;
  readonly closedAt: number | null;
}

export interface ConversationEntry {
  readonly direction: 'in' | 'out';
  readonly at: number;
  readonly text: string | null;
  readonly mediaIds: readonly string[];
}

export interface AudienceFilter {
  readonly purpose: Purpose;
  readonly areas?: readonly string[];
  readonly languages?: readonly Language[];
  readonly interests?: readonly string[];
  readonly relations?: readonly string[];
  readonly preferredTimes?: readonly string[];
}

export interface AudienceResult {
  readonly audience: readonly {
    readonly contactRef: string;
    readonly language: Language;
    readonly area: string | null;
  }[];
  /** How many contacts of the controller were left out, by reason code. */
  readonly leftOut: Readonly<Record<string, number>>;
}

export interface Campaign {
  readonly id: string;
  readonly key: string;
  readonly name: string;
  readonly purpose: Purpose;
  readonly state: 'draft' | 'approved' | 'paused' | 'done';
}

export interface CampaignProgress {
  /** Recipients of the largest run so far; null: no run yet. */
  readonly planned: number | null;
  readonly startedAt: number | null;
  readonly lastRunAt: number | null;
  /** Messages by state of the outbox. */
  readonly states: Readonly<Partial<Record<OutboxState, number>>>;
  /** Why others have not left or failed, by code. */
  readonly codes: Readonly<Record<string, number>>;
}

export interface ControllerInput {
  readonly key: string;
  readonly name: string;
  readonly country: string;
  readonly languages: readonly Language[];
  readonly zone: string;
  readonly privacyNoticeUrl: string;
  readonly allowedDomains: readonly string[];
  readonly locations: readonly { readonly name: string; readonly zone: string }[];
  readonly policy: Omit<ControllerPolicy, 'version'>;
}

export interface SenderInput {
  readonly controllerKey: string;
  readonly provider: ProviderId;
  readonly phoneNumberId: string;
  readonly businessAccountId: string;
  readonly portfolioId?: string;
  readonly displayName: string;
  readonly testNumbers: readonly string[];
}
