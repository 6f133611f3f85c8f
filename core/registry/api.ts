import type {
  AuditFilter,
  AuditHead,
  AuditPage,
  AuditReport,
  AuditRow,
  ChainVerdict,
  ExportFormat,
  NotSent,
  NotSentFilter,
  Period,
  ReportPart,
} from '../audit/types';
import type { PhiPolicy } from '../phi/types';
import type { ControllerPolicy } from '../policy/types';
import type { PeopleService, RightsService } from './rightsApi';
import type {
  Actor,
  AudienceFilter,
  AudienceResult,
  CallOutcome,
  Campaign,
  ClaimContext,
  ClaimResult,
  ConsentInput,
  ContactRequest,
  Controller,
  ControllerInput,
  ConversationEntry,
  Decision,
  InboundEvent,
  InboxItem,
  OutboxRow,
  OutboxState,
  PersonRef,
  ProviderId,
  RegistryStats,
  RowRefusal,
  RowResult,
  Sender,
  SenderInput,
  SendRequest,
  Task,
  TaskKind,
} from './types';

/**
 * The registry: every right to send, every refusal, every message and every answer of all controllers.
 * All methods are asynchronous, take and give plain values, and reject with a `CareError` (code, sentence).
 * Anything that cannot be decided is an error or a refusal, never a yes.
 */
export interface Registry {
  readonly controllers: ControllerService;
  readonly senders: SenderService;
  readonly consent: ConsentService;
  readonly outbox: OutboxService;
  readonly inbox: InboxService;
  readonly tags: TagService;
  readonly desk: DeskService;
  readonly audience: AudienceService;
  readonly campaigns: CampaignService;
  readonly audit: AuditService;
  readonly stats: StatsService;
  readonly people: PeopleService;
  readonly rights: RightsService;
  readonly keys: KeyService;
  readonly retention: RetentionService;
  close(): Promise<void>;
}

/** How much there is of what; counts only. */
export interface StatsService {
  of(controllerKey: string): Promise<RegistryStats>;
}

export interface ControllerService {
  /** Creates or updates by key; the policy gets a new version when it changes. Audited. */
  save(input: ControllerInput, actor: Actor): Promise<Controller>;
  list(): Promise<Controller[]>;
  /** Rejects with `controllerUnknown`. */
  get(key: string): Promise<Controller>;
  policy(key: string): Promise<ControllerPolicy>;
  /** What the gate screens by: the policy's own terms, and the registered names. */
  phiPolicy(key: string): Promise<PhiPolicy>;
  setPolicy(key: string, change: unknown, actor: Actor): Promise<ControllerPolicy>;
  pause(key: string, paused: boolean, actor: Actor): Promise<void>;
}

export interface SenderService {
  save(input: SenderInput, actor: Actor): Promise<Sender>;
  list(controllerKey: string): Promise<Sender[]>;
  /** Rejects with `senderUnknown`. */
  get(provider: ProviderId, phoneNumberId: string): Promise<Sender>;
  /** Test or Live is one deliberate, audited act. */
  setMode(provider: ProviderId, phoneNumberId: string, mode: Sender['mode'], actor: Actor): Promise<void>;
  pause(provider: ProviderId, phoneNumberId: string, paused: boolean, actor: Actor): Promise<void>;
  /** "No ears, no voice": activation of an Inbox Trigger stamps the sender; deactivation passes null. */
  stampInbox(provider: ProviderId, phoneNumberId: string, at: number | null): Promise<void>;
}

export interface ConsentService {
  /** Records events one by one; each row stands or falls alone, nothing is half-written. */
  record(
    controllerKey: string,
    rows: readonly ConsentInput[],
    actor: Actor,
    options?: { dryRun?: boolean },
  ): Promise<RowResult[]>;
  /**
   * Records rows as they come, in bounded memory, and yields the results batch by batch in their order. A row that could
   * not be read is passed on as its refusal. Running it again records nothing twice. A `given` or `renewed`
   * that has run out already, by its own end or by the policy's, is refused with `consentStale`; `record` takes it, as
   * history.
   */
  import(
    controllerKey: string,
    rows: AsyncIterable<ConsentInput | RowRefusal> | Iterable<ConsentInput | RowRefusal>,
    actor: Actor,
    options?: { dryRun?: boolean },
  ): Promise<AsyncGenerator<RowResult[]>>;
  /** Withdraws one purpose, or everything (`all`: also suppresses the person for good). */
  withdraw(
    controllerKey: string,
    person: PersonRef,
    scope: 'all' | ContactRequest['purpose'],
    source: string,
    actor: Actor,
  ): Promise<RowResult>;
  /** A constant number of queries per thousand people. */
  mayContact(controllerKey: string, requests: readonly ContactRequest[]): Promise<Decision[]>;
}

export interface OutboxService {
  /** Decision and claim in one transaction; at most 200 requests a call. */
  claim(context: ClaimContext, requests: readonly SendRequest[]): Promise<ClaimResult[]>;
  markCalling(outboxIds: readonly string[]): Promise<void>;
  settleCall(outboxId: string, outcome: CallOutcome): Promise<void>;
  /** Keeps our own answer in the encrypted conversation store, if the controller keeps one. */
  keepText(outboxId: string, text: string): Promise<void>;
  /** Own leftovers after a restart: `claimed` is released, `calling` becomes `unknown`. */
  recover(owner: string): Promise<{ released: number; unknown: number }>;
  /** Which (kind, occurrence, stage) are settled or finally refused. */
  done(controllerKey: string, kind: string, occurrences: readonly string[]): Promise<Set<string>>;
  /** Latest rows, newest first, for tables and reports. */
  list(
    controllerKey: string,
    filter?: { states?: readonly OutboxState[]; kind?: string; since?: number; limit?: number },
  ): Promise<OutboxRow[]>;
}

export interface InboxService {
  /**
   * Stores, dedupes, honours STOP, settles statuses, classifies and joins to what was asked; returns one item per
   * event that is new and concerns a workflow. Rejects with `senderUnknown` before anything is written.
   */
  receive(provider: ProviderId, events: readonly InboundEvent[]): Promise<InboxItem[]>;
  /** The provider's own id of a message, while the conversation is kept; for reactions and quotes. */
  messageIdOf(controllerKey: string, eventId: string): Promise<string | null>;
}

export interface TagService {
  /** Sets and removes tags and opts a purpose in or out, each with the inbound event or the person as proof. */
  update(
    controllerKey: string,
    person: PersonRef,
    change: {
      readonly add?: readonly string[];
      readonly remove?: readonly string[];
      readonly frequency?: {
        readonly purpose: ContactRequest['purpose'];
        readonly messages: number;
        readonly days: number;
      };
      readonly optIn?: readonly ContactRequest['purpose'][];
      readonly optOut?: readonly ContactRequest['purpose'][];
    },
    proof: {
      readonly eventId?: string;
      readonly recordedBy?: string;
      readonly textShown?: string;
      readonly language?: string;
    },
    actor: Actor,
  ): Promise<{ contactRef: string; tags: string[] }>;
  get(controllerKey: string, person: PersonRef): Promise<string[]>;
}

export interface DeskService {
  openTask(
    controllerKey: string,
    task: { kind: TaskKind; eventId?: string; contactRef?: string; about?: string },
    actor: Actor,
  ): Promise<Task>;
  listTasks(
    controllerKey: string,
    filter?: { state?: Task['state']; kind?: TaskKind; limit?: number },
  ): Promise<Task[]>;
  assign(controllerKey: string, taskId: string, person: string, actor: Actor): Promise<Task>;
  close(controllerKey: string, taskId: string, person: string, actor: Actor): Promise<Task>;
  /** Each read by a named person is an audit row. */
  read(
    controllerKey: string,
    conversationId: string,
    person: string,
    actor: Actor,
  ): Promise<ConversationEntry[]>;
}

export interface AudienceService {
  select(controllerKey: string, filter: AudienceFilter): Promise<AudienceResult>;
}

export interface CampaignService {
  save(
    controllerKey: string,
    input: { key: string; name: string; purpose: Campaign['purpose'] },
    actor: Actor,
  ): Promise<Campaign>;
  approve(controllerKey: string, key: string, person: string, actor: Actor): Promise<Campaign>;
  pause(controllerKey: string, key: string, paused: boolean, actor: Actor): Promise<Campaign>;
  list(controllerKey: string): Promise<Campaign[]>;
}

export interface AuditService {
  /** Text that is no id, code, key or name of staff is kept as a pseudonym only. */
  append(
    controllerKey: string,
    entry: {
      actor: Actor;
      action: string;
      object: string;
      outcome: string;
      details?: Record<string, string | number | boolean | null>;
    },
  ): Promise<void>;
  /** The latest rows, at most 1,000. */
  list(controllerKey: string, limit?: number): Promise<readonly AuditRow[]>;
  query(controllerKey: string, filter: AuditFilter): Promise<AuditPage>;
  /** To be kept outside the registry, once a day. */
  head(controllerKey: string): Promise<AuditHead>;
  /** Walks the chain; names the first row that is not right. Only with a head a cut tail is found. */
  verify(controllerKey: string, options?: { head?: AuditHead }): Promise<ChainVerdict>;
  /** Chunks of a file of any size, which need no more memory than a page of rows. */
  export(controllerKey: string, options: Period & { format: ExportFormat }): Promise<AsyncIterable<string>>;
  /** Holds the lines of a JSONL export against the registry's key, not against its rows. */
  verifyExport(
    controllerKey: string,
    lines: AsyncIterable<string> | Iterable<string>,
    options?: { head?: AuditHead },
  ): Promise<ChainVerdict>;
  /** Messages that were refused, failed or are of unknown fate. */
  whyNotSent(controllerKey: string, filter: NotSentFilter): Promise<NotSent>;
  /** Rejects with `inputInvalid` when the period ends before it begins. */
  report(
    controllerKey: string,
    options: { since: number; until: number; by?: ReportPart },
  ): Promise<AuditReport>;
}

/** Keys that can be replaced; the others are for good (docs/registry.md). */
export type RotatingKey = 'data' | 'lookup' | 'conversation';

export interface KeyStatus {
  readonly kind: RotatingKey | 'suppression' | 'audit' | 'message';
  readonly ageDays: number;
  /** Values that still stand under an older key. */
  readonly oldRows: number;
  readonly rotates: boolean;
  /** A rotation was begun and has not come to its end: call `rotate` again. */
  readonly underWay: boolean;
}

/** The keys of the whole registry: its controllers share them. */
export interface KeyService {
  status(): Promise<KeyStatus[]>;
  /**
   * Replaces a key, writes all that stands under it anew in small batches and destroys it. Everything else goes on
   * meanwhile. May be interrupted at any point; called again, it takes up an unfinished rotation. Audited in the chain
   * of every controller. Rejects with `keyNotRotated`.
   */
  rotate(
    kind: RotatingKey,
    actor: Actor,
    options?: {
      /** Rows of one transaction. */
      readonly batch?: number;
      readonly onProgress?: (progress: { readonly converted: number; readonly total: number }) => void;
    },
  ): Promise<{ converted: number }>;
  /**
   * Wraps the keys by another master key (32 bytes): for a changed key file or secret. The old one is refused with
   * `registryWrongKey` from then on, by processes that run already at the next rotation. Store the new key before.
   */
  rotateMaster(masterKey: Buffer, actor: Actor): Promise<void>;
}

export type PurgeKind =
  | 'conversations'
  | 'tasks'
  | 'outbox'
  | 'inbound'
  | 'windows'
  | 'engagement'
  | 'profile'
  | 'consents'
  | 'contacts'
  | 'audit';
/** Rows by kind; of `conversations` and `contacts` what belongs to them goes too and is not counted. */
export type PurgeCounts = Readonly<Record<PurgeKind, number>>;

export interface RetentionService {
  /**
   * Deletes what the policy's `retention` says is kept long enough, in small batches; may be interrupted and run at
   * the same time as everything else. Never a suppression, nor what a decision still rests on. Audited with the counts.
   * `dryRun` counts and writes nothing; what only goes because of something else that goes is not in its counts.
   * Rejects with `auditBroken` when the audit chain does not hold: then all the rest is gone, and the chain is as it was.
   */
  purge(
    controllerKey: string,
    options: {
      readonly actor: Actor;
      readonly dryRun?: boolean;
      readonly onProgress?: (progress: { readonly kind: PurgeKind; readonly rows: number }) => void;
    },
  ): Promise<PurgeCounts>;
}
