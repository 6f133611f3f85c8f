import {
  ANNA,
  bodyValues,
  closeAll,
  marketingPath,
  OFFER,
  PLAIN,
  REMINDER,
  sendPath,
  simulator,
  template,
  templatesPath,
  type Harness,
} from './support';

afterEach(closeAll);

const NAMED = {
  name: 'named',
  language: 'en',
  category: 'UTILITY',
  parameter_format: 'NAMED',
  components: [
    {
      type: 'BODY',
      text: 'Hello {{first_name}}, see you on {{day}} in our house.',
      example: {
        body_text_named_params: [
          { param_name: 'first_name', example: 'A' },
          { param_name: 'day', example: 'B' },
        ],
      },
    },
  ],
};
const PICTURE = {
  ...PLAIN,
  name: 'picture',
  components: [{ type: 'HEADER', format: 'IMAGE' }, ...(PLAIN.components as object[])],
};

const link = { type: 'button', sub_type: 'url', index: '2', parameters: [{ type: 'text', text: 'xyz' }] };
const payload = (index: string, value: string) => ({
  type: 'button',
  sub_type: 'quick_reply',
  index,
  parameters: [{ type: 'payload', payload: value }],
});
const named = (...pairs: [string, string][]) => ({
  type: 'body',
  parameters: pairs.map(([parameter_name, text]) => ({ type: 'text', parameter_name, text })),
});
const image = {
  type: 'header',
  parameters: [{ type: 'image', image: { link: 'https://clinic.example/a.jpg' } }],
};

let sim: Harness;
beforeEach(async () => {
  sim = await simulator();
  for (const one of [REMINDER, PLAIN, OFFER, NAMED, PICTURE]) await sim.post(templatesPath, one);
});

it('fills in what the phone shows', async () => {
  const sent = await sim.post(
    sendPath,
    template(ANNA, 'reminder', [bodyValues('Monday', '10:30'), payload('0', 'confirm:7'), link]),
  );
  expect(sent.body.messages[0].message_status).toBe('accepted');
  expect(sim.messages()[0]).toMatchObject({
    template: { name: 'reminder', language: 'en', category: 'UTILITY', variables: ['Monday', '10:30'] },
    content: {
      header: { kind: 'text', text: 'Your appointment' },
      body: 'Hello, you have an appointment on Monday at 10:30 in our house.',
      footer: 'Reply STOP to end messages',
      buttons: [
        { kind: 'quickReply', text: 'Confirm', payload: 'confirm:7' },
        { kind: 'quickReply', text: 'Move', payload: 'Move' },
        { kind: 'url', text: 'Directions', url: 'https://clinic.example/way/xyz' },
      ],
    },
  });
});

it.each([
  ['named values in any order', template(ANNA, 'named', [named(['day', 'Monday'], ['first_name', 'Anna'])])],
  ['a number as button index', template(ANNA, 'reminder', [bodyValues('a', 'b'), { ...link, index: 2 }])],
  [
    'date_time and currency',
    template(ANNA, 'reminder', [
      {
        type: 'body',
        parameters: [
          { type: 'date_time', date_time: { fallback_value: 'Monday' } },
          { type: 'currency', currency: { fallback_value: '5 €', code: 'EUR', amount_1000: 5000 } },
        ],
      },
      link,
    ]),
  ],
  [
    'a language policy',
    {
      ...template(ANNA, 'plain'),
      template: { name: 'plain', language: { code: 'en', policy: 'deterministic' } },
    },
  ],
  ['a picture', template(ANNA, 'picture', [image])],
])('takes %s', async (_name, body) => {
  expect((await sim.post(sendPath, body)).status).toBe(200);
});

it.each([
  ['an unknown template', template(ANNA, 'nothing'), 132001],
  [
    'an unknown language',
    { ...template(ANNA, 'plain'), template: { name: 'plain', language: { code: 'fr' } } },
    132001,
  ],
  ['too few values', template(ANNA, 'reminder', [bodyValues('Monday'), link]), 132000],
  ['too many values', template(ANNA, 'plain', [bodyValues('x')]), 132000],
  [
    'values for a header without any',
    template(ANNA, 'plain', [{ type: 'header', parameters: [{ type: 'text', text: 'x' }] }]),
    132000,
  ],
  ['an empty value', template(ANNA, 'reminder', [bodyValues('', '10:30'), link]), 131008],
  ['a new line in a value', template(ANNA, 'reminder', [bodyValues('Mon\nday', '10:30'), link]), 132018],
  ['a tab in a value', template(ANNA, 'reminder', [bodyValues('Mon\tday', '10:30'), link]), 132018],
  ['five spaces in a value', template(ANNA, 'reminder', [bodyValues('Mon     day', '10:30'), link]), 132018],
  [
    'a text over 1024 once filled',
    template(ANNA, 'reminder', [bodyValues('x'.repeat(1000), '10:30'), link]),
    132005,
  ],
  [
    'a picture as a variable',
    template(ANNA, 'reminder', [
      {
        type: 'body',
        parameters: [
          { type: 'image', image: { id: '1' } },
          { type: 'text', text: 'b' },
        ],
      },
      link,
    ]),
    132012,
  ],
  ['a misspelt name', template(ANNA, 'named', [named(['day', 'Monday'], ['name', 'Anna'])]), 132012],
  ['a missing picture', template(ANNA, 'picture'), 132000],
  [
    'a video for a picture',
    template(ANNA, 'picture', [{ type: 'header', parameters: [{ type: 'video', video: { id: '1' } }] }]),
    132012,
  ],
  ['a missing link value', template(ANNA, 'reminder', [bodyValues('a', 'b')]), 131008],
  [
    'a button that is not there',
    template(ANNA, 'reminder', [bodyValues('a', 'b'), link, payload('5', 'x')]),
    132018,
  ],
  [
    'a payload for a link',
    template(ANNA, 'reminder', [bodyValues('a', 'b'), link, payload('2', 'x')]),
    132018,
  ],
  [
    'a payload over 128',
    template(ANNA, 'reminder', [bodyValues('a', 'b'), link, payload('0', 'x'.repeat(129))]),
    131009,
  ],
  ['an index beyond 9', template(ANNA, 'reminder', [bodyValues('a', 'b'), { ...link, index: '12' }]), 131009],
  [
    'a parameter without its text',
    template(ANNA, 'reminder', [
      { type: 'body', parameters: [{ type: 'text' }, { type: 'text', text: 'b' }] },
      link,
    ]),
    131008,
  ],
])('refuses %s', async (_name, body, code) => {
  const { body: answer } = await sim.post(sendPath, body);
  expect(answer.error?.code).toBe(code);
  expect(sim.messages()).toHaveLength(0);
});

it('tells how many values it expected, as Meta words it', async () => {
  const { body } = await sim.post(sendPath, template(ANNA, 'reminder', [bodyValues('Monday'), link]));
  expect(body.error?.error_data.details).toBe(
    'body: number of localizable_params (1) does not match the expected number of params (2)',
  );
});

it.each([
  ['PAUSED', 132015],
  ['DISABLED', 132016],
  ['REJECTED', 132001],
] as const)('refuses a template that is %s', async (status, code) => {
  sim.setTemplateStatus('plain', 'en', status);
  expect((await sim.post(sendPath, template(ANNA, 'plain'))).body.error?.code).toBe(code);
});

describe('the marketing endpoint', () => {
  it('takes marketing templates and both product policies', async () => {
    for (const product_policy of ['CLOUD_API_FALLBACK', 'STRICT']) {
      expect((await sim.post(marketingPath, template(ANNA, 'offer', [], { product_policy }))).status).toBe(
        200,
      );
    }
    expect(sim.messages()[0]?.endpoint).toBe('marketing_messages');
  });

  it.each([
    ['a utility template', template(ANNA, 'plain'), 134100],
    ['an unknown policy', template(ANNA, 'offer', [], { product_policy: 'MAYBE' }), 131009],
    ['a misspelt key', template(ANNA, 'offer', [], { policy: 'STRICT' }), 100],
    ['text', { ...template(ANNA, 'offer'), type: 'text' }, 131009],
  ])('refuses %s', async (_name, body, code) => {
    expect((await sim.post(marketingPath, body)).body.error?.code).toBe(code);
  });
});

const RICH = {
  ...PLAIN,
  name: 'rich',
  components: [
    { type: 'HEADER', format: 'DOCUMENT' },
    ...(PLAIN.components as object[]),
    {
      type: 'BUTTONS',
      buttons: [
        { type: 'URL', text: 'Open', url: 'https://clinic.example/{{1}}', example: ['x'] },
        { type: 'COPY_CODE', example: 'CODE' },
        { type: 'FLOW', text: 'Form' },
      ],
    },
  ],
};
const file = (document: object) => ({ type: 'header', parameters: [{ type: 'document', document }] });
const PDF = file({ link: 'https://clinic.example/way.pdf', filename: 'Way.pdf' });
const end = (value: string) => ({ ...link, index: '0', parameters: [{ type: 'text', text: value }] });
const code = (coupon_code: string) => ({
  type: 'button',
  sub_type: 'copy_code',
  index: '1',
  parameters: [{ type: 'coupon_code', coupon_code }],
});
const flow = {
  type: 'button',
  sub_type: 'flow',
  index: '2',
  parameters: [{ type: 'action', action: { flow_token: 'row.flow' } }],
};

it('shows a document, the whole address, the code and the form of a template', async () => {
  await sim.post(templatesPath, RICH);
  await sim.post(sendPath, template(ANNA, 'rich', [PDF, end('a%2F1'), code('x'.repeat(15)), flow]));
  expect(sim.messages()[0]?.content).toMatchObject({
    header: { kind: 'document', text: 'Way.pdf', url: 'https://clinic.example/way.pdf' },
    buttons: [
      { kind: 'url', url: 'https://clinic.example/a%2F1' },
      { kind: 'copy', code: 'x'.repeat(15) },
      { kind: 'flow', token: 'row.flow' },
    ],
  });
});

it.each([
  ['a header without its file', [file({}), end('a'), code('a'), flow], 131008],
  [
    'a header with two files',
    [file({ id: '1', link: 'https://clinic.example/a.pdf' }), end('a'), code('a')],
    131009,
  ],
  ['the end of an address with a space', [PDF, end('a b'), code('a'), flow], 132018],
  ['the end of an address in letters that are not encoded', [PDF, end('ä'), code('a'), flow], 132018],
  ['no code', [PDF, end('a'), flow], 131008],
  ['a code of 16 characters', [PDF, end('a'), code('x'.repeat(16)), flow], 131009],
])('refuses %s', async (_name, components, expected) => {
  await sim.post(templatesPath, RICH);
  const { body } = await sim.post(sendPath, template(ANNA, 'rich', components));
  expect(body.error).toMatchObject({ code: expected });
});
