import type { ApprovedOrigin } from './approvedTypes';
import { composedTexts } from './composed';
import type { RenderedMessage } from './types';

/**
 * The whole message as one text, for providers that know neither buttons nor lists, and for screens that preview
 * it. An option gets a number only where a bare number means it when it comes back (core/replies).
 */
export function toPlainText(message: RenderedMessage): string {
  const link = message.link ? [`${message.link.title}: ${message.link.url}`] : [];
  return [message.text, optionsOf(message).join('\n'), ...link, message.footer].filter(Boolean).join('\n\n');
}

function optionsOf({ asks, buttons, choices }: RenderedMessage): string[] {
  const numbered = (labels: readonly string[]): string[] =>
    labels.map((label, index) => `${index + 1}) ${label}`);
  const labels = choices.map(({ label }) => label);
  // "1" after a question about an appointment confirms one; it does not choose one.
  if (labels.length > 0)
    return asks === 'appointment' ? labels.map((label) => `- ${label}`) : numbered(labels);
  // The preference menu says A, B and C by itself; without a question a number means nothing.
  if (asks === null || asks === 'preference') return [];
  // Stop is a word to write, which the text or the footer names.
  return numbered(buttons.filter(({ choice }) => choice !== 'stop').map(({ title }) => title));
}

/** Every string that leaves with the message, for the gate and the PHI filter to screen. */
export function outgoingTexts(message: RenderedMessage): readonly string[] {
  return [
    message.text,
    message.footer ?? '',
    ...message.buttons.map(({ title }) => title),
    ...message.choices.flatMap(({ label, description }) => [label, description ?? '']),
    message.listButton ?? '',
    ...(message.link ? [message.link.title, message.link.url] : []),
    ...message.parameters.map(({ value }) => value),
    ...furtherTexts(message.origin),
  ].filter((text) => text !== '');
}

/** What only approved and composed messages have: headers, addresses, captions, names of files, codes. */
function furtherTexts(origin: RenderedMessage['origin']): readonly string[] {
  if (origin === undefined) return [];
  if (origin.source === 'composed') return composedTexts(origin.part);
  return origin.filled?.texts ?? valuesOf(origin);
}

/** An item on its way to Send has the values alone. */
function valuesOf({ header, buttons }: ApprovedOrigin): readonly string[] {
  const file = header?.kind === 'media' ? [header.link, header.fileName ?? ''] : [header?.name ?? ''];
  return [...file, ...buttons.flatMap(({ suffix = '', code = '' }) => [suffix, code])];
}
