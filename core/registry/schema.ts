import type { Insertable, Selectable } from 'kysely';

/**
 * One schema for SQLite and PostgreSQL. Instants are milliseconds since the epoch, flags are 0 / 1, structures are
 * JSON text, ids are random. `*_sealed` is AES-256-GCM, `lookup` and `token` are keyed HMACs.
 */
export interface Tables {
  registry_keys: {
    id: string;
    kind: 'data' | 'lookup' | 'suppression' | 'audit' | 'conversation' | 'message';
    wrapped: string;
    created_at: number;
    retired_at: number | null;
  };
  controllers: {
    id: string;
    key: string;
    name: string;
    country: string;
    languages: string;
    zone: string;
    privacy_notice_url: string;
    allowed_domains: string;
    locations: string;
    paused_at: number | null;
    /** Changes with every rotated key: a process that knows another one reads the keys anew. */
    key_epoch: number;
    created_at: number;
  };
  policy_versions: {
    controller_id: string;
    version: number;
    policy: string;
    created_at: number;
    actor: string;
  };
  senders: {
    id: string;
    controller_id: string;
    provider: string;
    phone_number_id: string;
    business_account_id: string;
    portfolio_id: string | null;
    display_name: string;
    mode: string;
    paused_at: number | null;
    inbox_seen_at: number | null;
    last_status_at: number | null;
    /** The circuit breaker: why nothing leaves until somebody has looked; null: closed. */
    halted_code: string | null;
    halted_at: number | null;
    /** Unique people a moving 24 hours whom Meta lets the portfolio write to first; null: not read yet. */
    portfolio_limit: number | null;
    portfolio_limit_at: number | null;
    created_at: number;
  };
  sender_test_numbers: { sender_id: string; lookup: string; lookup_key: string; value_sealed: string };
  contacts: {
    id: string;
    controller_id: string;
    created_at: number;
    deceased_at: number | null;
    restricted_at: number | null;
    erased_at: number | null;
    /** The contact that took this one over; proven to be the same person. */
    merged_into: string | null;
    /** The 18th birthday; null: not told, which counts as of age for the contact itself. */
    adult_at: number | null;
  };
  contact_profile: {
    contact_id: string;
    field: string;
    value: string;
    source: string;
    set_at: number;
    expires_at: number | null;
  };
  contact_engagement: { contact_id: string; month: string; kind: string; count: number };
  handles: {
    id: string;
    controller_id: string;
    contact_id: string;
    kind: string;
    portfolio_id: string | null;
    lookup: string;
    lookup_key: string;
    value_sealed: string;
    token: string;
    country: string | null;
    state: string;
    protected_source: number;
    unreachable_at: number | null;
    created_at: number;
    changed_at: number;
  };
  data_subjects: {
    id: string;
    controller_id: string;
    contact_id: string;
    lookup: string;
    lookup_key: string;
    ref_sealed: string;
    relation: string;
    /** The 18th birthday; null: not told. */
    adult_at: number | null;
    created_at: number;
  };
  consent_events: {
    id: string;
    controller_id: string;
    contact_id: string;
    subject_id: string | null;
    purpose: string;
    channel: string;
    kind: string;
    scope: string | null;
    source: string;
    proof_sealed: string | null;
    has_proof: number;
    occurred_at: number;
    recorded_at: number;
    valid_until: number | null;
    actor: string;
    dedupe: string;
    /** The event of a merged contact that this one repeats for the contact that took it over. */
    copy_of: string | null;
  };
  suppressions: {
    id: string;
    controller_id: string;
    token: string;
    scope: 'all' | 'marketing';
    source: string;
    occurred_at: number;
    lifted_at: number | null;
  };
  contact_tags: {
    contact_id: string;
    tag: string;
    source: string;
    event_id: string | null;
    set_at: number;
    removed_at: number | null;
  };
  contact_frequencies: {
    contact_id: string;
    purpose: string;
    messages: number;
    days: number;
    event_id: string | null;
    set_at: number;
  };
  campaigns: {
    id: string;
    controller_id: string;
    key: string;
    name: string;
    purpose: string;
    state: string;
    filter: string | null;
    approved_by: string | null;
    approved_at: number | null;
    /** Recipients of the largest run so far. */
    planned: number | null;
    started_at: number | null;
    last_run_at: number | null;
    created_at: number;
    changed_at: number;
  };
  outbox: {
    id: string;
    controller_id: string;
    sender_id: string;
    contact_id: string | null;
    subject_id: string | null;
    campaign_id: string | null;
    event_id: string | null;
    basis: string;
    kind: string;
    occurrence: string;
    stage: string;
    purpose: string;
    template: string;
    template_version: number;
    language: string;
    state: string;
    code: string | null;
    final: number;
    question: string | null;
    about: string | null;
    about_at: number | null;
    about_zone: string | null;
    choices: number | null;
    answered_event_id: string | null;
    /** Keyed hash of the provider's message id: Meta's ids hold the phone number in base64. */
    message_lookup: string | null;
    provider_code: string | null;
    policy_version: number;
    consent_event_id: string | null;
    owner: string | null;
    lease_until: number | null;
    closes_at: number | null;
    /** The provider asked not to try again before this instant. */
    not_before: number | null;
    actor: string;
    created_at: number;
    claimed_at: number | null;
    calling_at: number | null;
    accepted_at: number | null;
    sent_at: number | null;
    delivered_at: number | null;
    read_at: number | null;
    settled_at: number | null;
  };
  inbound_events: {
    id: string;
    controller_id: string;
    sender_id: string;
    contact_id: string | null;
    dedupe_key: string;
    kind: string;
    intent: string | null;
    value: number | null;
    sensitive: number;
    categories: string | null;
    outbox_id: string | null;
    conversation_id: string | null;
    /** JSON: the ad or post that the person came from; nothing that follows the person. */
    referral: string | null;
    occurred_at: number;
    received_at: number;
  };
  service_windows: { sender_id: string; contact_id: string; last_inbound_at: number };
  /**
   * What all processes of a sender share, by name. `sender:`: the next free instant in microseconds since the epoch,
   * and the percent of the rate that is not used (`slowed`, as set at `changed_at`). `budget:`: people counted.
   * `utility:`: only `held_until`.
   */
  pace_buckets: {
    name: string;
    next_at: number;
    slowed: number;
    held_until: number | null;
    changed_at: number;
  };
  /** What Meta's webhooks told of templates; the account is Meta's, so no controller owns a row. */
  template_states: {
    business_account_id: string;
    name: string;
    language: string;
    status: string | null;
    category: string | null;
    quality: string | null;
    changed_at: number;
  };
  conversations: {
    id: string;
    controller_id: string;
    sender_id: string;
    contact_id: string;
    state: string;
    assigned_to: string | null;
    opened_at: number;
    closed_at: number | null;
    purge_at: number | null;
  };
  conversation_entries: {
    id: string;
    conversation_id: string;
    direction: string;
    event_id: string | null;
    outbox_id: string | null;
    body_sealed: string;
    at: number;
  };
  tasks: {
    id: string;
    controller_id: string;
    contact_id: string | null;
    conversation_id: string | null;
    event_id: string | null;
    kind: string;
    state: string;
    about: string | null;
    assigned_to: string | null;
    created_at: number;
    closed_at: number | null;
    dedupe: string | null;
  };
  /** Where a chain begins after its oldest rows were purged; the newest row counts, itself HMACed. */
  audit_checkpoints: {
    controller_id: string;
    seq: number;
    /** Of the last purged row. */
    row_mac: string;
    at: number;
    mac: string;
  };
  audit_entries: {
    controller_id: string;
    seq: number;
    at: number;
    actor: string;
    action: string;
    object: string;
    outcome: string;
    details: string;
    mac: string;
  };
}

export type Row<T extends keyof Tables> = Selectable<Tables[T]>;
export type NewRow<T extends keyof Tables> = Insertable<Tables[T]>;
