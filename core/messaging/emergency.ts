import { parsePhoneNumberFromString, type CountryCode } from 'libphonenumber-js';
import type { PersonRef, Recipient } from '../registry/types';
import { renderTemplate } from '../templates/render';
import type { RenderedMessage } from '../templates/types';
import type { Dispatch, DispatchResult, Provider } from './types';

export type EmergencyText = (language: RenderedMessage['language']) => RenderedMessage | null;

/** The catalogue's emergency text in a language: fixed, without variables. Null where there is none. */
export const emergencyText: EmergencyText = (language) => {
  const rendered = renderTemplate('emergency', language, {}, { now: 0, allowedDomains: [] });
  return rendered.ok ? rendered.message : null;
};

/** A pseudonym cannot be resolved without the registry. */
function addressOf(person: PersonRef): Recipient | null {
  if ('bsuid' in person) return { kind: 'bsuid', bsuid: person.bsuid };
  if (!('phone' in person)) return null;
  const number = parsePhoneNumberFromString(person.phone, person.country as CountryCode | undefined);
  return number?.isPossible() ? { kind: 'phone', e164: number.number } : null;
}

/**
 * The one message that leaves without the registry's yes: somebody wrote about an emergency while the registry
 * was down. It takes the words from the catalogue, never from the item, and answers a message only.
 */
export async function answerEmergency(
  { request, message }: Dispatch,
  textOf: EmergencyText,
  provider: Provider,
): Promise<DispatchResult | null> {
  if (request.basis.kind !== 'reply' || message.template !== 'emergency') return null;
  const to = addressOf(request.person);
  const text = textOf(message.language);
  if (!to || text?.parameters.length !== 0) return null;
  const outboxId = `unrecorded:${request.basis.eventId}`;
  const outcome = await provider.send({ outboxId, to, message: text, as: 'reply' });
  return outcome.state === 'accepted' ? { sent: true, outboxId, contactRef: '', state: 'accepted' } : null;
}
