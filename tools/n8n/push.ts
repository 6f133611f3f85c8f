import { z } from 'zod/v4';
import type { RestClient } from './rest';
import { Item } from './api/items';

const Message = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('executionFinished'),
    data: z.object({ executionId: z.string(), status: z.string() }),
  }),
  z.object({
    type: z.literal('executionWaiting'),
    data: z.object({ executionId: z.string() }),
  }),
  z.object({
    type: z.literal('nodeExecuteAfterData'),
    data: z.object({
      executionId: z.string(),
      nodeName: z.string(),
      data: z.object({
        executionTime: z.number(),
        data: z.object({ main: z.array(z.array(Item).nullable()).optional() }).optional(),
        error: z.object({ message: z.string(), description: z.string().nullish() }).optional(),
      }),
    }),
  }),
]);

export type PushMessage = z.infer<typeof Message>;

/**
 * The channel on which n8n tells an editor how its runs go. For a run that n8n does not keep, nothing else
 * says how it ended.
 */
export class PushChannel {
  private constructor(private readonly socket: WebSocket) {}

  /** @param pushRef names this channel; a run started with the same `push-ref` header reports here */
  static async open(
    rest: RestClient,
    pushRef: string,
    onMessage: (message: PushMessage) => void,
  ): Promise<PushChannel> {
    const url = `${rest.url.replace(/^http/, 'ws')}/rest/push?pushRef=${pushRef}`;
    const socket = new WebSocket(url, { headers: rest.sessionHeaders() });
    socket.binaryType = 'arraybuffer';
    socket.addEventListener('message', ({ data }) => {
      const message = Message.safeParse(JSON.parse(textOf(data)));
      if (message.success) onMessage(message.data);
    });
    await new Promise<void>((resolve, reject) => {
      socket.addEventListener('open', () => resolve(), { once: true });
      socket.addEventListener('error', () => reject(new Error('n8n refused the push channel')), {
        once: true,
      });
    });
    return new PushChannel(socket);
  }

  close(): void {
    this.socket.close();
  }
}

/** n8n sends large messages as binary frames. */
const textOf = (data: unknown) => (data instanceof ArrayBuffer ? Buffer.from(data).toString() : String(data));
