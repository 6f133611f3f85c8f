import { GraphError } from '../cloud/errors';

/*
 * Limits that Meta states on its pages and not in the OpenAPI document (reference, section 4). They run after the
 * schema, so the shapes below hold.
 */

interface ReplyButton {
  reply: { id: string; title: string };
}

interface Section {
  title?: string;
  rows?: { id: string; title: string }[];
}

interface LinkShape {
  display_text?: string;
  url?: string;
}

interface Interactive {
  type: string;
  header?: { type: string; text?: string };
  body?: { text: string };
  action: { buttons?: ReplyButton[]; button?: string; sections?: Section[]; parameters?: LinkShape };
}

export interface MessageBody {
  type?: string;
  to?: string;
  recipient?: string;
  recipient_type?: string;
  text?: { body?: string };
  interactive?: Interactive;
  [key: string]: unknown;
}

const invalid = (details: string): GraphError => new GraphError(131009, { details });
const missing = (name: string): GraphError =>
  new GraphError(131008, { details: `Param ${name} is required.` });

/** @throws GraphError on the first limit that is broken. */
export function checkMessageRules(body: MessageBody): void {
  if (body.to === undefined && body.recipient === undefined) {
    throw new GraphError(100, { message: '(#100) The parameter to is required.' });
  }
  if (body.recipient_type === 'group') throw invalid('Groups are not part of this simulator.');
  if ((body.type ?? 'text') === 'text') checkText(body.text?.body);
  if (body.interactive) checkInteractive(body.interactive);
  if (body.type === 'reaction') checkReaction(body.reaction as ReactionShape | undefined);
  checkCaption(body);
}

interface ReactionShape {
  message_id?: string;
  emoji?: string;
}

const ONE_EMOJI = new RegExp('^\\p{RGI_Emoji}$', 'v');

/** An empty one takes the reaction away (reference, section 4). */
function checkReaction({ message_id: id, emoji }: ReactionShape = {}): void {
  if (!id) throw missing("reaction['message_id']");
  if (emoji === undefined) throw missing("reaction['emoji']");
  if (emoji !== '' && !ONE_EMOJI.test(emoji)) throw invalid("Param reaction['emoji'] must be one emoji.");
}

function checkCaption(body: MessageBody): void {
  const type = body.type ?? 'text';
  const part = body[type] as { caption?: unknown; filename?: unknown } | undefined;
  if (part?.caption !== undefined && !['image', 'video', 'document'].includes(type)) {
    throw invalid(`Param ${type} takes no caption.`);
  }
  if (part?.filename !== undefined && type !== 'document') throw invalid(`Param ${type} takes no filename.`);
}

function checkText(text: string | undefined): void {
  if (text === undefined || text === '') throw missing("text['body']");
  if (text.length > 4096) throw invalid("Param text['body'] must be at most 4096 characters long.");
}

function checkInteractive(interactive: Interactive): void {
  const { type, action, body } = interactive;
  if (type === 'button') checkButtons(action.buttons, body);
  if (type === 'list') checkList(interactive);
  if (type === 'cta_url') checkLink(interactive);
}

function checkButtons(buttons: ReplyButton[] | undefined, body: { text: string } | undefined): void {
  if (!buttons) throw missing("interactive['action']['buttons']");
  if (!body?.text) throw missing("interactive['body']['text']");
  const titles = buttons.map((button) => button.reply.title);
  if (titles.some((title) => title.trim() === '')) {
    throw invalid('Button title length invalid. Min length: 1, Max length: 20.');
  }
  if (new Set(titles).size < titles.length) throw invalid('Duplicate button titles are not allowed.');
  checkIds(buttons.map((button) => button.reply.id));
}

function checkLink({ action, body }: Interactive): void {
  if (!body?.text) throw missing("interactive['body']['text']");
  const { display_text: title = '', url = '' } = action.parameters ?? {};
  if (title.trim() === '') throw missing("interactive['action']['parameters']['display_text']");
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
    throw invalid("Param interactive['action']['parameters']['url'] is not an address.");
  }
}

function checkList({ action, body, header }: Interactive): void {
  if (action.button === undefined || !action.sections) throw missing("interactive['action']['sections']");
  if (!body?.text) throw missing("interactive['body']['text']");
  if (header && header.type !== 'text') throw invalid('The header of a list can only be text.');
  if (action.button.trim() === '') throw missing("interactive['action']['button']");
  const rows = action.sections.flatMap((section) => section.rows ?? []);
  if (rows.length < 1 || rows.length > 10) throw invalid('A list has 1 to 10 rows over all sections.');
  if (rows.some((row) => row.title.trim() === '')) throw invalid('Row title length invalid. Min length: 1.');
  if (action.sections.length > 1 && action.sections.some((section) => !section.title)) {
    throw missing("interactive['action']['sections'][]['title']");
  }
  checkIds(rows.map((row) => row.id));
}

function checkIds(ids: string[]): void {
  if (ids.some((id) => id === '' || id.trim() !== id))
    throw invalid('Ids are not empty and have no outer spaces.');
  if (new Set(ids).size < ids.length) throw invalid('Duplicate ids are not allowed.');
}
