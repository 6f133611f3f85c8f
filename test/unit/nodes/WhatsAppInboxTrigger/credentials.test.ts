import type { IWebhookFunctions } from 'n8n-workflow';
import { rememberedCredentials } from '../../../../nodes/WhatsAppInboxTrigger/credentials';

const TYPE = 'careCampaignWhatsAppApi';
let next = 0;
/** Nothing is remembered from one test to the next. */
const newId = (): string => `credential-${(next += 1)}`;

function contextWith(ids: Record<string, string | null>, read: (type: string) => Promise<object>) {
  const credentials = Object.fromEntries(Object.entries(ids).map(([type, id]) => [type, { id, name: type }]));
  const asked = jest.fn(read);
  const context = { getNode: () => ({ credentials }), getCredentials: asked } as unknown as IWebhookFunctions;
  return { context, asked };
}

describe('the credentials of a webhook', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  it('are decrypted once for all requests of five seconds, and then anew', async () => {
    const id = newId();
    let secret = 'first';
    const contexts = [1, 2, 3].map(() => contextWith({ [TYPE]: id }, async () => ({ secret })));
    const read = async (at: number) => {
      const context = contexts[at];
      return context && rememberedCredentials(context.context).getCredentials(TYPE);
    };
    expect(await read(0)).toEqual({ secret: 'first' });
    secret = 'second';
    expect(await read(1)).toEqual({ secret: 'first' });
    jest.advanceTimersByTime(5_001);
    expect(await read(2)).toEqual({ secret: 'second' });
    expect(contexts.map(({ asked }) => asked.mock.calls.length)).toEqual([1, 0, 1]);
  });

  it('of one node are never those of another', async () => {
    const one = contextWith({ [TYPE]: newId() }, async () => ({ secret: 'one' }));
    const other = contextWith({ [TYPE]: newId() }, async () => ({ secret: 'other' }));
    expect(await rememberedCredentials(one.context).getCredentials(TYPE)).toEqual({ secret: 'one' });
    expect(await rememberedCredentials(other.context).getCredentials(TYPE)).toEqual({ secret: 'other' });
  });

  it('are asked for again after they could not be read', async () => {
    const id = newId();
    const failing = contextWith({ [TYPE]: id }, async () => Promise.reject(new Error('away')));
    await expect(rememberedCredentials(failing.context).getCredentials(TYPE)).rejects.toThrow('away');
    const back = contextWith({ [TYPE]: id }, async () => ({ secret: 'back' }));
    expect(await rememberedCredentials(back.context).getCredentials(TYPE)).toEqual({ secret: 'back' });
  });

  it('without an ID are left to n8n, which says what is missing', async () => {
    const { context, asked } = contextWith({ [TYPE]: null }, async () => ({}));
    await rememberedCredentials(context).getCredentials(TYPE);
    await rememberedCredentials(context).getCredentials(TYPE);
    expect(asked).toHaveBeenCalledTimes(2);
  });
});
