import type { SentMessage } from '../../simulator';
import { messageId } from '../../simulator/model/identity';
import { Dice } from '../../simulator/model/random';
import type { MessageStatus, Person } from '../../simulator/model/types';
import type { PhoneNumber } from '../../simulator/options';
import { signature } from '../../simulator/webhooks/dispatcher';
import { inboundValue, statusValue } from '../../simulator/webhooks/payloads';

const STATUSES: readonly MessageStatus[] = ['sent', 'delivered', 'read'];

export interface MetaBatch {
  readonly body: Buffer;
  /** `X-Hub-Signature-256` */
  readonly signature: string;
  readonly events: number;
}

export interface Traffic {
  readonly number: PhoneNumber;
  readonly appSecret: string;
  /** Each gets three statuses. */
  readonly sent: readonly SentMessage[];
  /** Messages of people. */
  readonly inbound: number;
  /** Share of events that come twice. */
  readonly repeated: number;
  /** By how many places an event may be early or late. */
  readonly disorder: number;
  readonly batch: number;
}

const personOf = (phone: string): Person => ({
  phone,
  name: 'Ada',
  language: 'it',
  onWhatsApp: true,
  online: true,
  hidesPhone: false,
  stoppedPortfolios: [],
});

/** What Meta sends after a campaign: statuses and answers mixed, some twice, some late, many in one request. */
export function metaBatches(traffic: Traffic): MetaBatch[] {
  const dice = new Dice('traffic', 'bench');
  const values = inDisorder(
    withRepeats(valuesOf(traffic, dice), traffic.repeated, dice),
    traffic.disorder,
    dice,
  );
  const batches: MetaBatch[] = [];
  for (let from = 0; from < values.length; from += traffic.batch)
    batches.push(batchOf(traffic, values.slice(from, from + traffic.batch)));
  return batches;
}

type Value = Record<string, unknown>;

function valuesOf({ number, sent, inbound }: Traffic, dice: Dice): Value[] {
  const every = Math.ceil(sent.length / Math.max(1, inbound));
  const now = Date.now();
  return sent.flatMap((message, index) => {
    const person = personOf(message.person);
    const statuses = STATUSES.map((status) => statusValue(message, status, now, person, number));
    if (index % every !== 0) return statuses;
    const words = {
      id: messageId(dice),
      at: now,
      type: 'text',
      fields: { text: { body: 'Va bene, grazie' } },
    };
    return [...statuses, inboundValue(words, person, number)];
  });
}

const withRepeats = (values: Value[], share: number, dice: Dice): Value[] =>
  values.flatMap((value) => (dice.chance(share) ? [value, value] : [value]));

function inDisorder(values: Value[], places: number, dice: Dice): Value[] {
  const moved = values.map((value, index) => ({ value, place: index + dice.fraction() * places }));
  return moved.sort((a, b) => a.place - b.place).map(({ value }) => value);
}

function batchOf({ number, appSecret }: Traffic, values: readonly Value[]): MetaBatch {
  const changes = values.map((value) => ({ value, field: 'messages' }));
  const entry = [{ id: number.businessAccountId, changes }];
  const body = Buffer.from(JSON.stringify({ object: 'whatsapp_business_account', entry }));
  return { body, signature: signature(appSecret, body), events: values.length };
}
