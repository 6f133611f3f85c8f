import type { Content, ShownButton, ShownList } from '../model/types';
import type { MessageBody } from '../validation/rules';

/** What the phone shows for a message that is not a template. */
export function contentOf(body: MessageBody, type: string): Content {
  if (type === 'interactive') return interactiveContent(body.interactive as unknown as InteractiveShape);
  if (type === 'text') return { body: body.text?.body ?? '', buttons: [] };
  const part = (body[type] ?? {}) as { caption?: string; filename?: string; name?: string; emoji?: string };
  if (type === 'reaction') return { body: part.emoji ?? '', buttons: [] };
  const label = part.filename ?? part.name ?? type;
  const kind = type === 'audio' || type === 'sticker' || type === 'contacts' ? 'document' : type;
  return { header: { kind: kind as 'image', text: label }, body: part.caption ?? '', buttons: [] };
}

interface InteractiveShape {
  header?: { type: 'text' | 'image' | 'video' | 'document'; text?: string };
  body?: { text: string };
  footer?: { text: string };
  action: {
    button?: string;
    buttons?: { reply: { id: string; title: string } }[];
    sections?: ShownList['sections'];
    name?: string;
    parameters?: { display_text?: string; url?: string };
  };
}

function interactiveContent({ header, body, footer, action }: InteractiveShape): Content {
  const list =
    action.sections && action.button !== undefined
      ? { label: action.button, sections: action.sections }
      : undefined;
  return {
    header: header && { kind: header.type, text: header.text ?? header.type },
    body: body?.text ?? '',
    footer: footer?.text,
    buttons: interactiveButtons(action),
    list,
  };
}

function interactiveButtons(action: InteractiveShape['action']): ShownButton[] {
  if (action.name === 'cta_url') {
    const { display_text: text = '', url = '' } = action.parameters ?? {};
    return [{ kind: 'url', text, url }];
  }
  return (action.buttons ?? []).map(({ reply }) => ({ kind: 'reply', text: reply.title, id: reply.id }));
}
