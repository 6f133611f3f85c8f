import { createHmac, randomUUID } from 'node:crypto';
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import axios, { type AxiosInstance } from 'axios';
import type { PendingWebhook } from '../model/types';
import type { World } from '../world';

const CONCURRENCY = 16;
const ANSWER_TIMEOUT = 10_000;
const KEPT_FOR = 7 * 86_400_000;
const OVERTAKEN_BY = 250;

/** Fields that may go to an override of the callback URL; all others go to the app's own (reference, section 11). */
const OVERRIDABLE = new Set(['messages', 'user_preferences']);

type NewWebhook = Pick<PendingWebhook, 'businessAccountId' | 'field' | 'value' | 'key'>;

/** At once, then less and less often, as Meta does; capped so that a test receiver is found soon. */
const backoff = (attempts: number): number => Math.min(250 * 2 ** (attempts - 1), 30_000);

/** `X-Hub-Signature-256` over the very bytes that are sent. */
export const signature = (appSecret: string, body: Buffer): string =>
  `sha256=${createHmac('sha256', appSecret).update(body).digest('hex')}`;

/**
 * Sends webhook updates until each was answered with 200 or seven days are over. An update lives in the store
 * from the moment it happens, so a stopped receiver or a restart loses none; the retry is therefore part of the
 * queue instead of a promise that a retry library would hold in memory.
 */
export class WebhookDispatcher {
  private ready: PendingWebhook[] = [];
  private readonly busyKeys = new Set<string>();
  private readonly running = new Set<Promise<void>>();
  private readonly stopping = new AbortController();
  private readonly http: AxiosInstance;
  private waiters: (() => void)[] = [];
  private gathering: NodeJS.Timeout | undefined;

  constructor(private readonly world: World) {
    this.http = axios.create({
      httpAgent: new HttpAgent({ keepAlive: true }),
      httpsAgent: new HttpsAgent({ keepAlive: true }),
      proxy: false,
      maxRedirects: 0,
      timeout: ANSWER_TIMEOUT,
      validateStatus: () => true,
    });
    for (const update of world.store.webhooks.all()) this.schedule(update);
  }

  /** Updates that no receiver has confirmed yet. */
  get pending(): number {
    return this.world.store.webhooks.size;
  }

  /** Queue an update. Without any callback URL Meta sends nothing, and neither do we. */
  enqueue(update: NewWebhook): void {
    if (this.urlFor(update) === undefined) return;
    const { faults, dice } = this.world;
    const copies = dice.chance(faults.duplicateShare) ? 2 : 1;
    const overtaken = dice.chance(faults.outOfOrderShare);
    for (let copy = 0; copy < copies; copy += 1) this.add(update, overtaken);
  }

  /** Send what is due, in order within a key. */
  dispatch(): void {
    if (this.world.faults.holdWebhooks) return;
    while (this.running.size < CONCURRENCY && !this.stopping.signal.aborted) {
      const batch = this.nextBatch();
      if (batch.length === 0) return;
      const sending: Promise<void> = this.send(batch).finally(() => {
        this.running.delete(sending);
        this.gather();
        this.tellWaiters();
      });
      this.running.add(sending);
    }
  }

  /** Resolves once nothing is waiting to be confirmed. */
  idle(): Promise<void> {
    return new Promise((resolve) => {
      this.waiters.push(resolve);
      this.tellWaiters();
    });
  }

  /** Drop what waits, after the store was emptied. */
  forget(): void {
    this.ready = [];
    this.tellWaiters();
  }

  async close(): Promise<void> {
    this.stopping.abort();
    clearTimeout(this.gathering);
    await Promise.all(this.running);
  }

  private add(update: NewWebhook, overtaken: boolean): void {
    const now = this.world.clock.now();
    const id = randomUUID();
    const due = now + this.world.faults.webhookDelayMs + (overtaken ? OVERTAKEN_BY : 0);
    // Its own key, or the next update of the same person would wait for it.
    const pending = { ...update, id, createdAt: now, due, attempts: 0, key: overtaken ? id : update.key };
    this.world.store.webhooks.put(id, pending);
    this.schedule(pending);
  }

  private schedule(update: PendingWebhook): void {
    const enter = () => {
      this.ready.push(update);
      this.gather();
    };
    if (update.due <= this.world.clock.now() && update.attempts === 0) setImmediate(enter);
    else this.world.clock.at(update.due, enter);
  }

  /** A full POST goes at once; a smaller one when the first update in it has waited long enough. */
  private gather(): void {
    const { webhookGatherMs, webhookBatch } = this.world.faults;
    if (webhookGatherMs === 0 || this.ready.length >= webhookBatch) this.dispatch();
    else this.gathering ??= setTimeout(() => this.gathered(), webhookGatherMs);
  }

  private gathered(): void {
    this.gathering = undefined;
    this.dispatch();
  }

  /** The first update whose key is free, and others for the same address as far as one POST may hold them. */
  private nextBatch(): PendingWebhook[] {
    const batch: PendingWebhook[] = [];
    const blocked = new Set(this.busyKeys);
    const url = { target: undefined as string | undefined };
    for (let index = 0; index < this.ready.length && batch.length < this.world.faults.webhookBatch;) {
      const update = this.ready[index];
      if (!update || !this.world.store.webhooks.get(update.id)) {
        this.ready.splice(index, 1);
        continue;
      }
      const target = this.urlFor(update);
      url.target ??= target;
      if (target === undefined || target !== url.target || blocked.has(update.key)) {
        blocked.add(update.key);
        index += 1;
        continue;
      }
      batch.push(update);
      this.ready.splice(index, 1);
    }
    for (const update of batch) this.busyKeys.add(update.key);
    return batch;
  }

  private async send(batch: PendingWebhook[]): Promise<void> {
    const confirmed = await this.post(batch);
    for (const update of batch) {
      this.busyKeys.delete(update.key);
      // A reset in the meantime has taken the row away.
      if (!this.world.store.webhooks.get(update.id)) continue;
      if (confirmed || this.expired(update)) this.world.store.webhooks.delete(update.id);
      else if (!this.stopping.signal.aborted) this.retryLater(update);
    }
  }

  private async post(batch: PendingWebhook[]): Promise<boolean> {
    const [first] = batch;
    const url = first && this.urlFor(first);
    if (url === undefined) return false;
    const body = Buffer.from(JSON.stringify(envelope(batch)));
    try {
      const answer = await this.http.post(url, body, {
        signal: this.stopping.signal,
        headers: {
          'Content-Type': 'application/json',
          'User-Agent': 'facebookexternalua',
          'X-Hub-Signature-256': signature(this.world.settings.appSecret, body),
        },
      });
      return answer.status === 200;
    } catch {
      // Refused, cut, timed out: all are "not confirmed", and the update is still in the store.
      return false;
    }
  }

  private retryLater(update: PendingWebhook): void {
    const attempts = update.attempts + 1;
    const later = { ...update, attempts, due: this.world.clock.now() + backoff(attempts) };
    this.world.store.webhooks.put(update.id, later);
    this.schedule(later);
  }

  private expired(update: PendingWebhook): boolean {
    return this.world.clock.now() - update.createdAt > KEPT_FOR;
  }

  private urlFor(update: NewWebhook): string | undefined {
    const override = this.world.store.subscriptions.get(update.businessAccountId)?.callbackUrl;
    return OVERRIDABLE.has(update.field) ? (override ?? this.world.webhookUrl) : this.world.webhookUrl;
  }

  private tellWaiters(): void {
    if (this.pending > 0 || this.running.size > 0) return;
    for (const resolve of this.waiters.splice(0)) resolve();
  }
}

/** One POST body; updates of one business account share an entry. */
function envelope(batch: PendingWebhook[]): object {
  const accounts = new Set(batch.map((update) => update.businessAccountId));
  return {
    object: 'whatsapp_business_account',
    entry: Array.from(accounts, (id) => {
      const updates = batch.filter((update) => update.businessAccountId === id);
      const timed = updates.find((update) => update.field !== 'messages');
      return {
        id,
        ...(timed ? { time: Math.floor(timed.createdAt / 1000) } : {}),
        changes: updates.map(({ field, value }) => ({ value, field })),
      };
    }),
  };
}
