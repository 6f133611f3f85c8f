import type { Content, ShownButton, ShownList } from '../model/types';
import type { MessageBody } from '../validation/rules';
import { shownLocation, shownMedia } from './media';

/** What the phone shows for a message that is not a template. */
export function contentOf(body: MessageBody, type: string): Content {
  if (type === 'interactive') return interactiveContent(body.interactive as unknown as InteractiveShape);
  if (type === 'text') return { body: body.text?.body ?? '', buttons: [] };
  const part = (body[type] ?? {}) as { caption?: string; name?: string; emoji?: string };
  if (type === 'reaction') return { body: part.emoji ?? '', buttons: [] };
  if (type === 'location') return { header: shownLocation(part, type), body: '', buttons: [] };
  if (type === 'image' || type === 'video' || type === 'document') {
    return { header: shownMedia(type, part, type), body: part.caption ?? '', buttons: [] };
  }
  return { header: { kind: 'document', text: part.name ?? type }, body: part.caption ?? '', buttons: [] };
}

interface InteractiveShape {
  header?: {
    type: 'text' | 'image' | 'video' | 'document';
    text?: string;
    image?: unknown;
    video?: unknown;
    document?: unknown;
  };
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
    header: header && interactiveHeader(header),
    body: body?.text ?? '',
    footer: footer?.text,
    buttons: interactiveButtons(action),
    list,
  };
}

function interactiveHeader(header: NonNullable<InteractiveShape['header']>): Content['header'] {
  return header.type === 'text'
    ? { kind: 'text', text: header.text ?? '' }
    : shownMedia(header.type, header[header.type], `interactive['header']['${header.type}']`);
}

function interactiveButtons(action: InteractiveShape['action']): ShownButton[] {
  if (action.name === 'cta_url') {
    const { display_text: text = '', url = '' } = action.parameters ?? {};
    return [{ kind: 'url', text, url }];
  }
  return (action.buttons ?? []).map(({ reply }) => ({ kind: 'reply', text: reply.title, id: reply.id }));
}
