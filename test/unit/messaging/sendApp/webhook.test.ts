import fc from 'fast-check';
import {
  knowsSecret,
  parseFieldWebhook,
  parseSendAppCloudWebhook,
  type WebhookPaths,
} from '../../../../core';

const INSTANCE = 'INSTANCE1';
const NOW = Date.UTC(2027, 2, 1, 9);
const SECONDS = NOW / 1000;
const JID = '12025550143@s.whatsapp.net';

const raw = (message: unknown, key: object = {}, more: object = {}) => ({
  instance_id: INSTANCE,
  data: {
    event: 'messages.upsert',
    data: {
      messages: [
        {
          key: { remoteJid: JID, fromMe: false, id: 'K1', ...key },
          messageTimestamp: SECONDS - 5,
          message,
          ...more,
        },
      ],
    },
  },
});
const update = (status: unknown, key: object = {}) => ({
  instance_id: INSTANCE,
  data: { event: 'messages.update', data: [{ key: { id: 'K9', fromMe: true, ...key }, update: { status } }] },
});
const parse = (body: unknown, at = NOW) => parseSendAppCloudWebhook(body, INSTANCE, at);
const codeOf = (work: () => unknown): string => {
  try {
    work();
    return 'none';
  } catch (error) {
    return (error as { code: string }).code;
  }
};

describe('what SendApp Cloud’s raw session events say', () => {
  it('reads a message with who, when and what', () => {
    expect(parse(raw({ conversation: 'STOP' }))).toMatchObject([
      {
        kind: 'message',
        phoneNumberId: INSTANCE,
        from: { waId: '12025550143' },
        at: NOW - 5_000,
        text: 'STOP',
        payload: null,
        contextId: null,
        mediaIds: [],
      },
    ]);
  });

  it.each([
    ['a text', { conversation: 'yes' }, 'yes', null, 0],
    [
      'a long or quoting text',
      { extendedTextMessage: { text: 'yes', contextInfo: { stanzaId: 'Q1' } } },
      'yes',
      'Q1',
      0,
    ],
    ['a message that disappears', { ephemeralMessage: { message: { conversation: 'yes' } } }, 'yes', null, 0],
    [
      'a picture with words',
      { imageMessage: { caption: 'look', url: 'https://x.example' } },
      'look',
      null,
      1,
    ],
    ['a document', { documentMessage: { fileName: 'report.pdf' } }, null, null, 1],
    ['a voice message', { audioMessage: { seconds: 3 } }, null, null, 1],
    ['a reaction', { reactionMessage: { text: '👍', key: { id: 'Q1' } } }, '👍', 'Q1', 0],
    ['a kind that nobody knows', { pollCreationMessage: { name: 'x' } }, null, null, 0],
    ['no content at all', null, null, null, 0],
  ])('reads %s', (_name, message, text, contextId, media) => {
    const [event] = parse(raw(message));
    expect(event).toMatchObject({ kind: 'message', text, contextId });
    expect(event?.kind === 'message' ? event.mediaIds : null).toHaveLength(media);
  });

  it.each([
    ['our own messages', raw({ conversation: 'x' }, { fromMe: true })],
    ['groups', raw({ conversation: 'x' }, { remoteJid: '1203630@g.us', participant: JID })],
    ['status broadcasts', raw({ conversation: 'x' }, { remoteJid: 'status@broadcast' })],
    ['channels', raw({ conversation: 'x' }, { remoteJid: '99@newsletter' })],
    ['deletions and other messages about messages', raw({ protocolMessage: { type: 0 } })],
    [
      'changes of contacts',
      { instance_id: INSTANCE, data: { event: 'contacts.update', data: [{ id: JID }] } },
    ],
    ['the state of the session', { instance_id: INSTANCE, data: { event: 'connection.update', data: {} } }],
  ])('leaves out %s', (_name, body) => {
    expect(parse(body)).toEqual([]);
  });

  it.each([
    ['with a device', { remoteJid: '12025550143:7@s.whatsapp.net' }, { waId: '12025550143' }],
    ['in the older spelling', { remoteJid: '12025550143@c.us' }, { waId: '12025550143' }],
    ['by a private id alone', { remoteJid: '777@lid' }, { sendAppId: '777' }],
    [
      'by a private id beside the number',
      { remoteJid: '777@lid', senderPn: JID },
      { sendAppId: '777', waId: '12025550143' },
    ],
    [
      'so in newer engines',
      { remoteJid: '777:2@lid', remoteJidAlt: JID },
      { sendAppId: '777', waId: '12025550143' },
    ],
  ])('knows a person who comes %s', (_name, key, from) => {
    expect(parse(raw({ conversation: 'x' }, key))).toMatchObject([{ from }]);
  });

  it.each([
    ['a number', SECONDS],
    ['a text', String(SECONDS)],
    ['two halves', { low: SECONDS, high: 0, unsigned: true }],
    ['nothing, so now', undefined],
  ])('takes the time as %s', (_name, messageTimestamp) => {
    expect(parse(raw({ conversation: 'x' }, {}, { messageTimestamp }))).toMatchObject([{ at: NOW }]);
  });

  it('takes a list that stands directly under data', () => {
    const { data } = raw({ conversation: 'x' });
    const body = { instance_id: INSTANCE, data: { event: 'messages.upsert', data: data.data.messages } };
    expect(parse(body)).toHaveLength(1);
  });

  it.each([
    [2, 'sent'],
    [3, 'delivered'],
    [4, 'read'],
    [5, 'read'],
    ['DELIVERY_ACK', 'delivered'],
  ])('reads the status %s as %s, never as more', (status, expected) => {
    expect(parse(update(status))).toMatchObject([
      { kind: 'status', messageId: 'K9', status: expected, outboxId: null, errorCode: null },
    ]);
  });

  it.each([
    ['a status that means nothing', update(1)],
    ['an error, which names no reason', update(0)],
    ['an update without a status', update(undefined)],
    ['a status of a message of theirs', update(4, { fromMe: false })],
  ])('makes nothing of %s', (_name, body) => {
    expect(parse(body)).toEqual([]);
  });
});

describe('SendApp Cloud’s other two shapes', () => {
  const simplified = (key: object = {}) => ({
    instance_id: INSTANCE,
    data: {
      event: 'received_message',
      message: {
        message_key: { id: 'K1', remoteJid: JID, fromMe: false, timestamp: SECONDS, ...key },
        body_message: { messages: { conversation: 'STOP' } },
      },
    },
  });

  it('reads the simplified one', () => {
    expect(parse(simplified())).toMatchObject([{ from: { waId: '12025550143' }, text: 'STOP', at: NOW }]);
    expect(parse(simplified({ fromMe: true }))).toEqual([]);
  });

  it.each([
    [{ from: '12025550143', message: 'STOP' }],
    [{ number: '+1 202 555 0143', text: 'STOP' }],
    [{ from: JID, message: 'STOP', type: 'text' }],
    [{ number: 12025550143, message: 'STOP' }],
  ])('reads the flat one: %j', (flat) => {
    expect(parse({ instance_id: INSTANCE, ...flat })).toMatchObject([
      { from: { waId: '12025550143' }, text: 'STOP', at: NOW },
    ]);
  });

  it('names one message alike in both shapes that carry its id, so a repeat in another shape is one', () => {
    expect(parse(raw({ conversation: 'STOP' }))[0]?.dedupeKey).toBe(parse(simplified())[0]?.dedupeKey);
  });

  it('drops a flat repeat at once, but hears the same word again later: a second STOP must count', () => {
    const flat = { instance_id: INSTANCE, from: '12025550143', message: 'STOP' };
    const [first, repeat, later] = [NOW, NOW + 2_000, NOW + 60_000].map(
      (at) => parse(flat, at)[0]?.dedupeKey,
    );
    expect(repeat).toBe(first);
    expect(later).not.toBe(first);
  });
});

describe('what is not ours', () => {
  it.each([
    ['another instance', { ...raw({ conversation: 'x' }), instance_id: 'OTHER' }, 'senderUnknown'],
    ['no instance', { data: { event: 'messages.upsert', data: [] } }, 'webhookInvalid'],
    ['no JSON', null, 'webhookInvalid'],
    [
      'a message list without keys',
      { instance_id: INSTANCE, data: { event: 'messages.upsert', data: [{}] } },
      'webhookInvalid',
    ],
    ['a flat body without a number', { instance_id: INSTANCE, message: 'planted' }, 'webhookInvalid'],
    [
      'a sender that is no number',
      { instance_id: INSTANCE, from: 'planted', message: 'x' },
      'webhookInvalid',
    ],
  ])('refuses %s', (_name, body, code) => {
    expect(codeOf(() => parse(body))).toBe(code);
  });

  it('refuses anything at all with a code and never quotes it', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(['none', 'webhookInvalid', 'senderUnknown']).toContain(codeOf(() => parse(value)));
        expect(['none', 'webhookInvalid', 'senderUnknown']).toContain(
          codeOf(() => parse({ instance_id: INSTANCE, data: { event: 'messages.upsert', data: value } })),
        );
      }),
    );
  });

  it('keeps numbers and words out of keys and errors', () => {
    const keys = [
      raw({ conversation: 'planted' }),
      { instance_id: INSTANCE, from: '12025550143', message: 'planted' },
    ]
      .flatMap((body) => parse(body))
      .map(({ dedupeKey }) => dedupeKey);
    expect(keys.every((key) => /^[0-9a-f]{64}$/.test(key))).toBe(true);
    expect(() => parse({ instance_id: INSTANCE, from: 'planted' })).not.toThrow(/planted/);
  });
});

describe('a webhook of SendApp Agent or Official, read by paths', () => {
  const PATHS: WebhookPaths = {
    text: 'data.message.text',
    number: 'data.contact.0.number',
    id: 'data.message.id',
    payload: 'data.button',
    own: 'data.fromMe',
  };
  const body = (data: object = {}) => ({
    data: { message: { text: 'STOP', id: 5 }, contact: [{ number: '+12025550143' }], ...data },
  });
  const read = (value: unknown, paths = PATHS, at = NOW) =>
    parseFieldWebhook(value, 'aurora-desk', paths, at);

  it('finds text, number, id and tap', () => {
    expect(read(body({ button: 'abc.confirm' }))).toMatchObject([
      {
        kind: 'message',
        phoneNumberId: 'aurora-desk',
        from: { waId: '12025550143' },
        text: 'STOP',
        payload: 'abc.confirm',
        at: NOW,
      },
    ]);
  });

  it('takes several messages in a list, and leaves out what we sent ourselves', () => {
    expect(read([body(), body({ fromMe: true }), body()])).toHaveLength(2);
  });

  it('recognises a repeat by the id, whenever it comes', () => {
    expect(read(body(), PATHS, NOW + 86_400_000)[0]?.dedupeKey).toBe(read(body())[0]?.dedupeKey);
  });

  it('without an id, recognises a repeat by its content for some seconds', () => {
    const paths = { ...PATHS, id: '' };
    const [first, repeat, later] = [0, 1_000, 60_000].map(
      (wait) => read(body(), paths, NOW + wait)[0]?.dedupeKey,
    );
    expect(repeat).toBe(first);
    expect(later).not.toBe(first);
  });

  it('says so when the path of the number leads nowhere, so that nobody’s STOP gets lost in silence', () => {
    expect(codeOf(() => read(body({ contact: [] })))).toBe('webhookInvalid');
    expect(codeOf(() => read('text'))).toBe('webhookInvalid');
  });

  it('follows no path out of the body', () => {
    const paths = { ...PATHS, text: 'constructor.name', payload: '__proto__.x' };
    expect(read(body(), paths)).toMatchObject([{ text: null, payload: null }]);
  });
});

describe('the secret of a webhook’s address', () => {
  it.each([
    ['the right one', 'a-long-secret', 'a-long-secret', true],
    ['a wrong one', 'a-long-secreT', 'a-long-secret', false],
    ['a shorter one', 'a', 'a-long-secret', false],
    ['none', undefined, 'a-long-secret', false],
    ['several', ['a-long-secret', 'a-long-secret'], 'a-long-secret', false],
    ['an empty one where the credential has none', '', '', false],
  ])('opens for %s: %j', (_name, given, expected, opens) => {
    expect(knowsSecret(given, expected)).toBe(opens);
  });
});
