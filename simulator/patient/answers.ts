import { createHash } from 'node:crypto';
import { z } from 'zod/v4';
import { messageId } from '../model/identity';
import type { InboundMessage, Person, SentMessage, ShownButton } from '../model/types';
import type { PhoneNumber } from '../options';
import { inboundValue } from '../webhooks/payloads';
import type { World } from '../world';
import { deliverWaiting, readChat } from './delivery';
import { findOrAddPerson } from './persons';

const Reply = z.strictObject({
  /** E.164. */
  person: z.string(),
  /** Default: the number that wrote last, else the first one. */
  phoneNumberId: z.string().optional(),
  text: z.string().min(1).max(65_536).optional(),
  /** Id of the message whose button or row is tapped; default: the last one that has any. */
  buttonOf: z.string().optional(),
  /** Position among its tappable buttons, from 0; URL and phone buttons count and cannot be answered with. */
  buttonIndex: z.int().min(0).optional(),
  /** Label of the button, instead of its position. */
  button: z.string().optional(),
  /** Id of a list's row. */
  rowId: z.string().optional(),
  media: z
    .object({
      type: z.enum(['image', 'audio', 'video', 'document', 'sticker']),
      mimeType: z.string().default('image/jpeg'),
      caption: z.string().optional(),
      filename: z.string().optional(),
      base64: z.string().default(''),
    })
    .optional(),
  location: z.object({ latitude: z.number(), longitude: z.number(), name: z.string().optional() }).optional(),
  /** An empty emoji takes the reaction back. */
  reaction: z.object({ messageId: z.string(), emoji: z.string() }).optional(),
});

/** What a person sends: exactly one of text, button, row, media, location or reaction. */
export type Reply = z.input<typeof Reply>;
type Parsed = z.output<typeof Reply>;

/** The control interface was asked for something impossible; the message says what. */
export class ControlError extends Error {
  override name = 'ControlError';
}

interface Answer {
  type: string;
  text: string;
  contextId?: string | undefined;
  fields: Record<string, unknown>;
}

/**
 * Let a person answer. The chat becomes read, the service window opens, and a signed webhook goes out.
 * @returns the id of the inbound message.
 * @throws ControlError if there is nothing to tap or nothing was said; zod's error if malformed.
 */
export function reply(world: World, input: Reply): string {
  const parsed = Reply.parse(input);
  const person = findOrAddPerson(world, parsed.person);
  if (!person.onWhatsApp) throw new ControlError('This person is not on WhatsApp.');
  const number = numberFor(world, person, parsed.phoneNumberId);
  const answer = answerOf(world, person, number, parsed);
  comeOnline(world, person);
  readChat(world, person, number.phoneNumberId);
  return receive(world, person, number, answer);
}

function comeOnline(world: World, person: Person): void {
  if (person.online) return;
  const awake = { ...person, online: true };
  world.store.persons.put(person.phone, awake);
  deliverWaiting(world, awake);
}

function receive(world: World, person: Person, number: PhoneNumber, answer: Answer): string {
  const { type, text, contextId, fields } = answer;
  const [id, at] = [messageId(world.dice), world.clock.now()];
  const message: InboundMessage = {
    direction: 'in',
    id,
    at,
    phoneNumberId: number.phoneNumberId,
    person: person.phone,
    type,
    text,
    contextId,
  };
  world.store.putMessage(message);
  world.store.inboundAt.put(`${number.phoneNumberId} ${person.phone}`, at);
  // Inbound messages count against the number's throughput too (reference, section 17.1).
  world.throughput.get(number.phoneNumberId)?.spend('');
  if (world.sendApp.number(number.phoneNumberId)) {
    world.sendApp.heard(
      { id, at, type, text, contextId, payload: payloadOf(fields) },
      person,
      number.phoneNumberId,
    );
  } else {
    world.webhooks.enqueue({
      businessAccountId: number.businessAccountId,
      field: 'messages',
      key: person.phone,
      value: inboundValue({ id, at, type, fields }, person, number),
    });
  }
  world.events.emit('change', person.phone);
  return id;
}

/** What a tap sends back, whichever kind of button it was. */
function payloadOf({ button, interactive }: Record<string, unknown>): string | undefined {
  const { button_reply: reply } = (interactive ?? {}) as { button_reply?: { id: string } };
  return (button as { payload: string } | undefined)?.payload ?? reply?.id;
}

function numberFor(world: World, person: Person, phoneNumberId: string | undefined): PhoneNumber {
  const last = phoneNumberId ?? world.store.chat(person.phone).at(-1)?.phoneNumberId;
  const number =
    last === undefined ? world.settings.phoneNumbers[0] : (world.number(last) ?? world.sendApp.number(last));
  if (!number) throw new ControlError('The simulator has no such phone number id.');
  return number;
}

function answerOf(world: World, person: Person, number: PhoneNumber, input: Parsed): Answer {
  if (input.text !== undefined)
    return { type: 'text', text: input.text, fields: { text: { body: input.text } } };
  if (input.rowId !== undefined) return rowAnswer(world, person, number, input.rowId, input.buttonOf);
  if (input.buttonIndex !== undefined || input.button !== undefined)
    return buttonAnswer(world, person, number, input);
  if (input.media) return mediaAnswer(world, input.media);
  if (input.location)
    return {
      type: 'location',
      text: input.location.name ?? 'Location',
      fields: { location: input.location },
    };
  if (input.reaction) return reactionAnswer(input.reaction);
  throw new ControlError('A reply needs text, buttonIndex, button, rowId, media, location or reaction.');
}

const quoting = (number: PhoneNumber, id: string): Record<string, unknown> => ({
  context: { from: number.displayPhoneNumber.replace(/\D/g, ''), id },
});

function tapped(
  world: World,
  person: Person,
  number: PhoneNumber,
  id: string | undefined,
  can: (message: SentMessage) => boolean,
): SentMessage {
  const visible = world.store
    .chat(person.phone)
    .filter((message): message is SentMessage => message.direction === 'out')
    .filter((message) => message.phoneNumberId === number.phoneNumberId && isVisible(message));
  const found = visible.findLast((message) => (id === undefined || message.id === id) && can(message));
  if (!found) throw new ControlError('This person has no message with such a button.');
  return found;
}

/** A person offline sees what waits once they are back, unless its time is over. */
const isVisible = ({ status }: SentMessage): boolean => status !== 'failed' && status !== 'expired';

function buttonAnswer(world: World, person: Person, number: PhoneNumber, input: Parsed): Answer {
  const pick = ({ content }: SentMessage): ShownButton | undefined =>
    input.buttonIndex === undefined
      ? content.buttons.find((button) => button.text === input.button)
      : content.buttons[input.buttonIndex];
  const message = tapped(world, person, number, input.buttonOf, (one) => pick(one) !== undefined);
  const button = pick(message);
  const context = quoting(number, message.id);
  if (button?.kind === 'quickReply') {
    const { text, payload } = button;
    return { type: 'button', text, contextId: message.id, fields: { ...context, button: { payload, text } } };
  }
  if (button?.kind === 'reply') {
    const interactive = { type: 'button_reply', button_reply: { id: button.id, title: button.text } };
    return {
      type: 'interactive',
      text: button.text,
      contextId: message.id,
      fields: { ...context, interactive },
    };
  }
  throw new ControlError('This button opens something and sends no answer.');
}

function rowAnswer(
  world: World,
  person: Person,
  number: PhoneNumber,
  rowId: string,
  messageOf?: string,
): Answer {
  const pick = ({ content }: SentMessage) =>
    content.list?.sections.flatMap((section) => section.rows).find((row) => row.id === rowId);
  const message = tapped(world, person, number, messageOf, (one) => pick(one) !== undefined);
  const { id, title = '', description = '' } = pick(message) ?? {};
  const interactive = { type: 'list_reply', list_reply: { id, title, description } };
  return {
    type: 'interactive',
    text: title,
    contextId: message.id,
    fields: { ...quoting(number, message.id), interactive },
  };
}

function mediaAnswer(world: World, media: NonNullable<Parsed['media']>): Answer {
  const id = world.dice.digits();
  const sha256 = createHash('sha256').update(Buffer.from(media.base64, 'base64')).digest('base64');
  world.store.media.put(id, { id, mimeType: media.mimeType, base64: media.base64, sha256 });
  const { caption, filename } = media;
  return {
    type: media.type,
    text: caption ?? filename ?? media.type,
    fields: { [media.type]: { id, mime_type: media.mimeType, sha256, caption, filename } },
  };
}

const reactionAnswer = ({ messageId: id, emoji }: { messageId: string; emoji: string }): Answer => ({
  type: 'reaction',
  text: emoji,
  contextId: id,
  fields: { reaction: emoji === '' ? { message_id: id } : { message_id: id, emoji } },
});
