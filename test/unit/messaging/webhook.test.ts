import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { CareError } from '../../../core/errors';
import {
  handshake,
  parseMetaDelivery,
  parseMetaWebhook,
  verifySignature,
} from '../../../core/messaging/providers/metaCloud/webhook';

const SECRET = 'app-secret-for-tests';
const PERSON = '12025550143';
const DIGEST = /^[0-9a-f]{64}$/;
const sign = (body: Buffer | string, secret = SECRET) =>
  `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;

const change = (value: object, field = 'messages') => ({
  field,
  value: { messaging_product: 'whatsapp', metadata: { phone_number_id: '1001' }, ...value },
});
const post = (...changes: object[]) => ({
  object: 'whatsapp_business_account',
  entry: [{ id: '2001', changes }],
});
const inbound = (message: object) =>
  parseMetaWebhook(
    post(change({ messages: [{ from: PERSON, id: 'wamid.IN', timestamp: '1800000000', ...message }] })),
  );

describe('verifySignature', () => {
  const body = Buffer.from('{"a":"è 😀"}');

  it('accepts what Meta signed over the raw bytes', () => {
    expect(verifySignature(body, sign(body), SECRET)).toBe(true);
  });

  it.each([
    ['another secret', sign(body, 'other')],
    ['no prefix', sign(body).slice('sha256='.length)],
    ['a cut digest', sign(body).slice(0, -1)],
    ['SHA-1', `sha1=${createHmac('sha1', SECRET).update(body).digest('hex')}`],
    ['upper-case hex', sign(body).toUpperCase().replace('SHA256', 'sha256')],
    ['one character too many', `${sign(body)}0`],
    ['nothing', ''],
    ['no header', undefined],
  ])('refuses a signature with %s', (_name, header) => {
    expect(verifySignature(body, header, SECRET)).toBe(false);
  });

  it('trusts nobody when no secret is set, not even a digest with the empty key', () => {
    expect(verifySignature(body, sign(body, ''), '')).toBe(false);
  });

  it('notices any single changed byte', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 1, maxLength: 200 }),
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        (bytes, at, by) => {
          const signature = sign(Buffer.from(bytes));
          const spoilt = Buffer.from(bytes);
          const index = at % spoilt.length;
          spoilt[index] = (spoilt[index] ?? 0) ^ by;
          return (
            verifySignature(Buffer.from(bytes), signature, SECRET) &&
            !verifySignature(spoilt, signature, SECRET)
          );
        },
      ),
    );
  });
});

describe('handshake', () => {
  const query = { 'hub.mode': 'subscribe', 'hub.verify_token': 'token', 'hub.challenge': '4711' };

  it('answers the challenge to the right token', () => {
    expect(handshake(query, 'token')).toBe('4711');
  });

  it.each([
    ['a wrong token', { ...query, 'hub.verify_token': 'tokem' }, 'token'],
    ['an empty token on our side', { ...query, 'hub.verify_token': '' }, ''],
    ['another mode', { ...query, 'hub.mode': 'unsubscribe' }, 'token'],
    ['no challenge', { ...query, 'hub.challenge': undefined }, 'token'],
    ['a list of tokens', { ...query, 'hub.verify_token': ['token'] }, 'token'],
  ])('refuses %s', (_name, asked, token) => {
    expect(handshake(asked, token)).toBeNull();
  });
});

describe('parseMetaWebhook', () => {
  const words = { text: null, payload: null, contextId: null, mediaIds: [], messageId: 'wamid.IN' };

  it.each([
    ['a text', { type: 'text', text: { body: 'Sì, confermo' } }, { text: 'Sì, confermo' }],
    [
      'a text that quotes',
      { type: 'text', text: { body: '1' }, context: { id: 'wamid.OUT' } },
      { text: '1', contextId: 'wamid.OUT' },
    ],
    [
      'a tap on a template button',
      { type: 'button', button: { payload: 'ob1.confirm', text: 'Confirm' }, context: { id: 'wamid.OUT' } },
      { text: 'Confirm', payload: 'ob1.confirm', contextId: 'wamid.OUT' },
    ],
    [
      'a tap on a reply button',
      {
        type: 'interactive',
        interactive: { type: 'button_reply', button_reply: { id: 'ob1.yes', title: 'Yes' } },
      },
      { text: 'Yes', payload: 'ob1.yes' },
    ],
    [
      'a row of a list',
      {
        type: 'interactive',
        interactive: { type: 'list_reply', list_reply: { id: 'ob1.location_2', title: 'North' } },
      },
      { text: 'North', payload: 'ob1.location_2' },
    ],
    [
      'a flow answer',
      {
        type: 'interactive',
        interactive: { type: 'nfm_reply', nfm_reply: { response_json: '{"slot":"am"}' } },
      },
      { text: 'am' },
    ],
    [
      'a flow answer without its token and its field names',
      {
        type: 'interactive',
        interactive: {
          type: 'nfm_reply',
          nfm_reply: { response_json: '{"flow_token":"stop","stop_over":true,"when":"mattina"}' },
        },
      },
      { text: 'mattina' },
    ],
    [
      'a flow answer that is no JSON',
      { type: 'interactive', interactive: { type: 'nfm_reply', nfm_reply: { response_json: 'am' } } },
      { text: 'am' },
    ],
    [
      'a picture with a caption',
      { type: 'image', image: { id: 91, caption: 'look' } },
      { text: 'look', mediaIds: ['91'] },
    ],
    ['a voice message', { type: 'audio', audio: { id: '92' } }, { mediaIds: ['92'] }],
    [
      'a document',
      { type: 'document', document: { id: '93', filename: 'report.pdf' } },
      { mediaIds: ['93'] },
    ],
    [
      'a reaction',
      { type: 'reaction', reaction: { message_id: 'wamid.OUT', emoji: '👍' } },
      { text: '👍', contextId: 'wamid.OUT' },
    ],
    [
      'a removed reaction',
      { type: 'reaction', reaction: { message_id: 'wamid.OUT' } },
      { contextId: 'wamid.OUT', form: 'reactionRemoved' },
    ],
    [
      'a text that was forwarded',
      { type: 'text', text: { body: 'see' }, context: { forwarded: true } },
      { text: 'see', forwarded: true },
    ],
    [
      'an order by its note and without its products',
      { type: 'order', order: { text: 'thanks', product_items: [{ product_retailer_id: 'planted' }] } },
      { text: 'thanks' },
    ],
    [
      'the advertisement that somebody comes from, without its texts and its click id',
      {
        type: 'text',
        text: { body: 'ciao' },
        referral: {
          source_type: 'ad',
          source_id: 120210,
          source_url: 'https://fb.example/planted',
          headline: 'planted',
          body: 'planted',
          ctwa_clid: 'planted',
        },
      },
      { text: 'ciao', ad: { type: 'ad', id: '120210' } },
    ],
    [
      'a place',
      { type: 'location', location: { latitude: 1, longitude: 2, name: 'Square', address: '1 Road' } },
      { text: 'Square, 1 Road' },
    ],
    ['bare coordinates', { type: 'location', location: { latitude: 1, longitude: 2 } }, {}],
    ['a contact card', { type: 'contacts', contacts: [{ name: { formatted_name: 'X' } }] }, { shown: 'X' }],
    ['something unsupported', { type: 'unsupported', errors: [{ code: 131051 }] }, { form: 'unsupported' }],
    ['a type of tomorrow', { type: 'hologram', hologram: { id: 'h' } }, {}],
    ['a known type with an unknown body', { type: 'text', text: { body: 7 } }, {}],
  ])('keeps %s', (_name, message, expected) => {
    expect(inbound(message)).toEqual([
      {
        kind: 'message',
        dedupeKey: expect.stringMatching(DIGEST) as string,
        phoneNumberId: '1001',
        from: { waId: PERSON },
        at: 1_800_000_000_000,
        ...words,
        ...expected,
      },
    ]);
  });

  it('gives a repeated delivery the same key, and another state of the same message another one', () => {
    const key = (status: string, code?: number) => {
      const errors = code === undefined ? [] : [{ code }];
      const value = { statuses: [{ id: 'wamid.OUT', status, timestamp: '1', errors }] };
      return parseMetaWebhook(post(change(value)))[0]?.dedupeKey;
    };
    expect(key('sent')).toBe(key('sent'));
    expect(new Set([key('sent'), key('read'), key('failed', 1), key('failed', 2)]).size).toBe(4);
  });

  it('finds the person by BSUID when the number is absent', () => {
    expect(
      inbound({ type: 'text', text: { body: 'ciao' }, from: undefined, from_user_id: 'IT.abc123' }),
    ).toMatchObject([{ from: { bsuid: 'IT.abc123' } }]);
  });

  it.each([
    ['user_changed_number', { wa_id: '12025550199' }, { waId: '12025550199' }],
    ['user_changed_user_id', { wa_id: PERSON, user_id: 'US.new1' }, { waId: PERSON, bsuid: 'US.new1' }],
  ])('reads the system message %s as a new identity of the same person', (type, system, next) => {
    expect(inbound({ type: 'system', system: { type, ...system } })).toMatchObject([
      { kind: 'identity', dedupeKey: expect.stringMatching(DIGEST) as string, from: { waId: PERSON }, next },
    ]);
  });

  it('reads user_id_update', () => {
    const update = { user_id: { previous: 'US.a', current: 'US.b' }, timestamp: 1_800_000_000 };
    expect(parseMetaWebhook(post(change({ user_id_update: [update] }, 'user_id_update')))).toMatchObject([
      { kind: 'identity', from: { bsuid: 'US.a' }, next: { bsuid: 'US.b' } },
    ]);
  });

  it('joins a status to our outbox row, keyed by message, state and error', () => {
    const status = {
      id: 'wamid.OUT',
      status: 'failed',
      timestamp: '1800000000',
      biz_opaque_callback_data: 'ob1',
      errors: [{ code: 131026, title: 'Planted text' }],
    };
    expect(parseMetaWebhook(post(change({ statuses: [status] })))).toEqual([
      {
        kind: 'status',
        dedupeKey: expect.stringMatching(DIGEST) as string,
        phoneNumberId: '1001',
        messageId: 'wamid.OUT',
        status: 'failed',
        at: 1_800_000_000_000,
        outboxId: 'ob1',
        errorCode: '131026',
      },
    ]);
  });

  it.each([
    ['stop', 'stop'],
    ['resume', 'resume'],
    ['a value of tomorrow', 'stop'],
  ])('reads the preference %s as %s, with no number in its key', (value, expected) => {
    const preference = { wa_id: PERSON, category: 'marketing_messages', value, timestamp: 1_800_000_000 };
    const [event] = parseMetaWebhook(post(change({ user_preferences: [preference] }, 'user_preferences')));
    expect(event).toMatchObject({ kind: 'preference', value: expected, at: 1_800_000_000_000 });
    expect(event?.dedupeKey).not.toContain(PERSON);
  });

  it('walks every entry, change, message and status of one POST in order', () => {
    const message = (id: string) => ({ from: PERSON, id, timestamp: '1', type: 'text', text: { body: id } });
    const status = (id: string) => ({ id, status: 'sent', timestamp: '1' });
    const body = {
      object: 'whatsapp_business_account',
      entry: [
        {
          id: '2001',
          changes: [change({ messages: [message('a'), message('b')] }), change({ statuses: [status('c')] })],
        },
        { id: '2002', changes: [change({ messages: [message('d')] })] },
      ],
    };
    expect(
      parseMetaWebhook(body).map((event) =>
        event.kind === 'status' ? event.messageId : 'text' in event && event.text,
      ),
    ).toEqual(['a', 'b', 'c', 'd']);
  });

  it.each([
    ['what staff write in the phone app', 'smb_message_echoes', { message_echoes: [{ id: 'wamid.E' }] }],
    ['a field of tomorrow', 'holograms', { id: 'h' }],
  ])('passes over %s', (_name, field, value) => {
    expect(parseMetaDelivery(post({ field, value }))).toEqual({ events: [], account: [], unreadable: 0 });
  });

  it('hears no person where WhatsApp itself speaks', () => {
    expect(inbound({ type: 'system', system: { type: 'customer_identity_changed' } })).toEqual([]);
  });

  it('reads all else of a POST when one part cannot be read', () => {
    const good = { from: PERSON, id: 'wamid.1', timestamp: '1', type: 'text', text: { body: 'STOP' } };
    const delivery = parseMetaDelivery(
      post(
        change({ messages: [{ from: PERSON, timestamp: '1', type: 'text' }, good] }),
        { field: 'messages', value: { messages: [] } },
        change({ statuses: [{ id: 'wamid.2', status: 'sent', timestamp: '1' }] }),
      ),
    );
    expect(delivery.events.map(({ kind }) => kind)).toEqual(['message', 'status']);
    expect(delivery.unreadable).toBe(2);
  });

  it.each([
    ['nothing', undefined],
    ['another object', { object: 'page', entry: [] }],
    ['a message without id', post(change({ messages: [{ from: PERSON, timestamp: '1', type: 'text' }] }))],
    ['no receiving number', post({ field: 'messages', value: { messages: [] } })],
  ])('refuses %s without quoting it', (_name, body) => {
    expect(() => parseMetaWebhook(body)).toThrow(
      expect.objectContaining({
        code: 'webhookInvalid',
        message: expect.not.stringContaining(PERSON) as string,
      }) as Error,
    );
  });

  it('throws nothing but CareError, whatever comes', () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        try {
          parseMetaWebhook(post(change({ messages: value, statuses: value })));
          return true;
        } catch (error) {
          return error instanceof CareError;
        }
      }),
    );
  });
});
