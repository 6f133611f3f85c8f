import type { CreateTableBuilder, Kysely } from 'kysely';
import type { Engine } from '../engine';
import type { Tables } from '../schema';

type Column = 'text' | 'bigint' | 'integer';
interface TableSpec {
  readonly required: Readonly<Record<string, Column>>;
  readonly optional?: Readonly<Record<string, Column>>;
  readonly key: readonly string[];
  readonly references?: Readonly<Record<string, string>>;
}

const CONTROLLER = { controller_id: 'controllers.id' } as const;
const CONTACT = { contact_id: 'contacts.id' } as const;

/** Every table of the design, also those that only later parts fill, so that those need no breaking change. */
const TABLES: Readonly<Record<keyof Tables, TableSpec>> = {
  registry_keys: {
    required: { id: 'text', kind: 'text', wrapped: 'text', created_at: 'bigint' },
    optional: { retired_at: 'bigint' },
    key: ['id'],
  },
  controllers: {
    required: {
      id: 'text',
      key: 'text',
      name: 'text',
      country: 'text',
      languages: 'text',
      zone: 'text',
      privacy_notice_url: 'text',
      allowed_domains: 'text',
      locations: 'text',
      key_epoch: 'integer',
      created_at: 'bigint',
    },
    optional: { paused_at: 'bigint' },
    key: ['id'],
  },
  policy_versions: {
    required: {
      controller_id: 'text',
      version: 'integer',
      policy: 'text',
      created_at: 'bigint',
      actor: 'text',
    },
    key: ['controller_id', 'version'],
    references: CONTROLLER,
  },
  senders: {
    required: {
      id: 'text',
      controller_id: 'text',
      provider: 'text',
      phone_number_id: 'text',
      business_account_id: 'text',
      display_name: 'text',
      mode: 'text',
      created_at: 'bigint',
    },
    optional: {
      portfolio_id: 'text',
      paused_at: 'bigint',
      inbox_seen_at: 'bigint',
      last_status_at: 'bigint',
      halted_code: 'text',
      halted_at: 'bigint',
      portfolio_limit: 'integer',
      portfolio_limit_at: 'bigint',
    },
    key: ['id'],
    references: CONTROLLER,
  },
  sender_test_numbers: {
    required: { sender_id: 'text', lookup: 'text', lookup_key: 'text', value_sealed: 'text' },
    key: ['sender_id', 'lookup'],
    references: { sender_id: 'senders.id' },
  },
  contacts: {
    required: { id: 'text', controller_id: 'text', created_at: 'bigint' },
    optional: {
      deceased_at: 'bigint',
      restricted_at: 'bigint',
      erased_at: 'bigint',
      merged_into: 'text',
      adult_at: 'bigint',
    },
    key: ['id'],
    references: CONTROLLER,
  },
  contact_profile: {
    required: { contact_id: 'text', field: 'text', value: 'text', source: 'text', set_at: 'bigint' },
    optional: { expires_at: 'bigint' },
    key: ['contact_id', 'field'],
    references: CONTACT,
  },
  contact_engagement: {
    required: { contact_id: 'text', month: 'text', kind: 'text', count: 'integer' },
    key: ['contact_id', 'month', 'kind'],
    references: CONTACT,
  },
  handles: {
    required: {
      id: 'text',
      controller_id: 'text',
      contact_id: 'text',
      kind: 'text',
      lookup: 'text',
      lookup_key: 'text',
      value_sealed: 'text',
      token: 'text',
      state: 'text',
      protected_source: 'integer',
      created_at: 'bigint',
      changed_at: 'bigint',
    },
    optional: { portfolio_id: 'text', country: 'text', unreachable_at: 'bigint' },
    key: ['id'],
    references: { ...CONTROLLER, ...CONTACT },
  },
  data_subjects: {
    required: {
      id: 'text',
      controller_id: 'text',
      contact_id: 'text',
      lookup: 'text',
      lookup_key: 'text',
      ref_sealed: 'text',
      relation: 'text',
      created_at: 'bigint',
    },
    optional: { adult_at: 'bigint' },
    key: ['id'],
    references: { ...CONTROLLER, ...CONTACT },
  },
  // No reference to contacts: the facts outlive an erased person, unlinked (GDPR Art. 17(3)(e)).
  consent_events: {
    required: {
      id: 'text',
      controller_id: 'text',
      contact_id: 'text',
      purpose: 'text',
      channel: 'text',
      kind: 'text',
      source: 'text',
      has_proof: 'integer',
      occurred_at: 'bigint',
      recorded_at: 'bigint',
      actor: 'text',
      dedupe: 'text',
    },
    optional: {
      subject_id: 'text',
      scope: 'text',
      proof_sealed: 'text',
      valid_until: 'bigint',
      copy_of: 'text',
    },
    key: ['id'],
    references: CONTROLLER,
  },
  suppressions: {
    required: {
      id: 'text',
      controller_id: 'text',
      token: 'text',
      scope: 'text',
      source: 'text',
      occurred_at: 'bigint',
    },
    optional: { lifted_at: 'bigint' },
    key: ['id'],
    references: CONTROLLER,
  },
  contact_tags: {
    required: { contact_id: 'text', tag: 'text', source: 'text', set_at: 'bigint' },
    optional: { event_id: 'text', removed_at: 'bigint' },
    key: ['contact_id', 'tag'],
    references: CONTACT,
  },
  contact_frequencies: {
    required: { contact_id: 'text', purpose: 'text', messages: 'integer', days: 'integer', set_at: 'bigint' },
    optional: { event_id: 'text' },
    key: ['contact_id', 'purpose'],
    references: CONTACT,
  },
  campaigns: {
    required: {
      id: 'text',
      controller_id: 'text',
      key: 'text',
      name: 'text',
      purpose: 'text',
      state: 'text',
      created_at: 'bigint',
      changed_at: 'bigint',
    },
    optional: {
      filter: 'text',
      approved_by: 'text',
      approved_at: 'bigint',
      planned: 'integer',
      started_at: 'bigint',
      last_run_at: 'bigint',
    },
    key: ['id'],
    references: CONTROLLER,
  },
  outbox: {
    required: {
      id: 'text',
      controller_id: 'text',
      sender_id: 'text',
      basis: 'text',
      kind: 'text',
      occurrence: 'text',
      stage: 'text',
      purpose: 'text',
      template: 'text',
      template_version: 'integer',
      language: 'text',
      state: 'text',
      final: 'integer',
      policy_version: 'integer',
      actor: 'text',
      created_at: 'bigint',
    },
    optional: {
      contact_id: 'text',
      subject_id: 'text',
      campaign_id: 'text',
      event_id: 'text',
      code: 'text',
      question: 'text',
      about: 'text',
      about_at: 'bigint',
      about_zone: 'text',
      choices: 'integer',
      answered_event_id: 'text',
      message_lookup: 'text',
      provider_code: 'text',
      consent_event_id: 'text',
      owner: 'text',
      lease_until: 'bigint',
      closes_at: 'bigint',
      not_before: 'bigint',
      claimed_at: 'bigint',
      calling_at: 'bigint',
      accepted_at: 'bigint',
      sent_at: 'bigint',
      delivered_at: 'bigint',
      read_at: 'bigint',
      settled_at: 'bigint',
    },
    key: ['id'],
    references: { ...CONTROLLER, sender_id: 'senders.id' },
  },
  inbound_events: {
    required: {
      id: 'text',
      controller_id: 'text',
      sender_id: 'text',
      dedupe_key: 'text',
      kind: 'text',
      sensitive: 'integer',
      occurred_at: 'bigint',
      received_at: 'bigint',
    },
    optional: {
      contact_id: 'text',
      intent: 'text',
      value: 'integer',
      categories: 'text',
      outbox_id: 'text',
      conversation_id: 'text',
      referral: 'text',
    },
    key: ['id'],
    references: { ...CONTROLLER, sender_id: 'senders.id' },
  },
  service_windows: {
    required: { sender_id: 'text', contact_id: 'text', last_inbound_at: 'bigint' },
    key: ['sender_id', 'contact_id'],
    references: { sender_id: 'senders.id', ...CONTACT },
  },
  pace_buckets: {
    required: { name: 'text', next_at: 'bigint', slowed: 'integer', changed_at: 'bigint' },
    optional: { held_until: 'bigint' },
    key: ['name'],
  },
  template_states: {
    required: {
      business_account_id: 'text',
      name: 'text',
      language: 'text',
      changed_at: 'bigint',
    },
    optional: { status: 'text', category: 'text', quality: 'text' },
    key: ['business_account_id', 'name', 'language'],
  },
  conversations: {
    required: {
      id: 'text',
      controller_id: 'text',
      sender_id: 'text',
      contact_id: 'text',
      state: 'text',
      opened_at: 'bigint',
    },
    optional: { assigned_to: 'text', closed_at: 'bigint', purge_at: 'bigint' },
    key: ['id'],
    references: { ...CONTROLLER, ...CONTACT },
  },
  conversation_entries: {
    required: { id: 'text', conversation_id: 'text', direction: 'text', body_sealed: 'text', at: 'bigint' },
    optional: { event_id: 'text', outbox_id: 'text' },
    key: ['id'],
    references: { conversation_id: 'conversations.id' },
  },
  tasks: {
    required: { id: 'text', controller_id: 'text', kind: 'text', state: 'text', created_at: 'bigint' },
    optional: {
      contact_id: 'text',
      conversation_id: 'text',
      event_id: 'text',
      about: 'text',
      assigned_to: 'text',
      closed_at: 'bigint',
      dedupe: 'text',
    },
    key: ['id'],
    references: CONTROLLER,
  },
  audit_checkpoints: {
    required: { controller_id: 'text', seq: 'bigint', row_mac: 'text', at: 'bigint', mac: 'text' },
    key: ['controller_id', 'seq'],
    references: CONTROLLER,
  },
  audit_entries: {
    required: {
      controller_id: 'text',
      seq: 'bigint',
      at: 'bigint',
      actor: 'text',
      action: 'text',
      object: 'text',
      outcome: 'text',
      details: 'text',
      mac: 'text',
    },
    key: ['controller_id', 'seq'],
    references: CONTROLLER,
  },
};

const UNIQUE: readonly (readonly [keyof Tables, readonly string[]])[] = [
  ['controllers', ['key']],
  ['senders', ['provider', 'phone_number_id']],
  ['handles', ['lookup']],
  ['data_subjects', ['contact_id', 'lookup']],
  ['consent_events', ['controller_id', 'dedupe']],
  ['suppressions', ['controller_id', 'token', 'scope']],
  ['campaigns', ['controller_id', 'key']],
  ['outbox', ['controller_id', 'kind', 'occurrence', 'stage']],
  ['inbound_events', ['sender_id', 'dedupe_key']],
  ['tasks', ['controller_id', 'dedupe']],
];

const INDEXES: readonly (readonly [keyof Tables, readonly string[]])[] = [
  ['contacts', ['merged_into']],
  ['handles', ['contact_id']],
  ['consent_events', ['contact_id', 'purpose']],
  ['outbox', ['contact_id', 'created_at']],
  ['outbox', ['controller_id', 'created_at']],
  ['inbound_events', ['controller_id', 'received_at']],
  ['inbound_events', ['contact_id']],
  ['conversations', ['controller_id']],
  ['outbox', ['message_lookup']],
  ['outbox', ['sender_id', 'state', 'claimed_at']],
  ['outbox', ['campaign_id']],
  ['outbox', ['state', 'lease_until']],
  ['outbox', ['event_id']],
  ['conversations', ['contact_id', 'sender_id', 'state']],
  ['conversation_entries', ['conversation_id', 'at']],
  ['tasks', ['controller_id', 'state', 'created_at']],
  ['tasks', ['conversation_id']],
  ['conversations', ['purge_at']],
  ['contact_profile', ['field', 'value']],
  ['contact_tags', ['tag']],
  ['audit_entries', ['controller_id', 'at']],
  ['audit_entries', ['controller_id', 'action', 'seq']],
  ['audit_entries', ['controller_id', 'object', 'seq']],
  ['tasks', ['contact_id']],
  ['consent_events', ['controller_id', 'occurred_at']],
];

function addColumns(
  name: string,
  table: CreateTableBuilder<string, string>,
  spec: TableSpec,
): CreateTableBuilder<string, string> {
  let built = table;
  const all = { ...spec.required, ...spec.optional };
  for (const [field, type] of Object.entries(all)) {
    built = built.addColumn(field, type, (column) => {
      const reference = spec.references?.[field];
      const typed = field in spec.required ? column.notNull() : column;
      return reference ? typed.references(reference) : typed;
    });
  }
  return built.addPrimaryKeyConstraint(`${name}_pk`, spec.key as string[]);
}

/** Small rows that are only ever found by their key: a decision reads a page less for each. */
const FOUND_BY_KEY: readonly string[] = ['contacts', 'contact_profile', 'contact_tags'];

async function createTables(db: Kysely<unknown>, engine: Engine): Promise<void> {
  for (const [name, spec] of Object.entries(TABLES)) {
    const table = addColumns(name, db.schema.createTable(name), spec);
    await (FOUND_BY_KEY.includes(name) ? engine.storedByKey(table) : table).execute();
  }
}

async function createIndexes(db: Kysely<unknown>): Promise<void> {
  for (const [unique, list] of [
    [true, UNIQUE],
    [false, INDEXES],
  ] as const) {
    for (const [table, columns] of list) {
      const index = db.schema
        .createIndex(`${table}_by_${columns.join('_')}`)
        .on(table)
        .columns([...columns]);
      await (unique ? index.unique() : index).execute();
    }
  }
}

// What is appended must not change afterwards, whoever writes to the file.
async function forbidChanges(db: Kysely<unknown>, engine: Engine): Promise<void> {
  for (const table of ['audit_entries', 'consent_events', 'policy_versions'] as const) {
    const { required, optional } = TABLES[table];
    const columns = Object.keys({ ...required, ...optional });
    // A rotated data key seals the same proof anew.
    const fixed = columns.filter((column) => !column.endsWith('_sealed'));
    await engine.forbidChanges(db, { table, fixed });
  }
}

export async function createRegistry(db: Kysely<unknown>, engine: Engine): Promise<void> {
  await createTables(db, engine);
  await createIndexes(db);
  await forbidChanges(db, engine);
}
