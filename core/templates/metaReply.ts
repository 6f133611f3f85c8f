import { refusal } from '../policy/reasons';
import { LIMITS } from './limits';
import { checkedPayload } from './meta';
import type { ButtonChoice, RenderedMessage } from './types';

interface Body {
  readonly header?: { readonly type: 'text'; readonly text: string };
  readonly body: { readonly text: string };
  readonly footer?: { readonly text: string };
}

export interface MetaButtons extends Body {
  readonly type: 'button';
  readonly action: {
    readonly buttons: readonly {
      readonly type: 'reply';
      readonly reply: { readonly id: string; readonly title: string };
    }[];
  };
}

export interface MetaList extends Body {
  readonly type: 'list';
  readonly action: {
    readonly button: string;
    readonly sections: readonly {
      readonly title?: string;
      readonly rows: readonly {
        readonly id: string;
        readonly title: string;
        readonly description?: string;
      }[];
    }[];
  };
}

export interface MetaLinkButton extends Body {
  readonly type: 'cta_url';
  readonly action: {
    readonly name: 'cta_url';
    readonly parameters: { readonly display_text: string; readonly url: string };
  };
}

export type MetaInteractive = MetaButtons | MetaList | MetaLinkButton;

/** `type` and the property of that name of `POST /{Phone-Number-ID}/messages`, for the open service window. */
export type MetaReply =
  | { readonly type: 'text'; readonly text: { readonly body: string; readonly preview_url: false } }
  | { readonly type: 'interactive'; readonly interactive: MetaInteractive };

/**
 * A free-form answer inside the 24 h window: buttons, a list, a link button or plain text, as the template asks.
 *
 * @param idFor what a tap sends back, given the meaning of a button or the id of a row
 * @throws CareError `templateUseMismatch` for a text that is a template only, `payloadInvalid`, `textTooLong`
 */
export function toMetaReply(
  message: RenderedMessage,
  idFor: (choice: ButtonChoice | { readonly row: string }) => string,
): MetaReply {
  if (message.use === 'template') throw refusal('templateUseMismatch');
  if (message.text.length > LIMITS.body) throw refusal('textTooLong');
  const interactive = linkButton(message) ?? list(message, idFor) ?? buttons(message, idFor);
  if (interactive) return { type: 'interactive', interactive };
  const body = message.footer === null ? message.text : `${message.text}\n\n${message.footer}`;
  // A preview would make the phone fetch the page before anybody tapped on it.
  return { type: 'text', text: { body, preview_url: false } };
}

const bodyOf = ({ text, footer }: RenderedMessage): Body => ({
  body: { text },
  ...(footer === null ? {} : { footer: { text: footer } }),
});

function linkButton(message: RenderedMessage): MetaLinkButton | null {
  if (!message.link) return null;
  const parameters = { display_text: message.link.title, url: message.link.url };
  return { type: 'cta_url', ...bodyOf(message), action: { name: 'cta_url', parameters } };
}

function list(
  message: RenderedMessage,
  idFor: (choice: { readonly row: string }) => string,
): MetaList | null {
  if (message.choices.length === 0) return null;
  if (message.choices.length > LIMITS.rows || message.listButton === undefined)
    throw refusal('variableInvalid');
  const rows = message.choices.map(({ id, label, description }) => ({
    id: checkedPayload(idFor({ row: id })),
    title: label,
    ...(description === undefined ? {} : { description }),
  }));
  return { type: 'list', ...bodyOf(message), action: { button: message.listButton, sections: [{ rows }] } };
}

function buttons(message: RenderedMessage, idFor: (choice: ButtonChoice) => string): MetaButtons | null {
  if (message.buttons.length === 0) return null;
  const replies = message.buttons.map(
    ({ choice, title }) => ({ type: 'reply', reply: { id: checkedPayload(idFor(choice)), title } }) as const,
  );
  return { type: 'button', ...bodyOf(message), action: { buttons: replies } };
}
