import { z } from 'zod/v4';
import { refusal } from '../../../policy/reasons';
import type { MetaMessageComponent } from '../../../templates/meta';
import { toPlainText } from '../../../templates/plain';
import { contentOf, type WireContent } from '../../content';
import type { OutgoingMessage } from '../../types';

const MEDIA = ['image', 'video', 'audio', 'document'] as const;
const mediaPart = z.object({
  link: z.url({ protocol: /^https$/ }),
  caption: z.string().optional(),
  filename: z.string().optional(),
});

/** What a message says, in the few kinds that SendApp's products tell apart. */
export type Said =
  | {
      readonly kind: 'template';
      readonly name: string;
      readonly language: string;
      readonly components: readonly MetaMessageComponent[];
    }
  | { readonly kind: 'text'; readonly text: string }
  | {
      readonly kind: 'buttons';
      readonly text: string;
      readonly footer: string | null;
      readonly buttons: readonly { readonly id: string; readonly title: string }[];
    }
  | {
      readonly kind: 'media';
      readonly media: (typeof MEDIA)[number];
      readonly url: string;
      readonly caption: string | null;
      readonly fileName: string | null;
    };

/** Why a message of this kind does not leave: the provider has nothing that could carry it. */
export const lacksKind = () => refusal('providerLacksKind');

function mediaOf(content: { readonly type: string }): Said {
  const media = MEDIA.find((kind) => kind === content.type);
  const parsed = media && mediaPart.safeParse((content as Record<string, unknown>)[media]);
  if (!media || !parsed?.success) throw lacksKind();
  const { link, caption, filename } = parsed.data;
  return { kind: 'media', media, url: link, caption: caption ?? null, fileName: filename ?? null };
}

/** Meta's shape, with the files that it can carry beside what the catalogue sends. */
type Content = WireContent | { readonly type: (typeof MEDIA)[number] };

function translated(content: Content, message: OutgoingMessage['message']): Said {
  if (content.type === 'template') {
    const { name, language, components } = content.template;
    return { kind: 'template', name, language: language.code, components };
  }
  if (content.type === 'text') return { kind: 'text', text: content.text.body };
  if (content.type !== 'interactive') return mediaOf(content);
  const { interactive } = content;
  if (interactive.type !== 'button') return { kind: 'text', text: toPlainText(message) };
  return {
    kind: 'buttons',
    text: interactive.body.text,
    footer: interactive.footer?.text ?? null,
    buttons: interactive.action.buttons.map(({ reply: { id, title } }) => ({ id, title })),
  };
}

/**
 * Translates Meta's shape. A list or a link button becomes words with numbers, which the replies are read by.
 * @throws CareError `providerLacksKind` for kinds that no SendApp product knows; what `contentOf` throws
 */
export const saidOf = (outgoing: OutgoingMessage): Said => translated(contentOf(outgoing), outgoing.message);
