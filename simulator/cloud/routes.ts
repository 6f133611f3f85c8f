import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod/v4';
import type { PhoneNumber } from '../options';
import { checkMessageRules, type MessageBody } from '../validation/rules';
import type { RequestValidator } from '../validation/validator';
import { handshake } from '../webhooks/handshake';
import type { World } from '../world';
import { GraphError, unknownObject } from './errors';
import { businessAccountNode, listTemplates, paged, phoneNumberNode, templateNode, type Page } from './reads';
import { acceptMessage, markRead } from './send';

type Query = Page & { fields?: string; name?: string; status?: string; language?: string; hsm_id?: string };
type GraphRequest = FastifyRequest<{ Params: { version: string; id: string }; Querystring: Query }>;

const ReadReceipt = z.object({
  messaging_product: z.literal('whatsapp'),
  status: z.literal('read'),
  message_id: z.string().min(1),
  typing_indicator: z.object({ type: z.literal('text') }).optional(),
});

/** The Cloud API at Meta's own paths; everything under it needs the access token. */
export function cloudRoutes(app: FastifyInstance, world: World, validator: RequestValidator): void {
  app.addHook('onRequest', async (request: FastifyRequest) => authorise(world, request as GraphRequest));
  // The request is here whole: whoever dies while waiting for the answer has sent it all the same.
  app.addHook('preHandler', async () => {
    if (world.faults.latencyMs > 0) await sleep(world.faults.latencyMs);
  });
  app.setErrorHandler((error, _request, answer) => refuse(world, error, answer));
  messageRoutes(app, world, validator);
  templateRoutes(app, world);
  accountRoutes(app, world, validator);
}

function authorise(world: World, request: GraphRequest): void {
  if (!/^v\d+\.\d+$/.test(request.params.version)) {
    throw new GraphError(2500, {
      message: 'Unknown path components',
      details: 'The path starts with a version.',
    });
  }
  const token = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1];
  if (token === world.settings.accessToken) return;
  throw new GraphError(190, { message: 'Invalid OAuth access token - Cannot parse access token' });
}

/** Every refusal in Graph's shape, also those of the framework (broken JSON, wrong media type). */
function refuse(world: World, error: unknown, answer: FastifyReply): FastifyReply {
  const status = (error as { statusCode?: number }).statusCode;
  const known = error instanceof GraphError;
  const malformed = !known && status !== undefined && status < 500;
  const graph = known ? error : new GraphError(malformed ? 100 : 1, malformed ? {} : { http: 500 });
  world.refusals.set(graph.code, (world.refusals.get(graph.code) ?? 0) + 1);
  return answer.code(graph.http).send(graph.body(world.dice));
}

function messageRoutes(app: FastifyInstance, world: World, validator: RequestValidator): void {
  app.post('/messages', (request: FastifyRequest, answer) => {
    const number = numberOf(world, request as GraphRequest);
    if ((request.body as { status?: unknown } | null)?.status !== undefined) {
      markRead(world, number, readReceipt(request.body));
      return answer.send({ success: true });
    }
    validator.message(request.body);
    return send(world, number, request.body as MessageBody, 'messages', answer);
  });
  app.post('/marketing_messages', (request: FastifyRequest, answer) => {
    const number = numberOf(world, request as GraphRequest);
    validator.marketingMessage(request.body);
    return send(world, number, request.body as MessageBody, 'marketing_messages', answer);
  });
}

function readReceipt(body: unknown): string {
  const parsed = ReadReceipt.safeParse(body);
  if (parsed.success) return parsed.data.message_id;
  throw new GraphError(131009, {
    details: `Param ${parsed.error.issues[0]?.path.join('.') ?? 'body'} is not valid.`,
  });
}

function send(
  world: World,
  number: PhoneNumber,
  body: MessageBody,
  endpoint: 'messages' | 'marketing_messages',
  answer: FastifyReply,
): FastifyReply {
  const { faults, dice } = world;
  if (dice.chance(faults.errorShare)) throw new GraphError(2);
  if (faults.refuse && dice.chance(faults.refuse.share)) throw new GraphError(faults.refuse.code);
  checkMessageRules(body);
  const accepted = acceptMessage(world, number, body, endpoint);
  accepted.announce();
  if (dice.chance(faults.cutShare)) {
    answer.hijack();
    answer.raw.destroy();
    return answer;
  }
  return answer.send(accepted.response);
}

function templateRoutes(app: FastifyInstance, world: World): void {
  app.get('/message_templates', (request: FastifyRequest) => {
    const { query, params } = request as GraphRequest;
    return listTemplates(world, accountOf(world, params.id), query, addressOf(request));
  });
  app.post('/message_templates', (request: FastifyRequest) => {
    const account = accountOf(world, (request as GraphRequest).params.id);
    const { id, status, category } = world.templates.create(account, request.body);
    return { id, status, category };
  });
  app.delete('/message_templates', (request: FastifyRequest) => {
    const { query, params } = request as GraphRequest;
    const removed = world.templates.remove(accountOf(world, params.id), query.name ?? '', query.hsm_id);
    if (removed === 0) throw new GraphError(100, { subcode: 2593002, details: 'There is no such template.' });
    return { success: true };
  });
}

function accountRoutes(app: FastifyInstance, world: World, validator: RequestValidator): void {
  app.get('/', (request: FastifyRequest) => readNode(world, request as GraphRequest));
  app.get('/phone_numbers', (request: FastifyRequest) => {
    const { params, query } = request as GraphRequest;
    const numbers = world
      .numbersOf(accountOf(world, params.id))
      .map((one) => phoneNumberNode(one, query.fields));
    return paged(numbers, query, addressOf(request));
  });
  app.get('/subscribed_apps', (request: FastifyRequest) => {
    const id = accountOf(world, (request as GraphRequest).params.id);
    const subscription = world.store.subscriptions.get(id);
    const app = { id: '100000000000001', name: 'CareCampaign', link: 'https://clinic.example/' };
    const override =
      subscription?.callbackUrl === undefined ? {} : { override_callback_uri: subscription.callbackUrl };
    return { data: subscription ? [{ whatsapp_business_api_data: app, ...override }] : [] };
  });
  app.post('/subscribed_apps', async (request: FastifyRequest) => {
    const id = accountOf(world, (request as GraphRequest).params.id);
    const body = (request.body ?? {}) as { override_callback_uri?: string; verify_token?: string };
    validator.subscription(body);
    await subscribe(world, id, body.override_callback_uri, body.verify_token ?? '');
    return { success: true };
  });
  app.delete('/subscribed_apps', (request: FastifyRequest) => {
    world.store.subscriptions.delete(accountOf(world, (request as GraphRequest).params.id));
    return { success: true };
  });
}

/** An override is taken only from an address that answers the handshake, as Meta does it. */
async function subscribe(
  world: World,
  id: string,
  callbackUrl: string | undefined,
  token: string,
): Promise<void> {
  if (callbackUrl !== undefined && !(await handshake(callbackUrl, token)).ok) {
    throw new GraphError(100, {
      subcode: 2200,
      details: 'The callback URL or verify token could not be validated.',
    });
  }
  world.store.subscriptions.put(id, { callbackUrl });
  world.webhooks.dispatch();
}

function readNode(world: World, request: GraphRequest): object {
  const { id } = request.params;
  const { fields } = request.query;
  const number = world.number(id);
  if (number) return phoneNumberNode(number, fields);
  if (world.numbersOf(id).length > 0) return businessAccountNode(id, fields);
  const template = world.store.templates.get(id);
  if (template) return templateNode(template, fields);
  const media = world.store.media.get(id);
  if (!media) throw unknownObject(id);
  return {
    messaging_product: 'whatsapp',
    id,
    url: new URL(`/media/${id}`, addressOf(request)).toString(),
    mime_type: media.mimeType,
    sha256: media.sha256,
    file_size: String(Buffer.from(media.base64, 'base64').length),
  };
}

function numberOf(world: World, { params }: GraphRequest): PhoneNumber {
  const number = world.number(params.id);
  if (!number) throw unknownObject(params.id);
  return number;
}

function accountOf(world: World, id: string): string {
  if (world.numbersOf(id).length === 0) throw unknownObject(id);
  return id;
}

const addressOf = (request: FastifyRequest): URL =>
  new URL(request.url, `${request.protocol}://${request.host}`);

/** The address that a media read gives; it needs the token too. */
export function mediaRoute(app: FastifyInstance, world: World): void {
  app.get<{ Params: { id: string } }>('/media/:id', (request, answer) => {
    if (request.headers.authorization !== `Bearer ${world.settings.accessToken}`)
      return answer.code(401).send();
    const media = world.store.media.get(request.params.id);
    if (!media) return answer.code(404).send();
    return answer.type(media.mimeType).send(Buffer.from(media.base64, 'base64'));
  });
}
