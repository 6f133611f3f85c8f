import { refusal } from '../policy/reasons';
import { rowId } from './composed';
import type { ComposedPart } from './composedTypes';
import { checkedPayload } from './meta';
import type { MetaInteractive, MetaReply } from './metaReply';
import type { RenderedMessage } from './types';

export type MetaComposed =
  | MetaReply
  | {
      readonly type: 'document';
      readonly document: { readonly link: string; readonly filename: string; readonly caption?: string };
    }
  | { readonly type: 'image'; readonly image: { readonly link: string; readonly caption?: string } }
  | { readonly type: 'reaction'; readonly reaction: { readonly message_id: string; readonly emoji: string } };

/**
 * `type` and the property of that name, for an answer that a person of the staff wrote.
 *
 * @param idFor what a tap sends back
 * @param inReplyTo Meta's id of the message that is answered; a reaction hangs on it
 * @throws CareError `messageInvalid` for one that was not checked, `quotedMessageUnknown`, `payloadInvalid`
 */
export function toMetaComposed(
  { origin }: RenderedMessage,
  idFor: (choice: string) => string,
  inReplyTo: string | undefined,
): MetaComposed {
  if (origin?.source !== 'composed' || !origin.checked)
    throw refusal('messageInvalid', { field: 'care.message' });
  const { part } = origin;
  switch (part.kind) {
    case 'text':
      return { type: 'text', text: { body: part.body, preview_url: false } };
    case 'document': {
      const { link, fileName, caption } = part;
      return {
        type: 'document',
        document: { link, filename: fileName, ...(caption === undefined ? {} : { caption }) },
      };
    }
    case 'image': {
      const { link, caption } = part;
      return { type: 'image', image: { link, ...(caption === undefined ? {} : { caption }) } };
    }
    case 'reaction':
      if (inReplyTo === undefined) throw refusal('quotedMessageUnknown');
      return { type: 'reaction', reaction: { message_id: inReplyTo, emoji: part.emoji } };
    default:
      return { type: 'interactive', interactive: interactive(part, idFor) };
  }
}

type Interactive = Extract<ComposedPart, { kind: 'buttons' | 'list' | 'link' }>;

function interactive(part: Interactive, idFor: (choice: string) => string): MetaInteractive {
  const { header, body, footer } = part;
  const frame = {
    ...(header === undefined ? {} : { header: { type: 'text', text: header } as const }),
    body: { text: body },
    ...(footer === undefined ? {} : { footer: { text: footer } }),
  };
  switch (part.kind) {
    case 'buttons': {
      const buttons = part.buttons.map(
        ({ choice, title }) =>
          ({ type: 'reply', reply: { id: checkedPayload(idFor(choice)), title } }) as const,
      );
      return { type: 'button', ...frame, action: { buttons } };
    }
    case 'link': {
      const parameters = { display_text: part.title, url: part.url };
      return { type: 'cta_url', ...frame, action: { name: 'cta_url', parameters } };
    }
    case 'list':
      return { type: 'list', ...frame, action: { button: part.button, sections: sectionsOf(part, idFor) } };
  }
}

function sectionsOf({ sections }: Extract<Interactive, { kind: 'list' }>, idFor: (choice: string) => string) {
  let position = 0;
  return sections.map(({ title, rows }) => ({
    ...(title === undefined ? {} : { title }),
    rows: rows.map((row) => ({ id: checkedPayload(idFor(rowId(position++))), ...row })),
  }));
}
