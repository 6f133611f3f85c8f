import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { GraphError } from '../cloud/errors';
import type { SentMessage } from '../model/types';
import type { World } from '../world';
import { acceptBySendApp, type Asked } from './accept';
import { agentRequest, apiv3Template, apiv3Text, cloudRequest, officialRequest } from './requests';
import { SendAppChange } from './settings';

type Fields = Readonly<Record<string, unknown>>;

const PAGE = '<!doctype html><title>SendApp</title><p>Sign in to continue.</p>';
const fieldsOf = (value: unknown): Fields =>
  typeof value === 'object' && value !== null ? (value as Fields) : {};
const bearerOf = ({ headers }: FastifyRequest): string | undefined =>
  /^Bearer (.+)$/.exec(headers.authorization ?? '')?.[1];

const denied = (answer: FastifyReply): FastifyReply =>
  answer.code(401).send({ status: 'error', message: 'Unauthorized' });
/** SendApp's way to say no: the status is 200. */
const no = (answer: FastifyReply, message: string): FastifyReply => answer.send({ status: 'error', message });

/** Answers one send as the simulator is set to, with the product's own success body. */
async function send(
  world: World,
  answer: FastifyReply,
  asked: Asked | null,
  success: (message: SentMessage, withId: boolean) => object,
): Promise<FastifyReply> {
  const { answer: way, code } = world.sendApp.behaviour;
  await sleep(world.faults.latencyMs);
  if (way === 'page') return answer.type('text/html').send(PAGE);
  if (way === 'sessionGone') return no(answer, 'Instance ID Invalidated');
  if (way === 'refuse') return no(answer, `(#${code}) Message was not sent`);
  if (asked === null) return no(answer, 'A parameter is missing or invalid');
  const result = tried(world, asked);
  if (result instanceof GraphError) return no(answer, `(#${result.code}) ${result.message}`);
  if (way !== 'cut') return answer.send(success(result, way !== 'noId'));
  answer.hijack();
  answer.raw.destroy();
  return answer;
}

function tried(world: World, asked: Asked): SentMessage | GraphError {
  try {
    return acceptBySendApp(world, asked);
  } catch (error) {
    if (error instanceof GraphError) return error;
    throw error;
  }
}

function agentRoutes(app: FastifyInstance, world: World): void {
  const { apiKey, accountToken } = world.settings.sendApp;
  app.post('/api/whatsapp-meta/send', ({ body }, answer) => {
    const { apikey, token } = fieldsOf(body);
    if (apikey !== apiKey || token !== accountToken) return denied(answer);
    return send(world, answer, agentRequest(body), ({ id }, withId) => ({
      status: 'success',
      ...(withId ? { message_id: id } : {}),
    }));
  });
  app.get('/api/get_tokens', (request, answer) => {
    const key = request.headers['x-api-key'] ?? fieldsOf(request.query).apikey;
    return key === apiKey ? { data: [{ name: 'Example Clinic', token: accountToken }] } : denied(answer);
  });
}

function officialRoutes(app: FastifyInstance, world: World): void {
  const { accessToken } = world.settings.sendApp;
  const wrapped = ({ id }: SentMessage, withId: boolean) => ({
    statusCode: 200,
    data: withId ? { messaging_product: 'whatsapp', messages: [{ id }] } : {},
  });
  app.post('/api/send/template', (request, answer) =>
    bearerOf(request) === accessToken
      ? send(world, answer, officialRequest(request.body), wrapped)
      : denied(answer),
  );
  app.get('/apiv3/send/text', (request, answer) =>
    bearerOf(request) === accessToken
      ? send(world, answer, apiv3Text(request.query), wrapped)
      : denied(answer),
  );
  app.get('/apiv3/send/template', (request, answer) =>
    bearerOf(request) === accessToken
      ? send(world, answer, apiv3Template(world, request.query), wrapped)
      : denied(answer),
  );
  app.get('/apiv3/templates', (request, answer) => {
    if (bearerOf(request) !== accessToken) return denied(answer);
    const data = [...world.store.templates.all()].map(({ id, name, language }) => ({ id, name, language }));
    return answer.send({ data });
  });
  app.get('/apiv3/health', () => ({ status: 'ok' }));
}

function cloudRoutes(app: FastifyInstance, world: World): void {
  const { accessToken, instanceId } = world.settings.sendApp;
  const known = (fields: Fields): boolean =>
    fields.access_token === accessToken && fields.instance_id === instanceId;
  app.post('/api/send', ({ body }, answer) =>
    known(fieldsOf(body))
      ? send(world, answer, cloudRequest(body), ({ id }, withId) => ({
          status: 'success',
          message: 'Success',
          ...(withId ? { data: { key: { id } } } : {}),
        }))
      : no(answer, 'The access token does not exist'),
  );
  app.route<{ Querystring: { webhook_url?: string } }>({
    method: ['GET', 'POST'],
    url: '/api/set_webhook',
    handler: ({ query, body }, answer) => {
      const fields = { ...query, ...fieldsOf(body) };
      if (!known(fields)) return no(answer, 'The access token does not exist');
      world.sendApp.change({ webhookUrl: String(fields.webhook_url) });
      return answer.send({ status: 'success', message: 'Success' });
    },
  });
  app.get('/api/v2/whatsapp/accounts', (request, answer) => {
    if (bearerOf(request) !== accessToken) return denied(answer);
    const gone = world.sendApp.behaviour.answer === 'sessionGone';
    return {
      data: [{ instance_id: instanceId, name: 'Example Clinic', status: gone ? 'close' : 'connected' }],
    };
  });
}

/** SendApp's three products at their own paths, on the same host as Meta's. */
export function sendAppRoutes(app: FastifyInstance, world: World): void {
  agentRoutes(app, world);
  officialRoutes(app, world);
  cloudRoutes(app, world);
}

/** `GET` and `POST /simulator/sendapp`: how the three behave. */
export function sendAppControl(app: FastifyInstance, world: World): void {
  app.get('/sendapp', () => world.sendApp.behaviour);
  app.post('/sendapp', ({ body }) => world.sendApp.change(SendAppChange.parse(body)));
}
