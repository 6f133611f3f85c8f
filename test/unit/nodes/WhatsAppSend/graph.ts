import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface GraphCall {
  readonly url: string;
  readonly authorization: string;
  readonly body: Record<string, unknown>;
  readonly port: number | undefined;
}

type Answer = (call: GraphCall, response: ServerResponse) => void;

const acceptAll: Answer = (_call, response) => {
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify({ messages: [{ id: 'wamid.TEST' }] }));
};

async function read(request: IncomingMessage): Promise<GraphCall> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return {
    url: request.url ?? '',
    authorization: request.headers.authorization ?? '',
    body: JSON.parse(Buffer.concat(chunks).toString()) as Record<string, unknown>,
    port: request.socket.remotePort,
  };
}

/** A host that answers as Meta would, on this machine only; what is asked of the number itself it answers with `account`. */
export async function graph(answer: Answer = acceptAll, account: () => object = () => ({ id: '1' })) {
  const calls: GraphCall[] = [];
  const server = createServer((request, response) => {
    if (request.method === 'GET') {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify(account()));
      return;
    }
    void read(request).then((call) => {
      calls.push(call);
      answer(call, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const close = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return { origin, calls, close };
}
