import { createHash } from 'node:crypto';
import axios from 'axios';
import type { MessageStatus, Person, SentMessage } from '../model/types';
import type { PhoneNumber } from '../options';
import type { World } from '../world';
import { changed, goodDay, type SendAppBehaviour, type SendAppChange } from './settings';
import { agentMessage, cloudMessage, cloudStatus, type Heard } from './payloads';

export const PRODUCTS = ['sendAppAgent', 'sendAppOfficial', 'sendAppCloud'] as const;
export type Product = (typeof PRODUCTS)[number];

const ANSWER_TIMEOUT = 10_000;

const isProduct = (id: string | undefined): id is Product => PRODUCTS.some((product) => product === id);

/**
 * SendApp's side of the simulator: its three senders, how they behave, and their webhooks. These go out once and
 * are never repeated, since nothing is known of a retry.
 */
export class SendAppLine {
  behaviour: SendAppBehaviour = goodDay();
  private readonly running = new Set<Promise<void>>();

  constructor(private readonly world: World) {}

  change(change: SendAppChange): SendAppBehaviour {
    this.behaviour = changed(this.behaviour, change);
    return this.behaviour;
  }

  reset(): void {
    this.behaviour = { ...goodDay(), webhookUrl: this.behaviour.webhookUrl };
  }

  /** A product as the chats know it: a sender of its own beside the numbers of Meta. */
  number(id: string | undefined): PhoneNumber | undefined {
    const [first] = this.world.settings.phoneNumbers;
    return isProduct(id) && first ? { ...first, phoneNumberId: id, verifiedName: id } : undefined;
  }

  /** A person answered on one of these senders. */
  heard(message: Heard, person: Person, product: string): void {
    const { shape, privateIds } = this.behaviour;
    const { instanceId } = this.world.settings.sendApp;
    const address = privateIds
      ? `${createHash('sha256').update(person.phone).digest().readUInt32BE(0)}@lid`
      : `${person.phone.slice(1)}@s.whatsapp.net`;
    this.post(
      product === 'sendAppCloud'
        ? cloudMessage(message, address, instanceId, shape)
        : agentMessage(message, person.phone.slice(1)),
    );
  }

  /** Only raw session events tell of statuses, and only of some. */
  status(message: SentMessage, status: MessageStatus): void {
    if (message.phoneNumberId !== 'sendAppCloud' || this.behaviour.shape !== 'A') return;
    const payload = cloudStatus(message, status, this.world.settings.sendApp.instanceId);
    if (payload) this.post(payload);
  }

  /** Resolves when no webhook is on its way. */
  async idle(): Promise<void> {
    while (this.running.size > 0) await Promise.all(this.running);
  }

  private post(payload: object): void {
    const { webhookUrl, duplicate } = this.behaviour;
    if (webhookUrl === null) return;
    for (let copy = 0; copy < (duplicate ? 2 : 1); copy += 1) {
      const sending: Promise<void> = axios
        .post(webhookUrl, payload, { proxy: false, timeout: ANSWER_TIMEOUT, validateStatus: () => true })
        .then(
          () => undefined,
          // Nobody listens: SendApp is not known to come again.
          () => undefined,
        )
        .finally(() => this.running.delete(sending));
      this.running.add(sending);
    }
  }
}
