import type { FastifyInstance, FastifyReply } from 'fastify';
import { z } from 'zod/v4';
import { FaultsInput } from '../faults';
import { changeNumber, existingPerson, setMarketing, upsertPersons } from '../patient/account';
import { ControlError, reply, type Reply } from '../patient/answers';
import { readChat } from '../patient/delivery';
import { PersonInput } from '../patient/persons';
import { handshake } from '../webhooks/handshake';
import type { World } from '../world';
import { personView, personViews, shownChat, tallyOf } from './views';

const OnePerson = z.object({ person: z.string() });
const Persons = z.union([z.array(PersonInput), PersonInput.transform((person) => [person])]);
const Webhook = z.object({ url: z.url(), verify: z.boolean().default(false) });
const Advance = z.object({ advanceMs: z.number().min(0) });
const Preference = z.object({
  person: z.string(),
  value: z.enum(['stop', 'resume']),
  phoneNumberId: z.string().optional(),
});
const NumberChange = z.object({ person: z.string(), to: z.string() });
const Throughput = z.object({ phoneNumberId: z.string(), perSecond: z.number().positive() });
const TemplateStatusChange = z.object({
  name: z.string(),
  language: z.string().optional(),
  status: z.enum(['APPROVED', 'REJECTED', 'PAUSED', 'DISABLED']),
});

/**
 * What a test or the phone page does to the simulator, as JSON under `/simulator/*`. There is no token: it listens
 * on 127.0.0.1 and takes JSON only, which a foreign web page cannot send without asking first.
 */
export function controlRoutes(app: FastifyInstance, world: World): void {
  app.setErrorHandler((error, _request, answer) => explain(error, answer));
  readRoutes(app, world);
  personRoutes(app, world);
  machineRoutes(app, world);
}

function explain(error: unknown, answer: FastifyReply): FastifyReply {
  if (error instanceof ControlError) return answer.code(409).send({ error: error.message });
  if (error instanceof z.ZodError) {
    const problems = error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
    return answer.code(400).send({ error: problems.join('; ') });
  }
  const status = (error as { statusCode?: number }).statusCode ?? 500;
  return answer.code(status).send({ error: error instanceof Error ? error.message : 'Unknown error' });
}

function readRoutes(app: FastifyInstance, world: World): void {
  app.get('/messages', () => world.store.sent());
  app.get('/tally', () => tallyOf(world));
  app.get('/persons', () => personViews(world));
  app.get<{ Querystring: { person: string } }>('/chat', ({ query }) => {
    const person = existingPerson(world, query.person);
    return { person: personView(world, person), messages: shownChat(world, person.phone) };
  });
  app.get('/templates', () => [...world.store.templates.all()]);
  app.get('/state', () => ({
    now: world.clock.now(),
    faults: world.faults,
    webhookUrl: world.webhookUrl ?? null,
    webhooksPending: world.webhooks.pending,
    numbers: world.settings.phoneNumbers,
  }));
  app.get('/events', (_request, answer) => stream(world, answer));
}

/** Server-sent events: `{ person }` after each change, so that the page fetches anew. */
function stream(world: World, answer: FastifyReply): void {
  answer.hijack();
  answer.raw.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-cache' });
  const tell = (person: string) => answer.raw.write(`data: ${JSON.stringify({ person })}\n\n`);
  tell('');
  world.events.on('change', tell);
  answer.raw.on('close', () => world.events.off('change', tell));
}

function personRoutes(app: FastifyInstance, world: World): void {
  app.post('/persons', ({ body }) =>
    upsertPersons(world, Persons.parse(body)).map((one) => personView(world, one)),
  );
  app.post('/reply', ({ body }) => ({ id: reply(world, body as Reply) }));
  app.post('/read', ({ body }) => {
    readChat(world, existingPerson(world, OnePerson.parse(body).person));
    return { success: true };
  });
  app.post('/preferences', ({ body }) => {
    const { person, value, phoneNumberId } = Preference.parse(body);
    setMarketing(world, person, value, phoneNumberId);
    return { success: true };
  });
  app.post('/number-change', ({ body }) => {
    const { person, to } = NumberChange.parse(body);
    return personView(world, changeNumber(world, person, to));
  });
}

function machineRoutes(app: FastifyInstance, world: World): void {
  app.post('/faults', ({ body }) => world.setFaults(FaultsInput.parse(body)));
  app.post('/throughput', ({ body }) => {
    const { phoneNumberId, perSecond } = Throughput.parse(body);
    const number = world.number(phoneNumberId);
    if (!number) throw new ControlError('The simulator has no such phone number id.');
    world.setThroughput(number, perSecond);
    return { success: true };
  });
  app.post('/webhook', async ({ body }) => {
    const { url, verify } = Webhook.parse(body);
    const handshaken = verify ? await handshake(url, world.settings.verifyToken) : undefined;
    if (handshaken?.ok === false)
      throw new ControlError(`The webhook address refused the handshake (${handshaken.status}).`);
    world.setWebhookUrl(url);
    return { url, verified: handshaken?.ok ?? false };
  });
  app.post('/reset', () => {
    world.reset();
    return { success: true };
  });
  app.post('/clock', ({ body }) => {
    world.advance(Advance.parse(body).advanceMs);
    return { now: world.clock.now() };
  });
  app.post('/templates', ({ body }) => {
    const { name, language, status } = TemplateStatusChange.parse(body);
    const matching = [...world.store.templates.all()].filter(
      (one) => one.name === name && (language === undefined || one.language === language),
    );
    if (matching.length === 0) throw new ControlError('There is no such template.');
    return matching.map((one) => world.templates.setStatus(one, status));
  });
}
