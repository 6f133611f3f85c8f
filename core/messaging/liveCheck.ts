import { refusal } from '../policy/reasons';
import type { SendBasis } from '../registry/types';
import { renderApproved, type ApprovedContext } from '../templates/approved';
import { renderComposed } from '../templates/composed';
import { sameLanguage, type LiveTemplate } from '../templates/live';
import type { RenderedMessage } from '../templates/types';
import { checkCatalogue } from './catalogueLive';
import type { LiveTemplates, TemplateList } from './liveTemplates';
import type { Provider, WireExtras } from './types';

/** What a webhook said of a template, kept by the registry. */
export interface ToldTemplate {
  readonly name: string;
  readonly language: string;
  readonly status: string | null;
  readonly category: string | null;
  /** ms since epoch. */
  readonly changedAt: number;
}

/** A pause that a webhook tells counts at once, while the list may be ten minutes old. */
export interface TemplateStates {
  states(businessAccountId: string, names: readonly string[]): Promise<readonly ToldTemplate[]>;
}

export interface LivePorts {
  /** Null: the provider has no list of templates, and its own answer is all there is. */
  readonly templates: LiveTemplates | null;
  readonly states?: TemplateStates;
  readonly businessAccountId: string;
  readonly context: ApprovedContext;
}

export interface CheckedMessage {
  readonly message: RenderedMessage;
  /** Meta's category at this moment; absent where nothing is sent as a template. */
  readonly category?: RenderedMessage['metaCategory'];
  readonly extras: WireExtras;
}

/** Asked once for a run; then each message is held against what is true at this moment. */
export interface LiveCheck {
  /** @throws CareError why the message does not leave, before anything is claimed */
  check(message: RenderedMessage, basis: SendBasis['kind']): CheckedMessage;
  /** Listens to the answers: one that contradicts the list makes it be read anew. */
  watch(provider: Provider): Provider;
}

const byName = (message: RenderedMessage): boolean => message.origin?.source !== 'composed';

/**
 * Reads what the messages need: the list of templates where one of them leaves as a template.
 * Never rejects; what could not be read is the refusal of each message that needed it.
 */
export async function prepareLive(
  ports: LivePorts,
  messages: Iterable<RenderedMessage>,
  basis: SendBasis['kind'],
): Promise<LiveCheck> {
  const names = new Set<string>();
  for (const message of messages) if (byName(message)) names.add(message.metaName);
  const { templates } = ports;
  const needed = basis === 'purpose' && names.size > 0;
  const found = needed && templates !== null ? await load(ports, templates, [...names]) : () => null;
  return {
    check: (message, kind) => checked(ports, found, message, kind),
    watch: (provider) => ({
      ...provider,
      async send(message, signal) {
        const outcome = await provider.send(message, signal);
        if ('code' in outcome && outcome.code === 'templateNotApproved') templates?.forget();
        return outcome;
      },
    }),
  };
}

type Find = (name: string, language: string) => LiveTemplate | null;

async function load(ports: LivePorts, templates: LiveTemplates, names: readonly string[]): Promise<Find> {
  try {
    const told = (await ports.states?.states(ports.businessAccountId, names)) ?? [];
    let list = await templates.list();
    const { readAt } = list;
    if (told.some(({ changedAt }) => changedAt > readAt)) {
      templates.forget();
      list = await templates.list();
    }
    const current = withTold(list, told);
    return (name, language) => current.get(`${name} ${language}`) ?? null;
  } catch (error) {
    return () => {
      throw error;
    };
  }
}

/** What was told after the list was read is newer than the list. */
function withTold(
  { templates, readAt }: TemplateList,
  told: readonly ToldTemplate[],
): Map<string, LiveTemplate> {
  const current = new Map(templates.map((one) => [`${one.name} ${one.language}`, one]));
  for (const { name, language, status, category, changedAt } of told) {
    const key = `${name} ${sameLanguage(language)}`;
    const known = current.get(key);
    if (!known || changedAt < readAt) continue;
    current.set(key, { ...known, status: status ?? known.status, category: category ?? known.category });
  }
  return current;
}

function checked(
  { templates, context }: LivePorts,
  find: Find,
  message: RenderedMessage,
  basis: SendBasis['kind'],
): CheckedMessage {
  const { origin } = message;
  if (origin?.source === 'composed') {
    return { message: renderComposed(origin, message.language, context), extras: {} };
  }
  // An answer inside the window is no template, and a text that only answers is refused for that.
  if (origin === undefined && (basis === 'reply' || message.use === 'reply')) return { message, extras: {} };
  if (templates === null) {
    if (origin) throw refusal('templateUnsupported');
    return { message, extras: {} };
  }
  const live = find(message.metaName, origin?.language ?? message.language);
  if (live?.status !== 'APPROVED') throw refusal('templateNotApproved');
  if (!origin) return checkCatalogue(message, live);
  const { purpose, asks } = message;
  const rendered = renderApproved(live, { purpose, asks, origin }, context);
  return { message: rendered, category: rendered.metaCategory, extras: {} };
}
