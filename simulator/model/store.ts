import { Journal, type Entry } from './journal';
import type { ChatMessage, Media, PendingWebhook, Person, SentMessage, Template } from './types';

/** A map whose changes reach the journal. Rows are replaced, never changed in place. */
export class Table<T> {
  private readonly rows = new Map<string, T>();

  constructor(private readonly write: (key: string, value: T | null) => void) {}

  get(key: string): T | undefined {
    return this.rows.get(key);
  }

  all(): IterableIterator<T> {
    return this.rows.values();
  }

  entries(): IterableIterator<[string, T]> {
    return this.rows.entries();
  }

  get size(): number {
    return this.rows.size;
  }

  put(key: string, value: T): void {
    this.rows.set(key, value);
    this.write(key, value);
  }

  delete(key: string): void {
    if (this.rows.delete(key)) this.write(key, null);
  }

  clear(): void {
    for (const key of [...this.rows.keys()]) this.delete(key);
  }

  /** Take over a row that the journal already holds. */
  restore(key: string, value: T | null): void {
    if (value === null) this.rows.delete(key);
    else this.rows.set(key, value);
  }
}

/** All that a restart must not lose. */
export class Store {
  /** By E.164 phone. */
  readonly persons = this.table<Person>('persons');
  /** By message id, in the order they were made. */
  readonly messages = this.table<ChatMessage>('messages');
  /** By template id. */
  readonly templates = this.table<Template>('templates');
  readonly webhooks = this.table<PendingWebhook>('webhooks');
  readonly media = this.table<Media>('media');
  /** Last inbound message by `phoneNumberId person`, in milliseconds: the customer service window. */
  readonly inboundAt = this.table<number>('inboundAt');
  /** Callback override by business account. */
  readonly subscriptions = this.table<{ callbackUrl?: string | undefined }>('subscriptions');
  readonly meta = this.table<number | string>('meta');

  private readonly chats = new Map<string, Set<string>>();
  private readonly journal: Journal;

  /** Reads what an earlier run left; nothing is written before {@link keep}. */
  constructor(path: string | undefined) {
    this.journal = new Journal(path);
    const tables = this.tables();
    for (const [name, key, value] of this.journal.read()) tables.get(name)?.restore(key, value);
    for (const [id, message] of this.messages.entries()) this.index(message.person, id);
  }

  /** From here on every change reaches the file. */
  keep(): void {
    this.journal.begin(alive(this.tables()));
  }

  /** Add or replace a message and keep its chat's order. */
  putMessage(message: ChatMessage): void {
    this.index(message.person, message.id);
    this.messages.put(message.id, message);
  }

  /** A person's messages, oldest first. */
  chat(phone: string): ChatMessage[] {
    const ids = [...(this.chats.get(phone) ?? [])];
    return ids.map((id) => this.messages.get(id)).filter((message) => message !== undefined);
  }

  sent(): SentMessage[] {
    return [...this.messages.all()].filter((message) => message.direction === 'out');
  }

  /** Forget everything. */
  clear(): void {
    for (const table of this.tables().values()) table.clear();
    this.chats.clear();
  }

  close(): void {
    this.journal.close();
  }

  private index(phone: string, id: string): void {
    const chat = this.chats.get(phone) ?? new Set<string>();
    this.chats.set(phone, chat.add(id));
  }

  private table<T>(name: string): Table<T> {
    return new Table<T>((key, value) => this.journal.append([name, key, value]));
  }

  private tables(): Map<string, Table<unknown>> {
    const { persons, messages, templates, webhooks, media, inboundAt, subscriptions, meta } = this;
    const named = { persons, messages, templates, webhooks, media, inboundAt, subscriptions, meta };
    return new Map(Object.entries(named) as [string, Table<unknown>][]);
  }
}

function* alive(tables: Map<string, Table<unknown>>): Iterable<Entry> {
  for (const [name, table] of tables) {
    for (const [key, value] of table.entries()) yield [name, key, value];
  }
}
