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
