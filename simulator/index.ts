import fastify, { type FastifyInstance } from 'fastify';
import { assetPath } from './assets';
import { cloudRoutes, mediaRoute } from './cloud/routes';
import { controlRoutes } from './control/routes';
import type { Faults, FaultsInput } from './faults';
import type { ChatMessage, Person, SentMessage, Template, TemplateStatus } from './model/types';
import { parseOptions, type SimulatorOptions } from './options';
import { changeNumber, existingPerson, setMarketing, upsertPersons } from './patient/account';
import { ControlError, reply, type Reply } from './patient/answers';
import { readChat } from './patient/delivery';
import type { PersonInput } from './patient/persons';
import { phonePage } from './page';
import { sendAppControl, sendAppRoutes } from './sendapp/routes';
import type { SendAppBehaviour, SendAppChange } from './sendapp/settings';
import { requestValidator } from './validation/validator';
import { handshake, type Handshake } from './webhooks/handshake';
import { World } from './world';

export { ControlError };
export type {
  ChatMessage,
  Faults,
  FaultsInput,
  Handshake,
  Person,
  PersonInput,
  Reply,
  SentMessage,
  SimulatorOptions,
};

/** A running stand-in for the WhatsApp Cloud API. Phones are E.164, times milliseconds since the Unix epoch. */
export interface Simulator {
  /** `http://127.0.0.1:<port>`: base URL of the Cloud API, and the phone page. */
  readonly url: string;
  readonly port: number;
  /** Accepted messages, oldest first, with their status history. */
  messages(): SentMessage[];
  /** Both sides of one person's chat, oldest first. */
  chat(phone: string): ChatMessage[];
  persons(): Person[];
  /** Add persons, or change the named fields of known ones. */
  addPersons(persons: PersonInput[]): Person[];
  /** Let a person answer. Returns the id of the inbound message. @throws ControlError if there is nothing to tap. */
  reply(input: Reply): string;
  /** The person looks at the chat: what was delivered becomes read. */
  read(phone: string): void;
  /** WhatsApp's own stop and resume of marketing (`user_preferences`). */
  setMarketing(phone: string, wish: 'stop' | 'resume'): void;
  changeNumber(phone: string, newPhone: string): Person;
  /** Change the named faults; the others stay. */
  setFaults(change: FaultsInput): Faults;
  /** Set a template's status as Meta's quality machine would. @throws ControlError if it is unknown. */
  setTemplateStatus(name: string, language: string, status: TemplateStatus): Template;
  setWebhookUrl(url: string): void;
  /** Change how SendApp's products answer and call back; the rest stays. */
  setSendApp(change: SendAppChange): SendAppBehaviour;
  /** Meta's GET handshake against the current webhook URL. */
  verifyWebhook(): Promise<Handshake>;
  /** Webhook updates that were not answered with 200 yet. */
  webhooksPending(): number;
  /** Resolves when every webhook update was answered with 200. */
  webhooksIdle(): Promise<void>;
  /** The simulator's time. */
  now(): number;
  /** Push the simulator's clock forward and run what becomes due. */
  advance(milliseconds: number): void;
  /** Forget chats, templates and faults. */
  reset(): void;
  close(): Promise<void>;
}

/**
 * Start a simulator. It serves the Cloud API under `/{version}/…`, its controls under `/simulator/*` and the phone
 * page at `/`.
 * @throws zod's error for malformed options; `EADDRINUSE` if the port is taken.
 */
export async function startSimulator(options: SimulatorOptions): Promise<Simulator> {
  const settings = parseOptions(options);
  const validator = requestValidator(
    settings.openApiFile ?? assetPath('openapi', 'business-messaging-api_v23.0.yaml'),
  );
  const world = new World(settings);
  const app = createApp(settings.tls);
  await app.register(
    async (scope) => {
      cloudRoutes(scope, world, validator);
    },
    { prefix: '/:version/:id' },
  );
  await app.register(
    async (scope) => {
      controlRoutes(scope, world);
      sendAppControl(scope, world);
    },
    { prefix: '/simulator' },
  );
  sendAppRoutes(app, world);
  phonePage(app, assetPath('public'));
  mediaRoute(app, world);
  try {
    await app.listen({ port: settings.port, host: settings.host });
  } catch (error) {
    await world.close();
    throw error;
  }
  // Only now: whoever lost the race for the port must not touch the winner's state file.
  world.store.keep();
  return simulatorOf(world, app, settings.tls ? 'https' : 'http');
}

function createApp(tls: { key: string; cert: string } | undefined): FastifyInstance {
  const options = {
    forceCloseConnections: true,
    bodyLimit: 5 * 1024 * 1024,
    routerOptions: { ignoreTrailingSlash: true },
  };
  return tls ? fastify({ ...options, https: tls }) : fastify(options);
}

function simulatorOf(world: World, app: FastifyInstance, protocol: string): Simulator {
  const address = app.server.address();
  const port = typeof address === 'object' && address ? address.port : world.settings.port;
  return {
    url: `${protocol}://${world.settings.host}:${port}`,
    port,
    messages: () => world.store.sent(),
    chat: (phone) => world.store.chat(existingPerson(world, phone).phone),
    persons: () => [...world.store.persons.all()],
    addPersons: (persons) => upsertPersons(world, persons),
    reply: (input) => reply(world, input),
    read: (phone) => readChat(world, existingPerson(world, phone)),
    setMarketing: (phone, wish) => setMarketing(world, phone, wish),
    changeNumber: (phone, newPhone) => changeNumber(world, phone, newPhone),
    setFaults: (change) => world.setFaults(change),
    setTemplateStatus: (name, language, status) => setTemplateStatus(world, name, language, status),
    setWebhookUrl: (url) => world.setWebhookUrl(url),
    setSendApp: (change) => world.sendApp.change(change),
    verifyWebhook: () => verifyWebhook(world),
    webhooksPending: () => world.webhooks.pending,
    webhooksIdle: async () => {
      await world.webhooks.idle();
      await world.sendApp.idle();
    },
    now: () => world.clock.now(),
    advance: (milliseconds) => world.advance(milliseconds),
    reset: () => world.reset(),
    close: async () => {
      await app.close();
      await world.close();
    },
  };
}

function setTemplateStatus(world: World, name: string, language: string, status: TemplateStatus): Template {
  const template = [...world.store.templates.all()].find(
    (one) => one.name === name && one.language === language,
  );
  if (!template) throw new ControlError('There is no such template.');
  return world.templates.setStatus(template, status);
}

async function verifyWebhook(world: World): Promise<Handshake> {
  if (world.webhookUrl === undefined) return { ok: false, status: 0 };
  return handshake(world.webhookUrl, world.settings.verifyToken);
}
