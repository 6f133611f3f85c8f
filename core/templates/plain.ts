import type { RenderedMessage } from './types';

/**
 * The whole message as one text, for providers that know neither buttons nor lists, and for screens that preview
 * it. Buttons and rows are numbered, in the order in which a bare number is understood as an answer.
 */
export function toPlainText(message: RenderedMessage): string {
  const labels = message.choices.length > 0 ? message.choices : message.buttons;
  // The preference menu says A, B and C by itself.
  const options = message.asks === 'preference' ? [] : labels.map(labelOf);
  const link = message.link ? [`${message.link.title}: ${message.link.url}`] : [];
  return [
    message.text,
    options.map((label, index) => `${index + 1}) ${label}`).join('\n'),
    ...link,
    message.footer,
  ]
    .filter(Boolean)
    .join('\n\n');
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
  ].filter((text) => text !== '');
}

const labelOf = (option: { readonly title: string } | { readonly label: string }): string =>
  'title' in option ? option.title : option.label;
