import { ControlError } from '../../../simulator';
import { signature } from '../../../simulator/webhooks/dispatcher';
import {
  ACCOUNT,
  ANNA,
  bodyValues,
  closeAll,
  NOBODY,
  NUMBER,
  OFFER,
  PLAIN,
  receiver,
  REMINDER,
  sendPath,
  simulator,
  template,
  templatesPath,
  text,
  type Harness,
  type Receiver,
} from './support';

afterEach(closeAll);

const link = { type: 'button', sub_type: 'url', index: '2', parameters: [{ type: 'text', text: 'xyz' }] };
const pick = {
  type: 'button',
  sub_type: 'quick_reply',
  index: '1',
  parameters: [{ type: 'payload', payload: 'move:7' }],
};

async function connected(options = {}): Promise<[Harness, Receiver]> {
  const hook = await receiver();
  const sim = await simulator({ webhookUrl: hook.url, ...options });
  for (const one of [PLAIN, OFFER, REMINDER]) await sim.post(templatesPath, one);
  await sim.webhooksIdle();
  hook.posts.length = 0;
  return [sim, hook];
}

const remind = async (sim: Harness): Promise<string> =>
  (await sim.post(sendPath, template(ANNA, 'reminder', [bodyValues('Monday', '10:30'), pick, link]))).body
    .messages[0].id;

it('signs the raw bytes with the app secret, as the published example of HMAC-SHA256 does', () => {
  expect(signature('key', Buffer.from('The quick brown fox jumps over the lazy dog'))).toBe(
    'sha256=f7bc83f430538424b13298e6aa6fb143ef4d59a14946175997479dbc2d1a3cd8',
  );
});

describe('statuses', () => {
  it('tell sent, delivered and read, with the caller’s own string on each', async () => {
    const [sim, hook] = await connected();
    const { body } = await sim.post(
      sendPath,
      template(ANNA, 'plain', [], { biz_opaque_callback_data: 'row-1' }),
    );
    sim.read(ANNA);
    await sim.webhooksIdle();
    const id = body.messages[0].id;
    expect(hook.badSignatures).toBe(0);
    expect(hook.statuses()).toMatchObject(
      ['sent', 'delivered', 'read'].map((status) => ({
        id,
        status,
        recipient_id: ANNA.slice(1),
        biz_opaque_callback_data: 'row-1',
        timestamp: '1793610000',
      })),
    );
    expect(hook.statuses().map((status) => status.pricing)).toEqual([
      { billable: true, pricing_model: 'PMP', category: 'utility', type: 'regular' },
      undefined,
      undefined,
    ]);
    expect(hook.updates()[0]).toMatchObject({
      account: ACCOUNT,
      field: 'messages',
      value: { metadata: { phone_number_id: NUMBER, display_phone_number: '447700900100' } },
    });
  });

  it('bring the code and no contact when a message failed', async () => {
    const [sim, hook] = await connected();
    await sim.post(sendPath, template(NOBODY, 'plain'));
    await sim.webhooksIdle();
    const [update] = hook.updates();
    expect(update?.value).not.toHaveProperty('contacts');
    expect(hook.statuses()).toMatchObject([
      {
        status: 'failed',
        errors: [
          {
            code: 131026,
            title: 'Message undeliverable',
            error_data: { details: expect.any(String) as string },
          },
        ],
      },
    ]);
    expect(hook.statuses()[0]).not.toHaveProperty('recipient_user_id');
  });

  it('leave the phone out for a person who hides it', async () => {
    const [sim, hook] = await connected();
    sim.addPersons([{ phone: ANNA, hidesPhone: true }]);
    await sim.post(sendPath, template(ANNA, 'plain'));
    sim.reply({ person: ANNA, text: 'hello' });
    await sim.webhooksIdle();
    expect(JSON.stringify(hook.posts)).not.toContain(ANNA.slice(1));
    expect(hook.statuses()[0]?.recipient_user_id).toBe(hook.inbound()[0]?.from_user_id);
  });
});

describe('answers', () => {
  it('of a template button carry its payload and the message it belongs to', async () => {
    const [sim, hook] = await connected();
    const id = await remind(sim);
    sim.reply({ person: ANNA, buttonIndex: 1 });
    sim.reply({ person: ANNA, button: 'Confirm', buttonOf: id });
    await sim.webhooksIdle();
    expect(hook.inbound()).toMatchObject([
      {
        type: 'button',
        button: { payload: 'move:7', text: 'Move' },
        context: { from: '447700900100', id },
        from: ANNA.slice(1),
      },
      { type: 'button', button: { payload: 'Confirm', text: 'Confirm' } },
    ]);
  });

  it('of reply buttons and lists come as interactive', async () => {
    const [sim, hook] = await connected();
    sim.reply({ person: ANNA, text: 'hello' });
    const send = (interactive: object) =>
      sim.post(sendPath, { ...text(ANNA), type: 'interactive', text: undefined, interactive });
    await send({
      type: 'button',
      body: { text: 'Ok?' },
      action: { buttons: [{ type: 'reply', reply: { id: 'y', title: 'Yes' } }] },
    });
    await send({
      type: 'list',
      body: { text: 'Where?' },
      action: {
        button: 'Pick',
        sections: [{ rows: [{ id: 'n', title: 'North', description: 'by the park' }] }],
      },
    });
    sim.reply({ person: ANNA, button: 'Yes' });
    sim.reply({ person: ANNA, rowId: 'n' });
    await sim.webhooksIdle();
    expect(hook.inbound().slice(1)).toMatchObject([
      { type: 'interactive', interactive: { type: 'button_reply', button_reply: { id: 'y', title: 'Yes' } } },
      {
        type: 'interactive',
        interactive: {
          type: 'list_reply',
          list_reply: { id: 'n', title: 'North', description: 'by the park' },
        },
      },
    ]);
  });

  it('of other kinds: text, media, location, reaction', async () => {
    const [sim, hook] = await connected();
    const id = await remind(sim);
    sim.reply({ person: ANNA, text: 'hello' });
    sim.reply({ person: ANNA, media: { type: 'image', caption: 'look' } });
    sim.reply({ person: ANNA, location: { latitude: 1, longitude: 2 } });
    sim.reply({ person: ANNA, reaction: { messageId: id, emoji: '👍' } });
    await sim.webhooksIdle();
    expect(hook.inbound()).toMatchObject([
      { type: 'text', text: { body: 'hello' } },
      { type: 'image', image: { caption: 'look', mime_type: 'image/jpeg' } },
      { type: 'location', location: { latitude: 1 } },
      { type: 'reaction', reaction: { message_id: id, emoji: '👍' } },
    ]);
    const image = hook.inbound()[1]?.image as { id: string };
    const read = await sim.get(`/v23.0/${image.id}?phone_number_id=${NUMBER}`);
    expect((await fetch(read.body.url)).status).toBe(401);
    expect(
      (await fetch(read.body.url, { headers: { authorization: 'Bearer test-access-token' } })).status,
    ).toBe(200);
  });

  it('mark what the person saw as read', async () => {
    const [sim] = await connected();
    await remind(sim);
    sim.reply({ person: ANNA, buttonIndex: 0 });
    expect(sim.messages()[0]?.status).toBe('read');
  });

  it.each([
    ['a link', { buttonIndex: 2 }],
    ['a button that is not there', { buttonIndex: 9 }],
    ['a row that is not there', { rowId: 'x' }],
    ['nothing', {}],
  ])('cannot tap %s', async (_name, tap) => {
    const [sim] = await connected();
    await remind(sim);
    expect(() => sim.reply({ person: ANNA, ...tap })).toThrow(ControlError);
  });
});

describe('what WhatsApp itself reports', () => {
  it('a change of number, without contacts', async () => {
    const [sim, hook] = await connected();
    sim.reply({ person: ANNA, text: 'hello' });
    sim.changeNumber(ANNA, '+447700900199');
    await sim.webhooksIdle();
    const update = hook.updates().at(-1);
    expect(update?.value).toMatchObject({
      messages: [
        {
          from: ANNA.slice(1),
          type: 'system',
          system: { type: 'user_changed_number', wa_id: '447700900199' },
        },
      ],
    });
    expect(update?.value).not.toHaveProperty('contacts');
  });

  it('stop and resume of marketing, with a number as timestamp', async () => {
    const [sim, hook] = await connected();
    sim.setMarketing(ANNA, 'stop');
    sim.setMarketing(ANNA, 'resume');
    await sim.webhooksIdle();
    expect(hook.updates('user_preferences').map(({ value }) => value.user_preferences)).toMatchObject([
      [{ category: 'marketing_messages', value: 'stop', wa_id: ANNA.slice(1), timestamp: 1_793_610_000 }],
      [{ value: 'resume' }],
    ]);
  });
});

describe('delivery', () => {
  it('loses nothing while the receiver refuses, and stops once it answered 200', async () => {
    const [sim, hook] = await connected({ clock: undefined });
    hook.answerWith = 503;
    await remind(sim);
    while (hook.requests < 4) await new Promise((resolve) => setTimeout(resolve, 20));
    expect(sim.webhooksPending()).toBe(2);
    hook.answerWith = 200;
    await sim.webhooksIdle();
    expect(
      hook
        .statuses()
        .map((one) => one.status)
        .sort(),
    ).toEqual(['delivered', 'sent']);
  });

  it('waits for a receiver that is not there yet', async () => {
    const first = await receiver();
    const port = Number(new URL(first.url).port);
    await first.close();
    const sim = await simulator({ webhookUrl: first.url, clock: undefined });
    sim.reply({ person: ANNA, text: 'hello' });
    await new Promise((resolve) => setTimeout(resolve, 50));
    const hook = await receiver(port);
    await sim.webhooksIdle();
    expect(hook.inbound()).toHaveLength(1);
  });

  it('takes a redirect or a 204 for no answer', async () => {
    const [sim, hook] = await connected();
    hook.answerWith = 204;
    sim.reply({ person: ANNA, text: 'hello' });
    while (hook.requests < 4) await new Promise((resolve) => setImmediate(resolve));
    expect(sim.webhooksPending()).toBe(1);
  });

  it('gives up after seven days', async () => {
    const [sim, hook] = await connected();
    const before = hook.requests;
    hook.answerWith = 500;
    sim.reply({ person: ANNA, text: 'hello' });
    while (hook.requests === before) await new Promise((resolve) => setImmediate(resolve));
    await new Promise((resolve) => setImmediate(resolve));
    sim.advance(7 * 86_400_000 + 1);
    await sim.webhooksIdle();
    expect(hook.inbound()).toHaveLength(0);
  });

  it('goes out in order for one person', async () => {
    const [sim, hook] = await connected();
    for (let i = 0; i < 30; i += 1) sim.reply({ person: ANNA, text: `${i}` });
    await sim.webhooksIdle();
    expect(hook.inbound().map((one) => (one.text as { body: string }).body)).toEqual(
      Array.from({ length: 30 }, (_, i) => `${i}`),
    );
  });

  it('sends nothing where no callback URL is set', async () => {
    const sim = await simulator();
    sim.reply({ person: ANNA, text: 'hello' });
    expect(sim.webhooksPending()).toBe(0);
  });
});

describe('the handshake', () => {
  it('passes with the right token and fails with another', async () => {
    const hook = await receiver();
    const sim = await simulator({ webhookUrl: hook.url });
    expect(await sim.verifyWebhook()).toEqual({ ok: true, status: 200 });
    const other = await simulator({ webhookUrl: hook.url, verifyToken: 'other' });
    expect(await other.verifyWebhook()).toEqual({ ok: false, status: 403 });
  });

  it('says so when nobody listens', async () => {
    expect(await (await simulator({ webhookUrl: 'http://127.0.0.1:9/' })).verifyWebhook()).toEqual({
      ok: false,
      status: 0,
    });
  });
});

describe('a callback of its own for an account', () => {
  const path = `/v23.0/${ACCOUNT}/subscribed_apps`;

  it('gets messages, while template news go to the app’s URL', async () => {
    const [sim, hook] = await connected();
    const own = await receiver();
    expect(
      (await sim.post(path, { override_callback_uri: own.url, verify_token: 'test-verify-token' })).body,
    ).toEqual({ success: true });
    sim.reply({ person: ANNA, text: 'hello' });
    sim.setTemplateStatus('plain', 'en', 'PAUSED');
    await sim.webhooksIdle();
    expect([own.inbound().length, hook.inbound().length]).toEqual([1, 0]);
    expect(hook.updates('message_template_status_update')).toMatchObject([{ value: { event: 'PAUSED' } }]);
    expect((await sim.get(path)).body.data).toMatchObject([{ override_callback_uri: own.url }]);
  });

  it('is refused if it does not answer the handshake', async () => {
    const [sim, hook] = await connected();
    expect(
      (await sim.post(path, { override_callback_uri: hook.url, verify_token: 'wrong' })).body.error,
    ).toMatchObject({ code: 100, error_subcode: 2200 });
    expect((await sim.get(path)).body.data).toEqual([]);
    expect((await sim.post(path, {})).body).toEqual({ success: true });
  });
});
