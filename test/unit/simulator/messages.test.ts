import {
  ACCOUNT,
  ANNA,
  closeAll,
  NUMBER,
  OFFLINE,
  sendPath,
  SENDER,
  simulator,
  text,
  type Harness,
} from './support';

afterEach(closeAll);

const interactive = (content: object) => ({
  ...text(ANNA),
  type: 'interactive',
  text: undefined,
  interactive: content,
});
const buttons = (...titles: string[]) =>
  interactive({
    type: 'button',
    body: { text: 'Which one?' },
    action: {
      buttons: titles.map((title, index) => ({ type: 'reply', reply: { id: `id-${index}`, title } })),
    },
  });
const list = (rows: number, extra: object = {}) =>
  interactive({
    type: 'list',
    body: { text: 'Where?' },
    action: {
      button: 'Choose',
      sections: [{ rows: Array.from({ length: rows }, (_, i) => ({ id: `${i}`, title: `Row ${i}` })) }],
    },
    ...extra,
  });

describe('a message that Meta would take', () => {
  it.each([
    ['text', text(ANNA)],
    ['text without a type', { ...text(ANNA), type: undefined }],
    [
      'a link',
      text(ANNA, 'https://clinic.example', { text: { body: 'https://clinic.example', preview_url: true } }),
    ],
    ['callback data', text(ANNA, 'x', { biz_opaque_callback_data: 'row-1' })],
    ['a quote', text(ANNA, 'x', { context: { message_id: 'wamid.x' } })],
    ['three reply buttons', buttons('Yes', 'No', 'Later')],
    ['a title of 20 characters', buttons('x'.repeat(20))],
    ['ten rows', list(10)],
    [
      'an image by link',
      { ...text(ANNA), type: 'image', text: undefined, image: { link: 'https://clinic.example/a.jpg' } },
    ],
    [
      'a location with numbers',
      { ...text(ANNA), type: 'location', text: undefined, location: { latitude: 1.5, longitude: 2 } },
    ],
    [
      'a reaction',
      { ...text(ANNA), type: 'reaction', text: undefined, reaction: { message_id: 'wamid.x', emoji: '👍' } },
    ],
  ])('takes %s', async (_name, body) => {
    const sim = await simulator();
    const { status, body: answer } = await sim.post(sendPath, body);
    expect(answer).toMatchObject({
      messaging_product: 'whatsapp',
      contacts: [{ input: ANNA, wa_id: ANNA.slice(1) }],
    });
    expect(status).toBe(200);
    expect(answer.messages[0].id).toMatch(/^wamid\.[A-Za-z0-9+/=]{20,}$/);
  });
});

const other = (type: string, content: object, extra: object = {}) => ({
  ...text(ANNA),
  type,
  text: undefined,
  [type]: content,
  ...extra,
});
const cta = (parameters: object, body: object | undefined = { text: 'Look.' }) =>
  interactive({ type: 'cta_url', body, action: { name: 'cta_url', parameters } });

describe('what hangs on or brings along something else', () => {
  it('shows a document by its name and where it opens, and a reaction on the message it belongs to', async () => {
    const sim = await simulator();
    const id = sim.reply({ person: ANNA, text: 'Hello' });
    await sim.post(
      sendPath,
      other('document', { link: 'https://clinic.example/way.pdf', filename: 'Way.pdf', caption: 'Come in' }),
    );
    await sim.post(sendPath, other('reaction', { message_id: id, emoji: '❤️' }));
    await sim.post(sendPath, text(ANNA, 'x', { context: { message_id: id } }));
    const [first, reaction, quote] = sim.messages();
    expect(first?.content).toMatchObject({
      header: { kind: 'document', text: 'Way.pdf', url: 'https://clinic.example/way.pdf' },
      body: 'Come in',
    });
    expect([reaction?.contextId, quote?.contextId]).toEqual([id, id]);
  });

  it('refuses what hangs on a message of another chat', async () => {
    const sim = await simulator();
    const id = sim.reply({ person: OFFLINE, text: 'Hello' });
    const { body } = await sim.post(sendPath, other('reaction', { message_id: id, emoji: '👍' }));
    expect(body.error).toMatchObject({ code: 131009 });
  });

  it.each([
    ['words for an emoji', other('reaction', { message_id: 'wamid.x', emoji: 'ok' }), 131009],
    ['two emoji', other('reaction', { message_id: 'wamid.x', emoji: '👍👍' }), 131009],
    ['a reaction to nothing', other('reaction', { emoji: '👍' }), 131008],
    ['an image without a file', other('image', {}), 131008],
    ['an image with a name', other('image', { link: 'https://clinic.example/a.png', filename: 'a' }), 131009],
    ['a file that is no address', other('document', { link: 'way.pdf' }), 131009],
    ['a place without coordinates', other('location', { name: 'House' }), 131008],
    ['a place off the earth', other('location', { latitude: 91, longitude: 0 }), 131009],
    ['a link button without words', cta({ display_text: 'Open', url: 'https://clinic.example' }, {}), 131008],
    ['a link button to nowhere', cta({ display_text: 'Open', url: 'clinic' }), 131009],
  ])('refuses %s', async (_name, body, code) => {
    const sim = await simulator();
    expect((await sim.post(sendPath, body)).body.error).toMatchObject({ code });
  });
});

describe('a message that Meta would refuse', () => {
  it.each([
    ['no product', { ...text(ANNA), messaging_product: undefined }, 100],
    ['no recipient', { ...text(ANNA), to: undefined }, 100],
    ['a misspelt key', text(ANNA, 'x', { tpye: 'text' }), 100],
    ['a misspelt key inside', text(ANNA, 'x', { text: { body: 'x', preview: true } }), 100],
    ['an unknown type', { ...text(ANNA), type: 'fax' }, 131051],
    ['no text', text(ANNA, '', { text: {} }), 131008],
    ['an empty text', text(ANNA, ''), 131008],
    ['a text over 4096', text(ANNA, 'x'.repeat(4097)), 131009],
    ['callback data over 512', text(ANNA, 'x', { biz_opaque_callback_data: 'x'.repeat(513) }), 131009],
    ['no phone number', text('nonsense'), 131009],
    ['the sender itself', text(SENDER), 131021],
    ['four buttons', buttons('a', 'b', 'c', 'd'), 131009],
    ['a title of 21 characters', buttons('x'.repeat(21)), 131009],
    ['an empty title', buttons(' '), 131009],
    ['two equal titles', buttons('Yes', 'Yes'), 131009],
    ['a list of eleven rows', list(11), 131009],
    ['a list with an image header', list(2, { header: { type: 'image', image: { id: '1' } } }), 131009],
    [
      'a body over 1024',
      interactive({
        type: 'button',
        body: { text: 'x'.repeat(1025) },
        action: { buttons: [{ type: 'reply', reply: { id: '1', title: 'a' } }] },
      }),
      131009,
    ],
    [
      'a template without a language',
      { ...text(ANNA), type: 'template', text: undefined, template: { name: 'x' } },
      131008,
    ],
    ['a group', text(ANNA, 'x', { recipient_type: 'group' }), 131009],
    ['an unknown user id', { ...text(ANNA), to: undefined, recipient: 'GB.1' }, 131009],
  ])('refuses %s', async (_name, body, code) => {
    const sim = await simulator();
    const { status, body: answer } = await sim.post(sendPath, body);
    expect(status).toBe(400);
    expect(answer.error).toMatchObject({
      code,
      type: 'OAuthException',
      error_data: { messaging_product: 'whatsapp' },
    });
    expect(answer.error?.message).toMatch(new RegExp(`^\\(#${code}\\) `));
    expect(typeof answer.error?.fbtrace_id).toBe('string');
    expect(sim.messages()).toHaveLength(0);
  });

  it('names the parameter and never its value', async () => {
    const sim = await simulator();
    const { body } = await sim.post(sendPath, buttons('a secret that is too long'));
    expect(body.error?.error_data.details).toContain("interactive['action']['buttons'][0]['reply']['title']");
    expect(JSON.stringify(body)).not.toContain('secret');
  });

  it('calls broken JSON an invalid parameter', async () => {
    const sim = await simulator();
    const { status, body } = await sim.post(sendPath, '{');
    expect([status, body.error?.code]).toEqual([400, 100]);
  });
});

describe('the way in', () => {
  let sim: Harness;
  beforeEach(async () => (sim = await simulator()));

  it.each([
    ['a wrong token', { authorization: 'Bearer wrong' }],
    ['no token', { authorization: '' }],
  ])('answers 401 and 190 to %s', async (_name, headers) => {
    const { status, body } = await sim.post(sendPath, text(ANNA), headers);
    expect([status, body.error?.code, body.error?.type]).toEqual([401, 190, 'OAuthException']);
  });

  it('answers 100 with subcode 33 to an unknown phone number id', async () => {
    const { status, body } = await sim.post('/v23.0/999/messages', text(ANNA));
    expect([status, body.error?.code, body.error?.error_subcode]).toEqual([400, 100, 33]);
  });

  it.each(['/23/1/messages', '/vX/1/messages'])('does not take %s for a version', async (path) => {
    expect((await sim.post(path, text(ANNA))).body.error?.code).toBe(2500);
  });

  it('takes any version, since one lives two years', async () => {
    expect((await sim.post(`/v99.0/${NUMBER}/messages`, text(ANNA))).status).toBe(200);
  });
});

describe('reads', () => {
  let sim: Harness;
  beforeEach(async () => (sim = await simulator()));

  it('gives the fields that are asked for, and the id', async () => {
    const { body } = await sim.get(
      `/v23.0/${NUMBER}?fields=throughput,whatsapp_business_manager_messaging_limit`,
    );
    expect(body).toEqual({
      id: NUMBER,
      throughput: { level: 'STANDARD' },
      whatsapp_business_manager_messaging_limit: 'TIER_2K',
    });
  });

  it('gives a standard set without fields', async () => {
    expect((await sim.get(`/v23.0/${NUMBER}`)).body).toMatchObject({
      display_phone_number: SENDER,
      quality_rating: 'GREEN',
    });
  });

  it('refuses a field that the node does not have', async () => {
    expect((await sim.get(`/v23.0/${NUMBER}?fields=colour`)).body.error?.message).toContain(
      'nonexisting field (colour)',
    );
  });

  it('lists the numbers of an account and reads the account', async () => {
    expect((await sim.get(`/v23.0/${ACCOUNT}/phone_numbers`)).body.data).toMatchObject([{ id: NUMBER }]);
    expect((await sim.get(`/v23.0/${ACCOUNT}`)).body).toMatchObject({ id: ACCOUNT });
    expect((await sim.get('/v23.0/4711')).body.error?.error_subcode).toBe(33);
  });
});

describe('read receipts of the business', () => {
  it('marks an inbound message as read, with the typing sign', async () => {
    const sim = await simulator();
    const id = sim.reply({ person: ANNA, text: 'hello' });
    const receipt = {
      messaging_product: 'whatsapp',
      status: 'read',
      message_id: id,
      typing_indicator: { type: 'text' },
    };
    expect(await sim.post(sendPath, receipt)).toEqual({ status: 200, body: { success: true } });
    expect((await sim.post(sendPath, { ...receipt, message_id: 'wamid.unknown' })).body.error?.code).toBe(
      131009,
    );
  });
});
