import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import {
  createLiveTemplates,
  prepareLive,
  readTemplates,
  refusal,
  type Controller,
  type LiveCheck,
  type LiveTemplates,
  type Registry,
  type RenderedMessage,
  type WireExtras,
} from '../../core';
import { textAt } from '../shared/fieldPath';
import { messageOf } from '../shared/message';
import { callTemplates } from '../shared/metaTemplates';
import type { WhatsAppAccess } from '../shared/whatsAppCredential';
import type { SendParameters } from './parameters';

const clock = { now: () => Date.now() };
/** Answers of one run that quote a message; read one after the other, since there are never many. */
type MessageIds = ReadonlyMap<string, string | null>;

/** One list a credential and process, however many nodes and runs share it; read by the run that needs it anew. */
const lists = new Map<string, { readonly live: LiveTemplates; reader: IExecuteFunctions }>();

function listOf(context: IExecuteFunctions, access: WhatsAppAccess): LiveTemplates {
  const { baseUrl, apiVersion, businessAccountId, accessToken } = access;
  const key = [baseUrl, apiVersion, businessAccountId, accessToken].join(' ');
  const known = lists.get(key);
  if (known) {
    known.reader = context;
    return known.live;
  }
  const read = () =>
    readTemplates((qs) => callTemplates(lists.get(key)?.reader ?? context, access, { method: 'GET', qs }));
  const live = createLiveTemplates({ read, clock });
  lists.set(key, { live, reader: context });
  return live;
}

/** What Send asks before it claims anything: Meta's templates, and what an answer quotes. */
export interface Preparation extends LiveCheck {
  /** @throws CareError `quotedMessageUnknown` */
  extrasFor(item: INodeExecutionData, message: RenderedMessage): WireExtras;
}

export interface LiveSources {
  /** Null without a registry: then nothing but the fixed emergency answer leaves. */
  readonly registry: Registry | null;
  readonly controller: Controller | null;
  /** Null where the provider has no templates of its own. */
  readonly meta: WhatsAppAccess | null;
}

/** Nothing is claimed, so there is nothing to hold against Meta's list; the fixed texts of the catalogue go on. */
const WITHOUT_REGISTRY: Preparation = {
  check(message) {
    if (message.origin) throw refusal('registryUnreachable');
    return { message, extras: {} };
  },
  watch: (provider) => provider,
  extrasFor: () => ({}),
};

export async function prepare(
  context: IExecuteFunctions,
  items: readonly INodeExecutionData[],
  parameters: SendParameters,
  { registry, controller, meta }: LiveSources,
): Promise<Preparation> {
  if (registry === null) return WITHOUT_REGISTRY;
  const live = await prepareLive(
    {
      templates: meta === null ? null : listOf(context, meta),
      businessAccountId: meta?.businessAccountId ?? '',
      states: registry.templates,
      context: {
        now: clock.now(),
        allowedDomains: controller?.allowedDomains ?? [],
        locations: controller?.locations.map(({ name }) => name) ?? [],
        clinicName: controller?.name ?? '',
      },
    },
    messagesOf(items),
    parameters.basis,
  );
  const ids = await messageIds(items, parameters, registry);
  return {
    ...live,
    extrasFor(item, message) {
      if (!quotes(message)) return {};
      const id = ids.get(textAt(item, parameters.eventField) ?? '');
      if (!id) throw refusal('quotedMessageUnknown');
      return { inReplyTo: id };
    },
  };
}

const quotes = ({ origin }: RenderedMessage): boolean =>
  origin?.source === 'composed' && (origin.quote || origin.part.kind === 'reaction');

/** Null for an item without a usable message, which is refused where it is drafted. */
function readable(item: INodeExecutionData): RenderedMessage | null {
  try {
    return messageOf(item);
  } catch {
    return null;
  }
}

/** One after the other: a large run must not hold a copy of all its messages. */
function* messagesOf(items: readonly INodeExecutionData[]): Iterable<RenderedMessage> {
  for (const item of items) {
    const message = readable(item);
    if (message) yield message;
  }
}

async function messageIds(
  items: readonly INodeExecutionData[],
  { controller, eventField, basis }: SendParameters,
  registry: Registry,
): Promise<MessageIds> {
  const ids = new Map<string, string | null>();
  if (basis !== 'reply') return ids;
  for (const item of items) {
    const message = readable(item);
    if (!message || !quotes(message)) continue;
    const eventId = textAt(item, eventField);
    if (eventId === undefined || ids.has(eventId)) continue;
    ids.set(eventId, await registry.inbox.messageIdOf(controller, eventId).catch(() => null));
  }
  return ids;
}
