import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TransportError } from '../../../../core';
import { createTransport } from '../../../../nodes/WhatsAppSend/transport';
import { graph } from './graph';

const request = (url: string, timeoutMs = 2_000) => ({
  method: 'POST' as const,
  url,
  headers: { Authorization: 'Bearer planted-token' },
  body: { to: '+12025550143' },
  timeoutMs,
});

async function failureOf(call: Promise<unknown>): Promise<TransportError> {
  try {
    await call;
  } catch (error) {
    return error as TransportError;
  }
  throw new Error('the call was answered');
}

describe('the transport of WhatsApp Send', () => {
  it('uses one connection for one call after the other', async () => {
    const host = await graph();
    const send = createTransport(host.origin);
    for (let call = 0; call < 3; call += 1) await send(request(`${host.origin}/v25.0/1/messages`));
    await host.close();
    expect(new Set(host.calls.map(({ port }) => port)).size).toBe(1);
  });

  it.each([302, 400, 500])('hands on a %i as an answer and follows nothing', async (status) => {
    const host = await graph((_call, response) => {
      response.writeHead(status, { location: '/elsewhere', 'content-type': 'application/json' });
      response.end('{"error":{"code":131026}}');
    });
    const answer = await createTransport(host.origin)(request(`${host.origin}/v25.0/1/messages`));
    await host.close();
    expect(answer).toEqual({ status, contentType: 'application/json', body: { error: { code: 131026 } } });
    expect(host.calls).toHaveLength(1);
  });

  it("calls no host but the credential's", async () => {
    const host = await graph();
    const failure = await failureOf(
      createTransport('https://graph.facebook.com')(request(`${host.origin}/x`)),
    );
    await host.close();
    expect(failure).toMatchObject({ name: 'TransportError', reached: false });
    expect(host.calls).toEqual([]);
  });

  it('knows that a refused connection took no message', async () => {
    const host = await graph();
    await host.close();
    const failure = await failureOf(createTransport(host.origin)(request(`${host.origin}/x`)));
    expect(failure).toMatchObject({ name: 'TransportError', reached: false });
  });

  it.each([
    ['a connection that is cut after the request', 2_000],
    ['an answer that does not come in time', 50],
  ])('calls %s lost, and quotes nothing of the request', async (_name, timeoutMs) => {
    const host = await graph((_call, response) => {
      if (timeoutMs > 50) response.destroy();
    });
    const failure = await failureOf(createTransport(host.origin)(request(`${host.origin}/x`, timeoutMs)));
    await host.close();
    expect(failure).toMatchObject({ name: 'TransportError', reached: true });
    expect(`${failure.message} ${JSON.stringify(failure)} ${String(failure.cause)}`).not.toMatch(
      /planted|202555/,
    );
  });
});

describe('a proxy between n8n and the provider', () => {
  const PROXY_VARIABLES = [
    'HTTP_PROXY',
    'http_proxy',
    'HTTPS_PROXY',
    'https_proxy',
    'ALL_PROXY',
    'all_proxy',
    'NO_PROXY',
    'no_proxy',
  ];
  const environment = { ...process.env };
  beforeEach(() => {
    for (const name of PROXY_VARIABLES) Reflect.deleteProperty(process.env, name);
  });
  afterEach(() => void (process.env = { ...environment }));

  /** Answers for every host it is asked for, and notes how. */
  async function proxy() {
    const asked: string[] = [];
    const server = createServer((incoming, response) => {
      asked.push(`${incoming.method ?? ''} ${incoming.url ?? ''}`);
      response.setHeader('content-type', 'application/json');
      response.end('{"messages":[{"id":"wamid.BY_PROXY"}]}');
    });
    server.on('connect', (incoming, socket) => {
      asked.push(`CONNECT ${incoming.url ?? ''}`);
      socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const close = () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      });
    return { url, asked, close };
  }

  it.each(['HTTP_PROXY', 'http_proxy', 'ALL_PROXY'])('is used where %s names it', async (name) => {
    const between = await proxy();
    process.env[name] = between.url;
    const answer = await createTransport('http://provider.example')(
      request('http://provider.example/v25.0/1/messages'),
    );
    await between.close();
    expect(answer.body).toEqual({ messages: [{ id: 'wamid.BY_PROXY' }] });
    expect(between.asked).toEqual(['POST http://provider.example/v25.0/1/messages']);
  });

  it('is left out for hosts that NO_PROXY names', async () => {
    const [between, host] = [await proxy(), await graph()];
    process.env.HTTP_PROXY = between.url;
    process.env.NO_PROXY = '127.0.0.1';
    await createTransport(host.origin)(request(`${host.origin}/v25.0/1/messages`));
    await Promise.all([between.close(), host.close()]);
    expect([between.asked, host.calls.length]).toEqual([[], 1]);
  });

  it('only tunnels what is encrypted: it sees the host and neither token nor text', async () => {
    const between = await proxy();
    process.env.HTTPS_PROXY = between.url;
    const call = createTransport('https://provider.example')(
      request('https://provider.example/v25.0/1/messages'),
    );
    const outcome = await call.catch((error: unknown) => error);
    await between.close();
    expect(between.asked).toEqual(['CONNECT provider.example:443']);
    expect(JSON.stringify(outcome)).not.toMatch(/planted|202555/);
  });
});

it('lets the process end: a connection that is kept for the next call holds nobody up', async () => {
  const host = await graph();
  await createTransport(host.origin)(request(`${host.origin}/v25.0/1/messages`));
  const kept = process.getActiveResourcesInfo().filter((name) => name === 'TCPSocketWrap').length;
  await host.close();
  const after = process.getActiveResourcesInfo().filter((name) => name === 'TCPSocketWrap').length;
  // The one that the host itself holds; ours is not among those that keep a process alive.
  expect(kept - after).toBeLessThanOrEqual(1);
});
