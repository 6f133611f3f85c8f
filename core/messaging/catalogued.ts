import { isDeepStrictEqual } from 'node:util';
import { getTemplate, isTemplateKey } from '../templates/catalogue';
import { fill } from '../templates/placeholders';
import { metaNameOf } from '../templates/render';
import type { RenderedMessage } from '../templates/types';

/**
 * Whether a message says what the catalogue says, with nothing but the values of its variables put in. The item
 * passed other nodes on its way: a text that somebody wrote there is no neutral template any more.
 */
export function isCatalogueMessage(message: RenderedMessage): boolean {
  if (!isTemplateKey(message.template)) return false;
  const template = getTemplate(message.template);
  const text = template.texts[message.language];
  if (!text) return false;
  const values = new Map(message.parameters.map(({ name, value }) => [name, value]));
  const { version, purpose, metaCategory, use, asks, ttlSeconds } = template;
  const expected = {
    ...{ version, purpose, metaCategory, use, asks, ttlSeconds },
    metaName: metaNameOf(template),
    text: fill(text.body, (name) => values.get(name) ?? ''),
    footer: text.footer ?? null,
    buttons: text.buttons ?? [],
  };
  const actual = Object.fromEntries(
    Object.keys(expected).map((key) => [key, message[key as keyof RenderedMessage]]),
  );
  return isDeepStrictEqual(actual, expected);
}
