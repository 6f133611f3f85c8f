import { sleep, type IExecuteFunctions, type INodeExecutionData } from 'n8n-workflow';
import {
  CareError,
  createMetaCloudProvider,
  createPace,
  dispatchAll,
  emergencyText,
  executionDataRefusal,
  executionSaving,
  holdsPhoneNumber,
  type Controller,
  type Dispatch,
  type DispatchResult,
  type Pace,
  type Registry,
} from '../../core';
import { actorOf } from '../shared/actor';
import { reasonOf, type Refusal } from '../shared/errors';
import { countBy, countsHint } from '../shared/hints';
import { careOf, refused, withCare } from '../shared/items';
import { OWNER } from '../shared/owner';
import { registryFor } from '../shared/registry';
import {
  readWhatsAppCredential,
  WHATSAPP_CREDENTIAL,
  type WhatsAppAccess,
} from '../shared/whatsAppCredential';
import { dispatchOf } from './draft';
import { prepare, type Preparation } from './live';
import { readParameters, type SendParameters } from './parameters';
import { createTransport } from './transport';

const BY = 'whatsAppSend';
const PROVIDER = 'metaCloud';
const clock = { now: () => Date.now() };

/** Two runs that share a sender share its rate. */
const paces = new Map<string, Pace>();

function paceOf({ phoneNumberId, baseUrl }: WhatsAppAccess, parameters: SendParameters): Pace {
  const { messagesPerSecond, concurrency } = parameters;
  const key = [baseUrl, phoneNumberId, messagesPerSecond, concurrency].join(' ');
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
    keepText: fail,
    recover: fail,
    done: fail,
    list: fail,
  };
}

interface Desk {
  readonly outbox: Registry['outbox'];
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
  phoneNumberId: string,
): Promise<Desk> {
  const desk = async (): Promise<Desk> => {
    const registry = await registryFor(context);
    const [owner, { mode }] = await Promise.all([
      registry.controllers.get(controller),
      registry.senders.get(PROVIDER, phoneNumberId),
    ]);
    return {
      ...{ registry, outbox: registry.outbox, live: mode === 'live' },
      ...{ controller: owner, country: owner.country },
    };
  };
  return desk().catch((error: unknown) =>
    unreachable(error)
      ? { registry: null, controller: null, outbox: silentOutbox(error), live: false, country: '' }
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

type Drafted = { readonly dispatch: Dispatch } | { readonly refusal: Omit<Refusal, 'by'> };

function drafted(item: INodeExecutionData, parameters: SendParameters, live: Preparation): Drafted {
  try {
    return { dispatch: dispatchOf(item, parameters, live) };
  } catch (error) {
    return { refusal: reasonOf(error) };
  }
}

function outcomeItem(item: INodeExecutionData, index: number, result: DispatchResult): INodeExecutionData {
  const { state, outboxId } = result;
  if (result.sent) return withCare(item, { send: { state, outboxId } }, index);
  const { code, sentence, nextPermittedAt } = result;
  const next = nextPermittedAt === null ? {} : { nextPermittedAt: new Date(nextPermittedAt).toISOString() };
  const send = { state, outboxId, code, sentence, ...next };
  return refused(item, index, { by: BY, code, sentence }, { send });
}

function tell(context: IExecuteFunctions, sent: number, codes: readonly string[]): void {
  context.addExecutionHints({ message: `${sent} sent`, type: 'info', location: 'outputPane' });
  const hint = countsHint(
    'not sent',
    countBy(codes, (code) => code),
  );
  if (hint) context.addExecutionHints(hint);
}

/** Sent and Not Sent, in the order of the outputs. */
export async function sendAll(
  context: IExecuteFunctions,
  items: readonly INodeExecutionData[],
): Promise<INodeExecutionData[][]> {
  const parameters = await readParameters(context);
  const access = readWhatsAppCredential(await context.getCredentials(WHATSAPP_CREDENTIAL));
  const desk = await openDesk(context, parameters.controller, access.phoneNumberId);
  if (desk.live) refuseKeptNumbers(context, items, parameters, desk.country);

  const live = await prepare(items, parameters, { ...desk, access });
  const drafts = items.map((item) => drafted(item, parameters, live));
  const dispatches = drafts.flatMap((draft) => ('dispatch' in draft ? [draft.dispatch] : []));
  const results = await dispatchAll(
    {
      outbox: desk.outbox,
      provider: live.watch(
        createMetaCloudProvider({
          transport: createTransport(access.baseUrl),
          account: access,
          timeoutMs: parameters.timeout * 1_000,
        }),
      ),
      context: {
        controllerKey: parameters.controller,
        phoneNumberId: access.phoneNumberId,
        provider: PROVIDER,
        actor: actorOf(context),
        owner: OWNER,
        runSize: dispatches.length,
        dryRun: parameters.dryRun,
      },
      pace: paceOf(access, parameters),
      sleep,
      batchSize: parameters.batchSize,
      emergencyText,
    },
    dispatches,
    { signal: context.getExecutionCancelSignal() },
  );
  return sorted(context, items, drafts, results);
}

function sorted(
  context: IExecuteFunctions,
  items: readonly INodeExecutionData[],
  drafts: readonly Drafted[],
  results: readonly DispatchResult[],
): INodeExecutionData[][] {
  const sent: INodeExecutionData[] = [];
  const notSent: INodeExecutionData[] = [];
  const codes: string[] = [];
  let next = 0;
  items.forEach((item, index) => {
    const draft = drafts[index];
    const result = draft && 'dispatch' in draft ? results[next++] : undefined;
    if (result?.sent) {
      sent.push(outcomeItem(item, index, result));
    } else if (result) {
      notSent.push(outcomeItem(item, index, result));
      codes.push(result.code);
    } else if (draft && 'refusal' in draft) {
      const { code, sentence } = draft.refusal;
      const send = { state: 'refused', outboxId: null, code, sentence };
      notSent.push(refused(item, index, { by: BY, code, sentence }, { send }));
      codes.push(code);
    }
  });
  tell(context, sent.length, codes);
  return [sent, notSent];
}
