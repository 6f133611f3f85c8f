import type { InboundEvent } from '../../../registry/types';
import { digest } from './digest';
import type { MetaMessage, MetaValue } from './webhookSchema';

interface Handles {
  readonly waId?: string;
  readonly bsuid?: string;
}

export function handles(waId: string | undefined, bsuid: string | undefined): Handles {
  return { ...(waId === undefined ? {} : { waId }), ...(bsuid === undefined ? {} : { bsuid }) };
}

interface Words {
  readonly text: string | null;
  readonly payload: string | null;
}

/** What no person has typed, and what says nothing about their answer. */
const FLOW_TOKEN = 'flow_token';

/** The answers of a Flow; its field names are the clinic's own and would be read as words of the person. */
function flowAnswers(json: string): string {
  try {
    const answers = JSON.parse(json) as unknown;
    if (typeof answers !== 'object' || answers === null) return json;
    const said = Object.entries(answers).filter(([name]) => name !== FLOW_TOKEN);
    return said.flatMap(([, value]) => (typeof value === 'string' ? [value] : [])).join('\n');
  } catch {
    return json;
  }
}

/** What the person wrote or tapped. Anything that we cannot read leaves null, so that a person looks. */
function wordsOf(message: MetaMessage): Words {
  const { button, interactive, reaction, location, order } = message;
  const tap = interactive?.button_reply ?? interactive?.list_reply;
  if (button) return { text: button.text ?? null, payload: button.payload ?? null };
  if (tap) return { text: tap.title ?? null, payload: tap.id };
  const flow = interactive?.nfm_reply?.response_json;
  const place = [location?.name, location?.address].filter((line) => line).join(', ');
  const spoken =
    message.text?.body ??
    (flow ? flowAnswers(flow) : undefined) ??
    mediaOf(message)?.caption ??
    reaction?.emoji ??
    order?.text;
  return { text: spoken ?? (place === '' ? null : place), payload: null };
}

const mediaOf = ({ image, video, audio, document, sticker }: MetaMessage) =>
  image ?? video ?? audio ?? document ?? sticker;

/** A contact card is not what the person says, but the staff has to see whom it names. */
function cardsOf({ contacts = [] }: MetaMessage): string | null {
  const lines = contacts.map(({ name, phones = [] }) =>
    [name?.formatted_name, ...phones.map(({ phone, wa_id: waId }) => phone ?? waId)]
      .filter((entry) => entry)
      .join(', '),
  );
  const shown = lines.filter((line) => line !== '').join('\n');
  return shown === '' ? null : shown;
}

type Message = Extract<InboundEvent, { kind: 'message' }>;

function formOf(message: MetaMessage): Message['form'] {
  if (message.type === 'unsupported' || message.type === 'unknown' || message.errors) return 'unsupported';
  return message.reaction && !message.reaction.emoji ? 'reactionRemoved' : undefined;
}

/** The parts that few messages have; absent ones leave no key. */
function rareParts(message: MetaMessage): Pick<Message, 'ad' | 'form' | 'forwarded' | 'shown'> {
  const { referral, context } = message;
  const form = formOf(message);
  const shown = cardsOf(message);
  return {
    ...(referral ? { ad: { type: referral.source_type, id: referral.source_id } } : {}),
    ...(form ? { form } : {}),
    ...(context?.forwarded || context?.frequently_forwarded ? { forwarded: true } : {}),
    ...(shown === null ? {} : { shown }),
  };
}

/** With a username adopted, `from` can be absent; the block `contacts` then still names the person. */
function senderOf(message: MetaMessage, value: MetaValue): Handles {
  const only = value.contacts?.length === 1 ? value.contacts[0] : undefined;
  return handles(message.from ?? only?.wa_id, message.from_user_id ?? only?.user_id);
}

/** WhatsApp itself speaks, not the person: only a new identity concerns us. */
function systemEvents(message: MetaMessage, phoneNumberId: string): InboundEvent[] {
  const { system } = message;
  if (system?.type !== 'user_changed_number' && system?.type !== 'user_changed_user_id') return [];
  return [
    {
      kind: 'identity',
      dedupeKey: digest(message.id),
      phoneNumberId,
      from: handles(message.from, message.from_user_id),
      at: message.timestamp,
      next: handles(system.wa_id ?? system.new_wa_id, system.user_id),
    },
  ];
}

export function messageEvents(message: MetaMessage, value: MetaValue): InboundEvent[] {
  const phoneNumberId = value.metadata.phone_number_id;
  if (message.type === 'system') return systemEvents(message, phoneNumberId);
  const media = mediaOf(message);
  return [
    {
      kind: 'message',
      dedupeKey: digest(message.id),
      phoneNumberId,
      messageId: message.id,
      from: senderOf(message, value),
      at: message.timestamp,
      ...wordsOf(message),
      contextId: message.context?.id ?? message.reaction?.message_id ?? null,
      mediaIds: media ? [media.id] : [],
      ...rareParts(message),
    },
  ];
}
