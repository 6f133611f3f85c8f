import { sleep, type IExecuteFunctions, type INodeExecutionData, type NodeExecutionHint } from 'n8n-workflow';
import {
  CareError,
  createPace,
  createProvider,
  dispatchAll,
  emergencyText,
  executionDataRefusal,
  executionSaving,
  holdsPhoneNumber,
  type ClaimContext,
  type Controller,
  type CostEstimate,
  type DispatchResult,
  type DispatchSource,
  type Drafted,
  type Pace,
  type Registry,
} from '../../core';
import { actorOf } from '../shared/actor';
import { reasonOf } from '../shared/errors';
import { alertHint, countBy, countsHint } from '../shared/hints';
import { careOf, refused, withCare } from '../shared/items';
import { OWNER } from '../shared/owner';
import { sendingAccess, type SendingAccess } from '../shared/provider';
import { registryFor } from '../shared/registry';
import { campaignKeyOf, dispatchOf } from './draft';
import { estimates } from './estimate';
import { prepare, type Preparation } from './live';
import { readParameters, type SendParameters } from './parameters';
import { refreshPortfolioLimit } from './portfolioLimit';
import { createTransport } from './transport';

const BY = 'whatsAppSend';
const clock = { now: () => Date.now() };

const NO_EARS: NodeExecutionHint = {
  message:
    'Nobody hears answers for this sender, so only service messages leave. Publish a workflow with its Inbox Trigger.',
  type: 'warning',
  location: 'outputPane',
};

/** Two runs that share a sender share its rate. */
const paces = new Map<string, Pace>();

function paceOf({ senderId, origin }: SendingAccess, parameters: SendParameters): Pace {
  const { messagesPerSecond, concurrency } = parameters;
  const key = [origin, senderId, messagesPerSecond, concurrency].join(' ');
  const known = paces.get(key) ?? createPace({ messagesPerSecond, concurrency, clock, sleep });
  paces.set(key, known);
  return known;
}

/** Without a registry every claim fails, and only the fixed emergency answer is left. */
function silentOutbox(reason: unknown): Registry['outbox'] {
  const fail = async () => Promise.reject(reason instanceof Error ? reason : new Error('no registry'));
  return {
    claim: fail,
    markCalling: fail,
    settleCall: fail,
    settleCalls: fail,
    keepText: fail,
    recover: fail,
    done: fail,
    list: fail,
  };
}

interface Desk {
  readonly outbox: Registry['outbox'];
  /** Null while the registry cannot be reached. */
  readonly sending: Registry['sending'] | null;
  readonly live: boolean;
  /** For numbers without a country code. */
  readonly country: string;
  readonly registry: Registry | null;
  readonly controller: Controller | null;
}

const unreachable = (error: unknown): boolean =>
  !(error instanceof CareError) || error.code === 'registryUnreachable';

async function openDesk(
  context: IExecuteFunctions,
  controller: string,
  { access, senderId, meta }: SendingAccess,
  basis: SendParameters['basis'],
): Promise<Desk> {
  const desk = async (): Promise<Desk> => {
    const registry = await registryFor(context);
    const [owner, { mode, inboxSeenAt }] = await Promise.all([
      registry.controllers.get(controller),
      registry.senders.get(access.provider, senderId),
    ]);
    if (inboxSeenAt === null) context.addExecutionHints(NO_EARS);
    // Answers inside the service window cost nothing of it.
    if (basis === 'purpose' && meta) await refreshPortfolioLimit(context, registry, meta);
    return {
      ...{ registry, outbox: registry.outbox, sending: registry.sending, live: mode === 'live' },
      ...{ controller: owner, country: owner.country },
    };
  };
  return desk().catch((error: unknown) =>
    unreachable(error)
      ? {
          registry: null,
          controller: null,
          outbox: silentOutbox(error),
          sending: null,
          live: false,
          country: '',
        }
      : Promise.reject(error as Error),
  );
}

/**
 * n8n writes the items of a run to its database. Where they bring numbers along, a Live run is refused until
 * n8n is told to keep none of it.
 * @throws CareError `executionDataKept`, which names the switches
 */
function refuseKeptNumbers(
  context: IExecuteFunctions,
  items: readonly INodeExecutionData[],
  { personFrom }: SendParameters,
  country: string,
): void {
  const sentence = executionDataRefusal(executionSaving(context.getWorkflowSettings(), process.env));
  if (sentence === null) return;
  const named = items.some(
    (item) => careOf(item).identifiedBy === 'phone' || holdsPhoneNumber(item.json, country),
  );
  if (personFrom === 'phone' || named) throw new CareError('executionDataKept', sentence);
}

function drafted(item: INodeExecutionData, parameters: SendParameters, live: Preparation): Drafted {
  try {
    return { dispatch: dispatchOf(item, parameters, live) };
  } catch (error) {
    return { refusal: reasonOf(error) };
  }
}

function outcomeItem(
  item: INodeExecutionData,
  index: number,
  result: DispatchResult,
  estimate: CostEstimate | null,
): INodeExecutionData {
  const { state, outboxId } = result;
  if (result.sent) return withCare(item, { send: { state, outboxId } }, index);
  const { code, sentence, nextPermittedAt } = result;
  const next = nextPermittedAt === null ? {} : { nextPermittedAt: new Date(nextPermittedAt).toISOString() };
  const send = { state, outboxId, code, sentence, ...next };
  return refused(item, index, { by: BY, code, sentence }, { send, ...(estimate ? { estimate } : {}) });
}

function tell(context: IExecuteFunctions, sent: number, codes: readonly string[]): void {
  context.addExecutionHints({ message: `${sent} sent`, type: 'info', location: 'outputPane' });
  const hint = countsHint(
    'not sent',
    countBy(codes, (code) => code),
  );
  const alert = alertHint(codes);
  for (const each of [hint, alert]) if (each) context.addExecutionHints(each);
}

/** Sent and Not Sent, in the order of the outputs. */
export async function sendAll(
  context: IExecuteFunctions,
  items: readonly INodeExecutionData[],
): Promise<INodeExecutionData[][]> {
  const parameters = await readParameters(context);
  const account = await sendingAccess(context, parameters.provider);
  const { access, senderId, origin } = account;
  const provider = createProvider(access, createTransport(origin), parameters.timeout * 1_000);
  const desk = await openDesk(context, parameters.controller, account, parameters.basis);
  if (desk.live) refuseKeptNumbers(context, items, parameters, desk.country);

  const live = await prepare(context, items, parameters, { ...desk, meta: account.meta });
  const source: DispatchSource = {
    length: items.length,
    draft: (index) => drafted(items[index] ?? { json: {} }, parameters, live),
  };
  const claimContext: ClaimContext = {
    controllerKey: parameters.controller,
    phoneNumberId: senderId,
    provider: access.provider,
    actor: actorOf(context),
    owner: OWNER,
    runSize: items.length,
    dryRun: parameters.dryRun,
    messagesPerSecond: parameters.messagesPerSecond,
  };
  const { sending } = desk;
  const campaign = items.some((item) => campaignKeyOf(item, parameters) !== undefined);
  const results = await dispatchAll(
    {
      outbox: desk.outbox,
      provider: live.watch(provider),
      context: claimContext,
      pace: paceOf(account, parameters),
      sleep,
      random: Math.random,
      batchSize: parameters.batchSize,
      emergencyText,
      ...(sending ? { slots: (count) => sending.slots(claimContext, count) } : {}),
      ...(sending && campaign ? { begin: (requests) => sending.begin(claimContext, requests) } : {}),
    },
    source,
    { signal: context.getExecutionCancelSignal() },
  );
  const costs = estimates((index) => source.draft(index), results, parameters.rateTable);
  if (costs.hint) context.addExecutionHints(costs.hint);
  return sorted(context, items, results, costs.each);
}

function sorted(
  context: IExecuteFunctions,
  items: readonly INodeExecutionData[],
  results: readonly DispatchResult[],
  costs: readonly (CostEstimate | null)[],
): INodeExecutionData[][] {
  const sent: INodeExecutionData[] = [];
  const notSent: INodeExecutionData[] = [];
  const codes: string[] = [];
  results.forEach((result, index) => {
    const item = items[index] ?? { json: {} };
    const outcome = outcomeItem(item, index, result, costs[index] ?? null);
    if (result.sent) {
      sent.push(outcome);
    } else {
      notSent.push(outcome);
      codes.push(result.code);
    }
  });
  tell(context, sent.length, codes);
  return [sent, notSent];
}
