import { countryOf, messageId, recipientOf, userIdOf, waIdOf } from '../model/identity';
import type { Content, Person, SentMessage, Template } from '../model/types';
import type { PhoneNumber } from '../options';
import { deliverWaiting, settle } from '../patient/delivery';
import { findByUserId, findOrAddPerson } from '../patient/persons';
import { fillTemplate, type SendComponent } from '../templates/fill';
import { timeToLive } from '../templates/library';
import type { MessageBody } from '../validation/rules';
import type { World } from '../world';
import { contentOf } from './content';
import { GraphError } from './errors';

const SERVICE_WINDOW = 24 * 3_600_000;

interface TemplateRequest {
  name: string;
  language: { code: string };
  components?: SendComponent[];
}

type Endpoint = SentMessage['endpoint'];

/** What the request asks for, once everything that Meta checks at once has passed. */
interface Draft {
  person: Person;
  type: string;
  content: Content;
  template?: Template | undefined;
  variables: string[];
}

/** Accepted; `announce` starts the statuses and is called once the answer is on its way. */
export interface Accepted {
  message: SentMessage;
  response: Record<string, unknown>;
  announce: () => void;
}

/**
 * Accept a message as `POST /{Phone-Number-ID}/messages` or `…/marketing_messages` does.
 * The body has passed the schema. What Meta learns only later (not on WhatsApp, marketing stopped, service window
 * closed) becomes a `failed` status of an accepted message; the rest is refused here.
 * @throws GraphError
 */
export function acceptMessage(
  world: World,
  number: PhoneNumber,
  body: MessageBody,
  endpoint: Endpoint,
): Accepted {
  const draft = draftOf(world, number, body, endpoint);
  const contextId = hangsOn(world, number, body, draft.person);
  const failure = laterFailure(world, number, draft);
  if (failure === 131047 && world.faults.windowRefusal === 'sync') throw new GraphError(failure);
  spendRates(world, number, draft.person);
  const message = messageFrom(world, number, body, endpoint, { ...draft, contextId });
  world.store.putMessage(message);
  return {
    message,
    response: responseOf(body, number, draft),
    announce: () => announce(world, message, failure),
  };

  function responseOf(
    request: MessageBody,
    sender: PhoneNumber,
    { person, template }: Draft,
  ): Record<string, unknown> {
    const byUserId = request.to === undefined;
    return {
      messaging_product: 'whatsapp',
      contacts: [
        byUserId
          ? { input: request.recipient, user_id: userIdOf(person.phone, sender.portfolioId) }
          : { input: request.to, wa_id: waIdOf(person.phone) },
      ],
      messages: [{ id: message.id, ...(template ? { message_status: 'accepted' } : {}) }],
    };
  }
}

function draftOf(world: World, number: PhoneNumber, body: MessageBody, endpoint: Endpoint): Draft {
  const type = body.type ?? 'text';
  if (type !== 'template') {
    return { person: recipient(world, number, body), type, content: contentOf(body, type), variables: [] };
  }
  const request = body.template as TemplateRequest;
  const template = sendable(world, number, request);
  if (endpoint === 'marketing_messages' && template.category !== 'MARKETING') throw new GraphError(134100);
  if (body.to === undefined && template.category === 'AUTHENTICATION') throw new GraphError(131062);
  const { content, variables } = fillTemplate(template, request.components ?? []);
  return { person: recipient(world, number, body), type, content, template, variables };
}

function sendable(world: World, number: PhoneNumber, request: TemplateRequest): Template {
  const template = world.templates.find(number.businessAccountId, request.name, request.language.code);
  if (template?.status === 'PAUSED') throw new GraphError(132015);
  if (template?.status === 'DISABLED') throw new GraphError(132016);
  if (template?.status === 'APPROVED') return template;
  throw new GraphError(132001, {
    details: `template name (${request.name}) does not exist in ${request.language.code}`,
  });
}

/** `to` wins over `recipient` if both are there (reference, section 2). */
function recipient(world: World, number: PhoneNumber, body: MessageBody): Person {
  if (body.to !== undefined) {
    const phone = recipientOf(body.to, number.displayPhoneNumber);
    if (phone === undefined) throw new GraphError(131009, { details: 'Param to is not a phone number.' });
    if (phone.slice(1) === number.displayPhoneNumber.replace(/\D/g, '')) throw new GraphError(131021);
    return findOrAddPerson(world, phone);
  }
  const person = findByUserId(world, body.recipient ?? '', number.portfolioId);
  if (!person) throw new GraphError(131009, { details: 'Param recipient is not a known user id.' });
  return person;
}

/** The code that a status webhook will bring for a message that the API accepts. */
function laterFailure(world: World, number: PhoneNumber, { person, template }: Draft): number | undefined {
  const { fail } = world.faults;
  if (fail && world.dice.chance(fail.share)) return fail.code;
  if (!person.onWhatsApp) return 131026;
  if (!template) return windowOpen(world, number, person) ? undefined : 131047;
  if (template.category !== 'MARKETING') return undefined;
  if (person.stoppedPortfolios.includes(number.portfolioId)) return 131050;
  // By country, not by +1: marketing to the US is not delivered on any API (reference, section 5).
  return countryOf(person.phone) === 'US' ? 131049 : undefined;
}

function windowOpen(world: World, number: PhoneNumber, person: Person): boolean {
  const last = world.store.inboundAt.get(`${number.phoneNumberId} ${person.phone}`);
  return last !== undefined && world.clock.now() - last < SERVICE_WINDOW;
}

/**
 * The message that this one hangs on: a reaction's, or the quoted one.
 * @throws GraphError 131009 for a message of another chat. What Meta says of an id that nobody knows is not documented.
 */
function hangsOn(world: World, number: PhoneNumber, body: MessageBody, person: Person): string | undefined {
  const { message_id: quoted } = (body.context ?? {}) as { message_id?: string };
  const { message_id: reacted } = (body.type === 'reaction' ? body.reaction : {}) as { message_id?: string };
  const id = reacted ?? quoted;
  if (id === undefined) return undefined;
  const message = world.store.messages.get(id);
  if (!message) return id;
  if (message.person === person.phone && message.phoneNumberId === number.phoneNumberId) return id;
  throw new GraphError(131009, { details: 'Param message_id is not a message of this chat.' });
}

function spendRates(world: World, number: PhoneNumber, person: Person): void {
  if (world.throughput.get(number.phoneNumberId)?.take('') === false) throw new GraphError(130429);
  if (!world.pairs.take(`${number.phoneNumberId} ${person.phone}`)) throw new GraphError(131056);
}

function messageFrom(
  world: World,
  number: PhoneNumber,
  body: MessageBody,
  endpoint: Endpoint,
  { person, type, content, template, variables, contextId }: Draft & { contextId: string | undefined },
): SentMessage {
  const at = world.clock.now();
  return {
    direction: 'out',
    id: messageId(world.dice),
    at,
    phoneNumberId: number.phoneNumberId,
    person: person.phone,
    endpoint,
    type,
    request: body,
    callbackData: body.biz_opaque_callback_data as string | undefined,
    template: template && {
      name: template.name,
      language: template.language,
      category: template.category,
      variables,
    },
    contextId,
    byUserId: body.to === undefined,
    content,
    status: 'accepted',
    history: [{ status: 'accepted', at }],
    expiresAt: at + timeToLive(template, endpoint) * 1000,
  };
}

function announce(world: World, message: SentMessage, failure: number | undefined): void {
  if (failure !== undefined) {
    settle(world, message, 'failed', failure);
    return;
  }
  settle(world, message, 'sent');
  const person = world.store.persons.get(message.person);
  if (person) deliverWaiting(world, person);
}

/** Mark an inbound message as read, with or without showing that somebody types. */
export function markRead(world: World, number: PhoneNumber, id: string): void {
  const message = world.store.messages.get(id);
  if (message?.direction !== 'in' || message.phoneNumberId !== number.phoneNumberId) {
    throw new GraphError(131009, { details: 'Param message_id is not a message to this number.' });
  }
}
