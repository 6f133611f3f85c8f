import { refusal } from '../policy/reasons';
import { fillLive, type LiveTemplate, variablesIn } from '../templates/live';
import type { RenderedMessage } from '../templates/types';
import { isCatalogueMessage } from './catalogued';
import type { CheckedMessage } from './liveCheck';

/** Meta may store another kind of space or line end than was submitted; words are what counts. */
const plain = (text: string): string => text.normalize('NFC').replace(/\s+/g, ' ').trim();

/**
 * A catalogue text against the template of that name at Meta: somebody may have edited it there, and then other words
 * would leave than those that were screened.
 * @throws CareError `templateChanged`, `templateUnsupported`, `messageInvalid` when it is the item that was changed
 */
export function checkCatalogue(message: RenderedMessage, live: LiveTemplate): CheckedMessage {
  const { category } = live;
  if (category !== 'MARKETING' && category !== 'UTILITY') throw refusal('templateUnsupported');
  if (!saysTheSame(message, live)) {
    throw refusal(isCatalogueMessage(message) ? 'templateChanged' : 'messageInvalid');
  }
  return {
    message,
    category,
    extras: !live.named && message.parameters.length > 0 ? { positional: true } : {},
  };
}

function saysTheSame({ parameters, text, footer, buttons }: RenderedMessage, live: LiveTemplate): boolean {
  const order = variablesIn(live.body);
  const value = (name: string) =>
    parameters.find((one, index) => (live.named ? one.name === name : String(index + 1) === name))?.value ??
    '';
  const labels = live.buttons.map((button) => (button.type === 'QUICK_REPLY' ? button.text : null));
  return (
    live.header === null &&
    order.length === parameters.length &&
    plain(fillLive(live.body, value)) === plain(text) &&
    plain(live.footer ?? '') === plain(footer ?? '') &&
    labels.length === buttons.length &&
    buttons.every(({ title }, index) => title === labels[index])
  );
}

/** Meta's category of this moment decides endpoint and price; a template that it moved has lost its time to live. */
export function atMeta(message: RenderedMessage, category: CheckedMessage['category']): RenderedMessage {
  return category === undefined || category === message.metaCategory
    ? message
    : { ...message, metaCategory: category, ttlSeconds: null };
}
