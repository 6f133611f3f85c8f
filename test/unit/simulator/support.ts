import { createHmac, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { startSimulator, type Simulator, type SimulatorOptions } from '../../../simulator';

export const APP_SECRET = 'test-app-secret';
export const TOKEN = 'test-access-token';
export const VERIFY_TOKEN = 'test-verify-token';
export const NUMBER = '100000000000101';
export const ACCOUNT = '100000000000201';
export const SENDER = '+44 7700 900100';

/** On WhatsApp, off WhatsApp, offline, in the US. */
export const ANNA = '+447700900123';
export const NOBODY = '+447700900124';
export const OFFLINE = '+447700900125';
export const AMERICAN = '+12025550143';

type Json = Record<string, unknown>;

// Real servers on a machine that may be busy with other tests.
jest.setTimeout(30_000);

/** What answers may hold; a test that reads a field says thereby that it is there. */
export interface Body {
  error?: {
    code: number;
    message: string;
    type: string;
    error_subcode?: number;
    is_transient?: boolean;
    fbtrace_id: string;
    error_data: { details: string };
  };
  /** Exactly one. */
  messages: [{ id: string; message_status?: string }];
  contacts: Json[];
  data: { id: string; name: string }[];
  paging: { next?: string; cursors: { before: string; after: string } };
  id: string;
  status: string;
  url: string;
  rejected_reason: string;
}

export interface Answer<T> {
  status: number;
  body: T;
}

export interface Harness extends Simulator {
  post<T = Body>(path: string, body: unknown, headers?: Record<string, string>): Promise<Answer<T>>;
  get<T = Body>(path: string): Promise<Answer<T>>;
}

const running: { close(): Promise<void> }[] = [];

/** Close what a test started; call it in `afterEach`. */
export async function closeAll(): Promise<void> {
  for (const one of running.splice(0).reverse()) await one.close();
}

/** A clock that stands still until `sim.advance` moves the simulator on. */
export const frozen = (at = Date.UTC(2026, 10, 2, 9)) => ({ now: () => at });

export async function simulator(options: Partial<SimulatorOptions> = {}): Promise<Harness> {
  const sim = await startSimulator({
    accessToken: TOKEN,
    appSecret: APP_SECRET,
    verifyToken: VERIFY_TOKEN,
    clock: frozen(),
    seed: 'tests',
    phoneNumbers: [
      {
        phoneNumberId: NUMBER,
        displayPhoneNumber: SENDER,
        businessAccountId: ACCOUNT,
        portfolioId: 'portfolio',
      },
    ],
    persons: [
      { phone: ANNA, name: 'Anna Beispiel' },
      { phone: NOBODY, name: 'Nils Niemand', onWhatsApp: false },
      { phone: OFFLINE, name: 'Ophelia Aus', online: false },
      { phone: AMERICAN, name: 'Dana Reed' },
    ],
    ...options,
  });
  running.push(sim);
  return withHttp(sim);
}

function withHttp(sim: Simulator): Harness {
  const call = async <T>(
    path: string,
    init: RequestInit,
    more?: Record<string, string>,
  ): Promise<Answer<T>> => {
    const headers = { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json', ...more };
    const answer = await fetch(`${sim.url}${path}`, { ...init, headers });
    return { status: answer.status, body: (await answer.json()) as T };
  };
  return {
    ...sim,
    post: (path, body, headers) =>
      call(path, { method: 'POST', body: typeof body === 'string' ? body : JSON.stringify(body) }, headers),
    get: (path) => call(path, {}),
  };
}

export const text = (to: string, body = 'Good morning', extra: Json = {}): Json => ({
  messaging_product: 'whatsapp',
  recipient_type: 'individual',
  to,
  type: 'text',
  text: { body },
  ...extra,
});

export const template = (to: string, name: string, components: unknown[] = [], extra: Json = {}): Json => ({
  messaging_product: 'whatsapp',
  recipient_type: 'individual',
  to,
  type: 'template',
  template: { name, language: { code: 'en' }, components },
  ...extra,
});

export const bodyValues = (...values: string[]): Json => ({
  type: 'body',
  parameters: values.map((value) => ({ type: 'text', text: value })),
});

export const REMINDER: Json = {
  name: 'reminder',
  language: 'en',
  category: 'UTILITY',
  components: [
    { type: 'HEADER', format: 'TEXT', text: 'Your appointment' },
    {
      type: 'BODY',
      text: 'Hello, you have an appointment on {{1}} at {{2}} in our house.',
      example: { body_text: [['Monday', '10:30']] },
    },
    { type: 'FOOTER', text: 'Reply STOP to end messages' },
    {
      type: 'BUTTONS',
      buttons: [
        { type: 'QUICK_REPLY', text: 'Confirm' },
        { type: 'QUICK_REPLY', text: 'Move' },
        { type: 'URL', text: 'Directions', url: 'https://clinic.example/way/{{1}}', example: ['abc'] },
      ],
    },
  ],
};

export const PLAIN: Json = {
  name: 'plain',
  language: 'en',
  category: 'UTILITY',
  components: [{ type: 'BODY', text: 'We are open again.' }],
};

export const OFFER: Json = { ...PLAIN, name: 'offer', category: 'MARKETING' };

export const sendPath = `/v23.0/${NUMBER}/messages`;
export const marketingPath = `/v23.0/${NUMBER}/marketing_messages`;
export const templatesPath = `/v23.0/${ACCOUNT}/message_templates`;

export interface Update {
  account: string;
  field: string;
  value: Json;
}

/** A webhook endpoint that checks each signature over the raw bytes with node's own crypto. */
export interface Receiver {
  url: string;
  /** One entry a POST that was answered with 200. */
  posts: Update[][];
  updates(field?: string): Update[];
  statuses(): Json[];
  inbound(): Json[];
  /** Requests so far, refused ones included. */
  requests: number;
  badSignatures: number;
  /** The status of the next answers. */
  answerWith: number;
  close(): Promise<void>;
}

export async function receiver(port = 0): Promise<Receiver> {
  const server = createServer();
  const state: Receiver = {
    url: '',
    posts: [],
    requests: 0,
    badSignatures: 0,
    answerWith: 200,
    updates: (field) => state.posts.flat().filter((update) => field === undefined || update.field === field),
    statuses: () => state.updates('messages').flatMap(({ value }) => (value.statuses ?? []) as Json[]),
    inbound: () => state.updates('messages').flatMap(({ value }) => (value.messages ?? []) as Json[]),
    close: () => closeServer(server),
  };
  server.on('request', (request, answer) => void handle(state, request, answer));
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  state.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/webhook`;
  running.push(state);
  return state;
}

async function handle(state: Receiver, request: IncomingMessage, answer: ServerResponse): Promise<void> {
  const query = new URL(request.url ?? '/', state.url).searchParams;
  if (request.method === 'GET') {
    const right = query.get('hub.mode') === 'subscribe' && query.get('hub.verify_token') === VERIFY_TOKEN;
    answer.writeHead(right ? 200 : 403).end(right ? query.get('hub.challenge') : 'no');
    return;
  }
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const raw = Buffer.concat(chunks);
  state.requests += 1;
  if (!signedRight(raw, String(request.headers['x-hub-signature-256'] ?? ''))) state.badSignatures += 1;
  else if (state.answerWith === 200) state.posts.push(updatesOf(raw));
  answer.writeHead(state.answerWith).end();
}

function signedRight(raw: Buffer, header: string): boolean {
  const expected = Buffer.from(`sha256=${createHmac('sha256', APP_SECRET).update(raw).digest('hex')}`);
  const given = Buffer.from(header);
  return given.length === expected.length && timingSafeEqual(given, expected);
}

function updatesOf(raw: Buffer): Update[] {
  const envelope = JSON.parse(raw.toString()) as {
    object: string;
    entry: { id: string; changes: { field: string; value: Json }[] }[];
  };
  return envelope.entry.flatMap(({ id, changes }) => changes.map((change) => ({ account: id, ...change })));
}

function closeServer(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(() => resolve()));
}
