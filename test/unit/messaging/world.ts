import { createPace } from '../../../core/messaging/pace';
import type { Dispatch, OutgoingMessage, Provider } from '../../../core/messaging/types';
import type { Registry } from '../../../core/registry/api';
import type { CallOutcome, ClaimContext, ClaimResult, SendRequest } from '../../../core/registry/types';
import type { RenderedMessage } from '../../../core/templates/types';

export const rendered = (patch: Partial<RenderedMessage> = {}): RenderedMessage => ({
  template: 'reminder48h',
  version: 1,
  language: 'en',
  purpose: 'appointment',
  metaCategory: 'UTILITY',
  use: 'both',
  asks: 'appointment',
  ttlSeconds: null,
  text: 'Reminder: you have an appointment on Monday, 1 March at 10:30.',
  footer: null,
  buttons: [{ choice: 'confirm', title: 'Confirm' }],
  choices: [],
  metaName: 'care_reminder48h_v1',
  parameters: [],
  ...patch,
});

export const dispatch = (
  occurrence: string,
  message: Partial<RenderedMessage> = {},
  request: Partial<SendRequest> = {},
): Dispatch => ({
  message: rendered(message),
  request: {
    person: { contactRef: `c-${occurrence}` },
    basis: { kind: 'purpose' },
    kind: 'reminder',
    occurrence,
    stage: 'reminder48h',
    purpose: 'appointment',
    template: 'reminder48h',
    templateVersion: 1,
    language: 'en',
    asks: null,
    closesAt: null,
    screened: [],
    ...request,
  },
});

export const CONTEXT: ClaimContext = {
  controllerKey: 'aurora',
  phoneNumberId: '1001',
  provider: 'metaCloud',
  actor: 'workflow:w/execution:1',
  owner: 'test',
  runSize: 1,
};

type Script = (occurrence: string, attempt: number) => CallOutcome;
export const accept: Script = (occurrence) => ({ state: 'accepted', messageId: `wamid.${occurrence}` });

interface WorldOptions {
  answer?: Script;
  refuse?: (request: SendRequest) => Extract<ClaimResult, { claimed: false }> | null;
  context?: Partial<ClaimContext>;
  batchSize?: number;
  concurrency?: number;
  outbox?: Partial<Registry['outbox']>;
}

/** A registry's outbox, a provider and a clock that only sleeping moves; everything that happens is in `log`. */
export function world(options: WorldOptions = {}) {
  const log: string[] = [];
  const sent: OutgoingMessage[] = [];
  const settled = new Map<string, CallOutcome>();
  const attempts = new Map<string, number>();
  const slept: number[] = [];
  let now = 0;
  const clock = { now: () => now };
  const sleep = async (ms: number) => {
    slept.push(ms);
    now += ms;
  };
  const outbox: Partial<Registry['outbox']> = {
    claim: async (_context, requests) => {
      log.push(`claim ${requests.length}`);
      return requests.map((request): ClaimResult => {
        const outboxId = `ob-${request.occurrence}-${(attempts.get(request.occurrence) ?? 0) + 1}`;
        const to = { kind: 'phone', e164: '+12025550143' } as const;
        const contactRef = `c-${request.occurrence}`;
        return options.refuse?.(request) ?? { claimed: true, outboxId, contactRef, to };
      });
    },
    markCalling: async (ids) => void log.push(`calling ${ids.join()}`),
    settleCall: async (id, outcome) => {
      log.push(`settle ${id} ${outcome.state}`);
      settled.set(id, outcome);
    },
    settleCalls: async (calls) => {
      for (const { outboxId, outcome } of calls) await outbox.settleCall?.(outboxId, outcome);
    },
    keepText: async (id) => void log.push(`keep ${id}`),
    ...options.outbox,
  };
  const provider: Provider = {
    capabilities: {
      template: true,
      window: true,
      buttons: true,
      lists: true,
      status: true,
      inbound: true,
      callbackId: true,
    },
    async send(message) {
      sent.push(message);
      const occurrence = message.outboxId.split('-').slice(1, -1).join('-');
      const attempt = (attempts.get(occurrence) ?? 0) + 1;
      attempts.set(occurrence, attempt);
      return (options.answer ?? accept)(occurrence, attempt);
    },
  };
  const concurrency = options.concurrency ?? 10;
  const ports = {
    outbox: outbox as Registry['outbox'],
    provider,
    context: { ...CONTEXT, ...options.context },
    pace: createPace({ messagesPerSecond: 100_000, concurrency, clock, sleep }),
    sleep,
    batchSize: options.batchSize ?? 50,
  };
  return { ports, log, sent, settled, slept };
}
