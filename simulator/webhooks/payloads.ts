import { statusError } from '../cloud/errors';
import { userIdOf, waIdOf } from '../model/identity';
import type { MessageStatus, Person, SentMessage } from '../model/types';
import type { PhoneNumber } from '../options';

/* `changes[].value` of each kind of webhook (reference, sections 12 to 14). */

const seconds = (milliseconds: number): string => String(Math.floor(milliseconds / 1000));

const head = (number: PhoneNumber): Record<string, unknown> => ({
  messaging_product: 'whatsapp',
  metadata: {
    display_phone_number: number.displayPhoneNumber.replace(/\D/g, ''),
    phone_number_id: number.phoneNumberId,
  },
});

/** The phone is left out for a person who hides it behind a username; the BSUID is always there. */
const contact = (person: Person, number: PhoneNumber): Record<string, unknown> => ({
  profile: { name: person.name },
  ...(person.hidesPhone ? {} : { wa_id: waIdOf(person.phone) }),
  user_id: userIdOf(person.phone, number.portfolioId),
});

export function statusValue(
  message: SentMessage,
  status: MessageStatus,
  at: number,
  person: Person,
  number: PhoneNumber,
): Record<string, unknown> {
  const failed = status === 'failed';
  const withPhone = !person.hidesPhone || (failed && !message.byUserId);
  return {
    ...head(number),
    ...(failed ? {} : { contacts: [contact(person, number)] }),
    statuses: [
      {
        id: message.id,
        status,
        timestamp: seconds(at),
        ...(withPhone ? { recipient_id: waIdOf(person.phone) } : {}),
        ...(failed && !message.byUserId
          ? {}
          : { recipient_user_id: userIdOf(person.phone, number.portfolioId) }),
        ...(message.callbackData === undefined ? {} : { biz_opaque_callback_data: message.callbackData }),
        ...(status === 'sent' ? { pricing: pricing(message) } : {}),
        ...(failed ? { errors: [statusError(message.errorCode ?? 131000)] } : {}),
      },
    ],
  };
}

/** Only on the first status: "the object appears once". All kinds are charged since October 2026. */
function pricing(message: SentMessage): Record<string, unknown> {
  const category = message.endpoint === 'marketing_messages' ? 'marketing_lite' : message.template?.category;
  return {
    billable: true,
    pricing_model: 'PMP',
    category: (category ?? 'service').toLowerCase(),
    type: 'regular',
  };
}

export interface Inbound {
  id: string;
  at: number;
  type: string;
  /** The object named like `type`, and `context` or the like. */
  fields: Record<string, unknown>;
}

export function inboundValue(inbound: Inbound, person: Person, number: PhoneNumber): Record<string, unknown> {
  return {
    ...head(number),
    contacts: [contact(person, number)],
    messages: [
      {
        ...(person.hidesPhone ? {} : { from: waIdOf(person.phone) }),
        from_user_id: userIdOf(person.phone, number.portfolioId),
        id: inbound.id,
        timestamp: seconds(inbound.at),
        type: inbound.type,
        ...inbound.fields,
      },
    ],
  };
}

/** System messages have no `contacts`. */
export function numberChangeValue(
  id: string,
  at: number,
  person: Person,
  newPhone: string,
  number: PhoneNumber,
): Record<string, unknown> {
  const [from, to] = [waIdOf(person.phone), waIdOf(newPhone)];
  return {
    ...head(number),
    messages: [
      {
        from,
        id,
        timestamp: seconds(at),
        type: 'system',
        system: {
          body: `User ${person.name} changed from ${from} to ${to}`,
          wa_id: to,
          user_id: userIdOf(newPhone, number.portfolioId),
          type: 'user_changed_number',
        },
      },
    ],
  };
}

export function preferenceValue(
  wish: 'stop' | 'resume',
  at: number,
  person: Person,
  number: PhoneNumber,
): Record<string, unknown> {
  return {
    ...head(number),
    contacts: [contact(person, number)],
    user_preferences: [
      {
        ...(person.hidesPhone ? {} : { wa_id: waIdOf(person.phone) }),
        user_id: userIdOf(person.phone, number.portfolioId),
        detail:
          wish === 'stop'
            ? 'User requested to stop marketing messages'
            : 'User requested to resume marketing messages',
        category: 'marketing_messages',
        value: wish,
        // An integer here, a string in every other webhook (reference, section 14).
        timestamp: Math.floor(at / 1000),
      },
    ],
  };
}
