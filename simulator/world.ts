import { EventEmitter } from 'node:events';
import { mergeFaults, noFaults, type Faults, type FaultsInput } from './faults';
import { RateLimit } from './model/bucket';
import { SimulatorClock } from './model/clock';
import { Dice } from './model/random';
import { Store } from './model/store';
import type { PhoneNumber, Settings } from './options';
import { personFrom } from './patient/persons';
import { SendAppLine } from './sendapp/line';
import { TemplateLibrary } from './templates/library';
import { WebhookDispatcher } from './webhooks/dispatcher';

const AHEAD = 'clockAhead';
const WEBHOOK_URL = 'webhookUrl';

/** Everything that the parts of one simulator share. */
export class World {
  readonly store: Store;
  readonly clock: SimulatorClock;
  readonly dice: Dice;
  readonly webhooks: WebhookDispatcher;
  readonly sendApp: SendAppLine;
  readonly templates: TemplateLibrary;
  /** By phone number id. */
  readonly throughput: Map<string, RateLimit>;
  /** Same sender, same recipient: a burst of 45, then one every 6 seconds (reference, section 17.1). */
  readonly pairs: RateLimit;
  /** Emits `change` with a person's phone, and `change` with '' if everything may be different. */
  readonly events = new EventEmitter<{ change: [phone: string] }>();
  faults: Faults;
  /** How many sends were refused, by Graph code. */
  readonly refusals = new Map<number, number>();

  constructor(readonly settings: Settings) {
    this.store = new Store(settings.stateFile);
    this.clock = new SimulatorClock(
      settings.clock ?? { now: () => Date.now() },
      Number(this.store.meta.get(AHEAD) ?? 0),
    );
    this.dice = new Dice(settings.seed?.toString(), String(this.clock.now()));
    this.faults = mergeFaults(noFaults(), settings.faults);
    this.throughput = new Map(
      settings.phoneNumbers.map((number) => [number.phoneNumberId, this.limitOf(number)]),
    );
    this.pairs = new RateLimit(this.clock, 45, 1 / 6);
    this.webhooks = new WebhookDispatcher(this);
    this.sendApp = new SendAppLine(this);
    this.templates = new TemplateLibrary(this);
    this.events.setMaxListeners(0);
    this.addMissingPersons();
  }

  number(phoneNumberId: string): PhoneNumber | undefined {
    return this.settings.phoneNumbers.find((number) => number.phoneNumberId === phoneNumberId);
  }

  numbersOf(businessAccountId: string): PhoneNumber[] {
    return this.settings.phoneNumbers.filter((number) => number.businessAccountId === businessAccountId);
  }

  /** The app's callback URL. One that was set at run time outlives a restart and beats the option. */
  get webhookUrl(): string | undefined {
    const stored = this.store.meta.get(WEBHOOK_URL);
    return stored === undefined ? this.settings.webhookUrl : String(stored);
  }

  setWebhookUrl(url: string): void {
    this.store.meta.put(WEBHOOK_URL, url);
    this.webhooks.dispatch();
  }

  /** Meta has upgraded a number, or taken that back. */
  setThroughput(number: PhoneNumber, perSecond: number): void {
    number.throughputPerSecond = perSecond;
    this.throughput.set(number.phoneNumberId, this.limitOf(number));
  }

  setFaults(change: FaultsInput): Faults {
    this.faults = mergeFaults(this.faults, change);
    this.webhooks.dispatch();
    return this.faults;
  }

  advance(milliseconds: number): void {
    this.clock.advance(milliseconds);
    this.store.meta.put(AHEAD, this.clock.ahead);
    this.events.emit('change', '');
  }

  /** Back to the start: no chats, no templates, no faults; the persons of the options; the clock stays. */
  reset(): void {
    const { webhookUrl } = this;
    this.store.clear();
    this.store.meta.put(AHEAD, this.clock.ahead);
    if (webhookUrl !== undefined) this.store.meta.put(WEBHOOK_URL, webhookUrl);
    this.webhooks.forget();
    this.sendApp.reset();
    this.faults = mergeFaults(noFaults(), this.settings.faults);
    this.pairs.clear();
    this.refusals.clear();
    for (const limit of this.throughput.values()) limit.clear();
    this.addMissingPersons();
    this.events.emit('change', '');
  }

  /** Ends timers and webhooks in flight and writes the last changes. */
  async close(): Promise<void> {
    this.clock.stop();
    await this.webhooks.close();
    await this.sendApp.idle();
    this.store.close();
  }

  private limitOf(number: PhoneNumber): RateLimit {
    return new RateLimit(this.clock, number.throughputPerSecond, number.throughputPerSecond);
  }

  private addMissingPersons(): void {
    for (const input of this.settings.persons) {
      if (!this.store.persons.get(input.phone)) this.store.persons.put(input.phone, personFrom(input));
    }
  }
}
