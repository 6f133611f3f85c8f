import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Ajv2020 from 'ajv/dist/2020';
import addFormats from 'ajv-formats';
import { parse } from 'yaml';
import { readSchemas, type Schema } from '../../../simulator/validation/document';
import { requestValidator } from '../../../simulator/validation/validator';
import {
  ACCOUNT,
  ANNA,
  closeAll,
  NOBODY,
  NUMBER,
  PLAIN,
  receiver,
  REMINDER,
  sendPath,
  simulator,
  template,
  templatesPath,
  text,
} from '../../unit/simulator/support';

/* Holds the simulator against Meta's own document: its samples must be taken, and our answers must fit its schemas. */

interface Operation {
  requestBody: { content: Record<string, { examples: Record<string, { value: unknown }> }> };
  responses: Record<string, { content: Record<string, { schema: Schema }> }>;
}
interface Document {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, Schema> };
}

const FILE = join(__dirname, '../../../simulator/openapi/business-messaging-api_v23.0.yaml');
const document = parse(readFileSync(FILE, 'utf8')) as Document;
const operation = (path: string, method: string): Operation => {
  const found = document.paths[`/{Version}/${path}`]?.[method];
  if (!found) throw new Error(`${method} ${path} is not in the document`);
  return found;
};

const ajv = new Ajv2020({ strict: false });
addFormats(ajv);
ajv.addSchema({ $id: 'meta', components: document.components });
const faults = (schema: Schema, value: unknown): unknown => {
  const validate = ajv.compile(absolute(schema));
  return validate(value) ? [] : validate.errors;
};
const absolute = (schema: Schema): Schema =>
  JSON.parse(JSON.stringify(schema).replaceAll('"#/components', '"meta#/components')) as Schema;
const named = (name: string): Schema => ({ $ref: `#/components/schemas/${name}` });

afterEach(closeAll);

it('is read in parts as it would be read whole', () => {
  expect(readSchemas(FILE, ...Object.keys(document.components.schemas))).toEqual(document.components.schemas);
});

/**
 * Orders need payments, which are not simulated; one sample of quick replies has booleans for payloads against the
 * document's own schema; one sample of a list has no `type`; the read receipt is a request of its own.
 */
const NOT_OURS = /Order|Issue Resolution|Reply to List|typing indicator/;
const messageExamples = Object.entries(
  operation('{Phone-Number-ID}/messages', 'post').requestBody.content['application/json']?.examples ?? {},
).filter(([name]) => !NOT_OURS.test(name));

/** The samples have `<PLACEHOLDERS>` where an address or number belongs. */
const filled = (value: unknown): unknown =>
  JSON.parse(
    JSON.stringify(value)
      .replace(/"(link|url)":"[^"]*"/g, '"$1":"https://clinic.example/file"')
      .replace(/"to":"[^"]*"/g, `"to":"${ANNA}"`)
      .replace('<HEADER_TYPE>', 'text')
      .replace(/<[A-Z_0-9]+>/g, 'x'),
  );

it('covers most of the samples', () => {
  expect(messageExamples.length).toBeGreaterThan(40);
});

it.each(messageExamples)('takes Meta’s sample: %s', (_name, { value }) => {
  expect(() => requestValidator(FILE).message(filled(value))).not.toThrow();
});

it.each(
  Object.entries(
    operation('{Phone-Number-ID}/marketing_messages', 'post').requestBody.content['application/json']
      ?.examples ?? {},
  ),
)('takes Meta’s sample of a marketing message: %s', (_name, { value }) => {
  expect(() => requestValidator(FILE).marketingMessage(filled(value))).not.toThrow();
});

describe('answers fit the document', () => {
  const answerSchema = (path: string, method: string) =>
    operation(path, method).responses['200']?.content['application/json']?.schema ?? {};

  it.each([
    ['sending', '{Phone-Number-ID}/messages', 'post', sendPath, template(ANNA, 'plain')],
    [
      'creating a template',
      '{WABA-ID}/message_templates',
      'post',
      templatesPath,
      { ...PLAIN, name: 'other' },
    ],
    ['listing templates', '{WABA-ID}/message_templates', 'get', templatesPath, undefined],
    [
      'reading a number',
      '{Phone-Number-ID}',
      'get',
      `/v23.0/${NUMBER}?fields=display_phone_number,quality_rating,name_status`,
      undefined,
    ],
    ['subscribing', '{WABA-ID}/subscribed_apps', 'post', `/v23.0/${ACCOUNT}/subscribed_apps`, {}],
  ])('%s', async (_name, path, method, url, body) => {
    const sim = await simulator();
    await sim.post(templatesPath, PLAIN);
    const answer = await (body === undefined ? sim.get<unknown>(url) : sim.post<unknown>(url, body));
    expect(answer.status).toBe(200);
    expect(faults(answerSchema(path, method), answer.body)).toEqual([]);
  });

  it('refusing', async () => {
    const sim = await simulator();
    const { body } = await sim.post(sendPath, text('nonsense'));
    expect(faults(named('GraphAPIError'), body)).toEqual([]);
  });
});

describe('webhooks fit the document', () => {
  /** Its inbound messages are built on the *outgoing* base, which demands `to`; the second part is the inbound one. */
  const inboundPart = (name: string): Schema =>
    (document.components.schemas[name]?.allOf as Schema[] | undefined)?.[1] ?? {};

  it('statuses, with and without an error', async () => {
    const hook = await receiver();
    const sim = await simulator({ webhookUrl: hook.url });
    await sim.post(templatesPath, PLAIN);
    await sim.post(sendPath, template(ANNA, 'plain'));
    await sim.post(sendPath, template(NOBODY, 'plain'));
    await sim.webhooksIdle();
    const values = hook.updates('messages').map((update) => update.value);
    expect(values).toHaveLength(3);
    for (const value of values) expect(faults(named('StatusMessageValue'), value)).toEqual([]);
  });

  it('buttons, lists and changes of number', async () => {
    const hook = await receiver();
    const sim = await simulator({ webhookUrl: hook.url });
    await sim.post(templatesPath, REMINDER);
    const values = { type: 'body', parameters: ['a', 'b'].map((one) => ({ type: 'text', text: one })) };
    const link = { type: 'button', sub_type: 'url', index: '2', parameters: [{ type: 'text', text: 'x' }] };
    await sim.post(sendPath, template(ANNA, 'reminder', [values, link]));
    sim.reply({ person: ANNA, buttonIndex: 0 });
    const rows = [{ id: 'n', title: 'North', description: 'by the park' }];
    const list = { type: 'list', body: { text: 'Where?' }, action: { button: 'Pick', sections: [{ rows }] } };
    await sim.post(sendPath, { ...text(ANNA), type: 'interactive', text: undefined, interactive: list });
    sim.reply({ person: ANNA, rowId: 'n' });
    sim.changeNumber(ANNA, '+447700900199');
    await sim.webhooksIdle();
    const [button, row, system] = hook.inbound();
    expect(faults(inboundPart('ButtonMessage'), button)).toEqual([]);
    expect(faults(inboundPart('InteractiveMessageReply'), row)).toEqual([]);
    expect(faults(named('InteractiveListReplyContent'), row?.interactive)).toEqual([]);
    expect(faults(inboundPart('SystemMessage'), system)).toEqual([]);
    for (const { value } of hook.updates('messages'))
      expect(faults(named('Metadata'), value.metadata)).toEqual([]);
  });
});
