import { ACCOUNT, closeAll, PLAIN, receiver, REMINDER, simulator, templatesPath } from './support';

afterEach(closeAll);

const body = (text: string, example?: unknown) => ({
  type: 'BODY',
  text,
  ...(example ? { example: { body_text: example } } : {}),
});
const withParts = (...components: object[]) => ({ ...PLAIN, components });
const withButtons = (...buttons: object[]) => withParts(body('Please choose.'), { type: 'BUTTONS', buttons });
const quick = (text: string) => ({ type: 'QUICK_REPLY', text });
const url = (address: string, example?: string[]) => ({ type: 'URL', text: 'Open', url: address, example });

describe('templates that pass the machine', () => {
  it.each([
    ['a full one', REMINDER],
    [
      'named variables',
      {
        ...withParts({
          type: 'BODY',
          text: 'Hello {{first_name}}, see you soon.',
          example: { body_text_named_params: [{ param_name: 'first_name', example: 'Anna' }] },
        }),
        parameter_format: 'named',
      },
    ],
    ['a flat example', withParts(body('Hello {{1}}, see you soon.', ['Anna']))],
    ['lower-case types', withParts({ type: 'body', text: 'We are open.' })],
    ['ten quick replies', withButtons(...Array.from({ length: 10 }, (_, i) => quick(`B${i}`)))],
    ['an address with a variable', withButtons(url('https://clinic.example/{{1}}', ['a']))],
    ['a utility time to live', { ...PLAIN, message_send_ttl_seconds: 3600 }],
    ['an endless utility time to live', { ...PLAIN, message_send_ttl_seconds: -1 }],
    ['a marketing time to live', { ...PLAIN, category: 'MARKETING', message_send_ttl_seconds: 43_200 }],
    [
      'an authentication template',
      {
        ...PLAIN,
        category: 'AUTHENTICATION',
        components: [
          { type: 'BODY', add_security_recommendation: true },
          { type: 'BUTTONS', buttons: [{ type: 'OTP', otp_type: 'COPY_CODE', text: 'Copy' }] },
        ],
      },
    ],
  ])('approves %s at once', async (_name, creation) => {
    const sim = await simulator();
    const answer = await sim.post(templatesPath, creation);
    expect(answer.body).toMatchObject({
      id: expect.stringMatching(/^\d{15}$/) as string,
      status: 'APPROVED',
    });
    expect(answer.status).toBe(200);
  });
});

describe('templates that Meta refuses', () => {
  it.each([
    ['a name with capitals', { ...PLAIN, name: 'Plain' }, undefined],
    ['an unknown category', { ...PLAIN, category: 'NEWS' }, undefined],
    ['no body', withParts({ type: 'FOOTER', text: 'x' }), 2388072],
    ['two bodies', withParts(body('One here.'), body('Two here.')), undefined],
    ['a body over 1024', withParts(body('x'.repeat(1025))), 2388040],
    ['a variable at the start', withParts(body('{{1}} is the day of it.', [['a']])), 2388299],
    ['a variable at the end', withParts(body('The day of it is {{1}}', [['a']])), 2388299],
    ['adjacent variables', withParts(body('On this day {{1}} {{2}} we see you.', [['a', 'b']])), 2388293],
    ['too many variables', withParts(body('On {{1}} at {{2}} ok.', [['a', 'b']])), 2388293],
    ['a gap in the numbers', withParts(body('See you on {{2}} at our place.', [['a']])), 2388072],
    ['broken braces', withParts(body('See you on {{1} at our place.', [['a']])), 2388072],
    ['no example', withParts(body('See you on {{1}} at our place.')), 2388072],
    [
      'too few examples',
      withParts(body('See you on {{1}} at {{2}} in our place, please.', [['a']])),
      2388072,
    ],
    ['a footer over 60', withParts(body('We are open.'), { type: 'FOOTER', text: 'x'.repeat(61) }), 2388040],
    [
      'a variable in the footer',
      withParts(body('We are open.'), { type: 'FOOTER', text: 'a {{1}} b' }),
      2388073,
    ],
    [
      'a header over 60',
      withParts(body('We are open.'), { type: 'HEADER', format: 'TEXT', text: 'x'.repeat(61) }),
      2388040,
    ],
    ['an unknown header', withParts(body('We are open.'), { type: 'HEADER', format: 'HOLOGRAM' }), 2388047],
    ['eleven buttons', withButtons(...Array.from({ length: 11 }, (_, i) => quick(`B${i}`))), undefined],
    ['a label over 25', withButtons(quick('x'.repeat(26))), 2388040],
    [
      'quick replies around a link',
      withButtons(quick('a'), url('https://clinic.example'), quick('b')),
      undefined,
    ],
    ['three links', withButtons(...[1, 2, 3].map((n) => url(`https://clinic.example/${n}`))), undefined],
    ['a variable inside an address', withButtons(url('https://clinic.example/{{1}}/x', ['a'])), undefined],
    ['an address without its example', withButtons(url('https://clinic.example/{{1}}')), undefined],
    ['a utility time to live of 10 seconds', { ...PLAIN, message_send_ttl_seconds: 10 }, undefined],
    [
      'a marketing time to live of an hour',
      { ...PLAIN, category: 'MARKETING', message_send_ttl_seconds: 3600 },
      undefined,
    ],
  ])('refuses %s', async (_name, creation, subcode) => {
    const sim = await simulator();
    const { status, body: answer } = await sim.post(templatesPath, creation);
    expect(status).toBe(400);
    expect(answer.error).toMatchObject({ code: 100, error_user_msg: expect.any(String) as string });
    expect(answer.error?.error_subcode).toBe(subcode);
    expect((await sim.get(templatesPath)).body.data).toEqual([]);
  });

  it('keeps (account, name, language) unique, and lets other languages in', async () => {
    const sim = await simulator();
    await sim.post(templatesPath, PLAIN);
    expect((await sim.post(templatesPath, PLAIN)).body.error?.error_subcode).toBe(2388024);
    expect((await sim.post(templatesPath, { ...PLAIN, language: 'de' })).status).toBe(200);
  });

  it('stops after 100 creations in an hour', async () => {
    const sim = await simulator();
    for (let i = 0; i < 100; i += 1) await sim.post(templatesPath, { ...PLAIN, name: `t${i}` });
    expect((await sim.post(templatesPath, { ...PLAIN, name: 'one_more' })).body.error?.code).toBe(80007);
    sim.advance(3_600_000);
    expect((await sim.post(templatesPath, { ...PLAIN, name: 'one_more' })).status).toBe(200);
  });
});

describe('the list', () => {
  it('filters, picks fields and pages by cursor', async () => {
    const sim = await simulator();
    for (const name of ['a1', 'a2', 'a3', 'b1']) await sim.post(templatesPath, { ...PLAIN, name });
    const first = await sim.get(`${templatesPath}?name=a&fields=name,status&limit=2`);
    expect(first.body.data).toMatchObject([{ name: 'a1', status: 'APPROVED' }, { name: 'a2' }]);
    expect(first.body.data[0]).not.toHaveProperty('components');
    const next = new URL(first.body.paging.next ?? '');
    const second = await sim.get(next.pathname + next.search);
    expect(second.body.data.map((one: { name: string }) => one.name)).toEqual(['a3']);
    expect(second.body.paging).not.toHaveProperty('next');
    const back = await sim.get(`${templatesPath}?name=a&limit=2&before=${second.body.paging.cursors.before}`);
    expect(back.body.data.map((one: { name: string }) => one.name)).toEqual(['a1', 'a2']);
  });

  it('calls a foreign cursor stale', async () => {
    const sim = await simulator();
    expect((await sim.get(`${templatesPath}?after=nonsense`)).body.error?.code).toBe(131059);
  });

  it('reads one and removes all languages of a name', async () => {
    const sim = await simulator();
    const { id } = (await sim.post(templatesPath, REMINDER)).body;
    expect(
      (await sim.get(`/v23.0/${id}?fields=status,category,components,rejected_reason`)).body,
    ).toMatchObject({ id, status: 'APPROVED', category: 'UTILITY', rejected_reason: 'NONE' });
    const gone = await fetch(`${sim.url}${templatesPath}?name=reminder`, {
      method: 'DELETE',
      headers: { authorization: 'Bearer test-access-token' },
    });
    expect(await gone.json()).toEqual({ success: true });
    expect((await sim.get(`/v23.0/${id}`)).body.error?.error_subcode).toBe(33);
  });
});

describe('the review', () => {
  it('takes the time that was set and tells the webhook', async () => {
    const hook = await receiver();
    const sim = await simulator({ webhookUrl: hook.url, faults: { templateReview: { delayMs: 3_600_000 } } });
    const { id, status } = (await sim.post(templatesPath, PLAIN)).body;
    expect(status).toBe('PENDING');
    sim.advance(3_599_999);
    expect((await sim.get(`/v23.0/${id}?fields=status`)).body.status).toBe('PENDING');
    sim.advance(1);
    expect((await sim.get(`/v23.0/${id}?fields=status`)).body.status).toBe('APPROVED');
    await sim.webhooksIdle();
    expect(hook.updates('message_template_status_update')).toMatchObject([
      {
        account: ACCOUNT,
        value: { event: 'APPROVED', message_template_id: Number(id), message_template_language: 'en' },
      },
    ]);
  });

  it('rejects with a reason if told to', async () => {
    const sim = await simulator({
      faults: { templateReview: { outcome: 'REJECTED', reason: 'PROMOTIONAL' } },
    });
    const { id, status } = (await sim.post(templatesPath, PLAIN)).body;
    expect(status).toBe('REJECTED');
    expect((await sim.get(`/v23.0/${id}?fields=rejected_reason`)).body.rejected_reason).toBe('PROMOTIONAL');
  });
});
