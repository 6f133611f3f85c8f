import { contentOf } from '../cloud/content';
import { GraphError } from '../cloud/errors';
import { messageId } from '../model/identity';
import type { Content, SentMessage, Template } from '../model/types';
import { deliverWaiting, settle } from '../patient/delivery';
import { findOrAddPerson } from '../patient/persons';
import { fillTemplate, type SendComponent } from '../templates/fill';
import { timeToLive } from '../templates/library';
import type { MessageBody } from '../validation/rules';
import type { World } from '../world';
import type { Product } from './line';

const SERVICE_WINDOW = 24 * 3_600_000;

/** A message as any of the three products takes it. */
export interface Asked {
  readonly product: Product;
  /** E.164. */
  readonly phone: string;
  readonly template?: {
    readonly name: string;
    readonly language: string;
    readonly components: SendComponent[];
  };
  /** Meta's shape of a message that is no template. */
  readonly body?: MessageBody;
  /** As it came, without keys. */
  readonly request: Record<string, unknown>;
}

interface Draft {
  readonly content: Content;
  readonly template?: Template;
  readonly variables: string[];
}

function draftOf(world: World, { product, phone, template, body }: Asked): Draft {
  if (!template) {
    if (product !== 'sendAppCloud' && !windowOpen(world, product, phone)) throw new GraphError(131047);
    return { content: contentOf(body ?? {}, body?.type ?? 'text'), variables: [] };
  }
  const account = world.settings.phoneNumbers[0]?.businessAccountId ?? '';
  const found = world.templates.find(account, template.name, template.language);
  if (found?.status !== 'APPROVED') throw new GraphError(132001);
  return { template: found, ...fillTemplate(found, template.components) };
}

function windowOpen(world: World, product: Product, phone: string): boolean {
  const last = world.store.inboundAt.get(`${product} ${phone}`);
  return last !== undefined && world.clock.now() - last < SERVICE_WINDOW;
}

/**
 * Takes a message over. Unlike Meta, SendApp tells at once what it can tell at all: there is no status to come.
 * @throws GraphError whose code the answer passes on in words
 */
export function acceptBySendApp(world: World, asked: Asked): SentMessage {
  const person = findOrAddPerson(world, asked.phone);
  const { content, template, variables } = draftOf(world, asked);
  const at = world.clock.now();
  const message: SentMessage = {
    direction: 'out',
    id: asked.product === 'sendAppCloud' ? `3EB0${world.dice.hex(10)}` : messageId(world.dice),
    at,
    phoneNumberId: asked.product,
    person: person.phone,
    endpoint: 'messages',
    type: template ? 'template' : (asked.body?.type ?? 'text'),
    request: asked.request,
    template: template && {
      name: template.name,
      language: template.language,
      category: template.category,
      variables,
    },
    byUserId: false,
    content,
    status: 'accepted',
    history: [{ status: 'accepted', at }],
    expiresAt: at + timeToLive(template, 'messages') * 1000,
  };
  world.store.putMessage(message);
  if (!person.onWhatsApp) {
    settle(world, message, 'failed', 131026);
    return message;
  }
  settle(world, message, 'sent');
  deliverWaiting(world, person);
  return message;
}
