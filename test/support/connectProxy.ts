import { createServer } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';

/** A proxy for HTTPS on this machine, as a clinic's network has one. */
export interface ConnectProxy {
  /** For `HTTPS_PROXY`. */
  readonly url: string;
  stop(): Promise<void>;
}

/**
 * Takes CONNECT for one host and joins it to a port of this machine; any other host is refused. A client with a fixed
 * host thereby reaches a stand-in without being changed.
 */
export async function startConnectProxy(host: string, port: number): Promise<ConnectProxy> {
  const sockets = new Set<Socket>();
  const keep = (socket: Socket): Socket => {
    sockets.add(socket);
    socket.setNoDelay(true);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => sockets.delete(socket));
    return socket;
  };
  const server = createServer((_request, answer) => answer.writeHead(403).end());
  server.on('connect', ({ url }, client: Socket, head: Buffer) => {
    keep(client);
    if (url?.split(':')[0] !== host) {
      client.end('HTTP/1.1 403 Forbidden\r\n\r\n');
      return;
    }
    const target = keep(connect(port, '127.0.0.1'));
    target.once('connect', () => {
      client.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      target.write(head);
      client.pipe(target).pipe(client);
    });
    target.on('close', () => client.destroy());
    client.on('close', () => target.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port: own } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${own}`,
    async stop() {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
