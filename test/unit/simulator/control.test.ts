import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  ANNA,
  closeAll,
  NUMBER,
  OFFLINE,
  PLAIN,
  receiver,
  sendPath,
  simulator,
  template,
  templatesPath,
  type Harness,
} from './support';

afterEach(closeAll);

describe('the control interface, for another process', () => {
  let sim: Harness;
  beforeEach(async () => {
    sim = await simulator();
    await sim.post(templatesPath, PLAIN);
    await sim.post(sendPath, template(ANNA, 'plain'));
  });

  it('lists messages, persons and a chat', async () => {
    expect((await sim.get('/simulator/messages')).body).toEqual(JSON.parse(JSON.stringify(sim.messages())));
    expect((await sim.get<unknown[]>('/simulator/persons')).body[0]).toMatchObject({
      phone: ANNA,
      digits: ANNA.slice(1),
      unread: 1,
      last: { status: 'delivered' },
    });
    const { body } = await sim.get(`/simulator/chat?person=${encodeURIComponent(ANNA)}`);
    expect(body.messages).toHaveLength(1);
    expect((await sim.get('/simulator/templates')).body).toMatchObject([{ name: 'plain' }]);
  });

  it('counts what was accepted and refused, and forgets it at a reset', async () => {
    await sim.post(sendPath, template(ANNA, 'plain', [], { biz_opaque_callback_data: 'row-1' }));
    await sim.post(sendPath, template(OFFLINE, 'plain', [], { biz_opaque_callback_data: 'row-1' }));
    await sim.post(sendPath, template(ANNA, 'unknown'));
    const { body } = await sim.get('/simulator/tally');
    const at = sim.now();
    expect(body).toEqual({
      accepted: 3,
      reached: 2,
      mostOfOneId: 2,
      firstAt: at,
      lastAt: at,
      refused: { 132001: 1 },
    });
    await sim.post('/simulator/reset', {});
    expect((await sim.get('/simulator/tally')).body).toMatchObject({ accepted: 0, refused: {} });
  });

  it('upgrades a number, and refuses one that it does not have', async () => {
    const upgrade = { phoneNumberId: NUMBER, perSecond: 2 };
    expect((await sim.post('/simulator/throughput', upgrade)).status).toBe(200);
    const codes = [];
    for (let i = 0; i < 3; i += 1)
      codes.push((await sim.post(sendPath, template(ANNA, 'plain'))).body.error?.code);
    expect(codes).toEqual([undefined, undefined, 130429]);
    expect((await sim.post('/simulator/throughput', { ...upgrade, phoneNumberId: '1' })).status).toBe(409);
  });

  it('adds persons, replies, reads, moves the clock and resets', async () => {
    expect(
      (await sim.post('/simulator/persons', { phone: '+447700900170', name: 'Nora Neu' })).body,
    ).toMatchObject([{ name: 'Nora Neu', online: true }]);
    expect((await sim.post('/simulator/persons', [{ phone: OFFLINE, online: true }])).body).toMatchObject([
      { name: 'Ophelia Aus', online: true },
    ]);
    expect((await sim.post('/simulator/read', { person: ANNA })).status).toBe(200);
    expect(sim.messages()[0]?.status).toBe('read');
    const { body } = await sim.post('/simulator/reply', { person: ANNA, text: 'hello' });
    expect(sim.chat(ANNA).at(-1)).toMatchObject({ id: body.id, text: 'hello' });
    const before = sim.now();
    expect((await sim.post('/simulator/clock', { advanceMs: 5000 })).body).toEqual({ now: before + 5000 });
    expect((await sim.post('/simulator/preferences', { person: ANNA, value: 'stop' })).status).toBe(200);
    expect((await sim.post('/simulator/templates', { name: 'plain', status: 'PAUSED' })).body).toMatchObject([
      { status: 'PAUSED' },
    ]);
    expect(
      (await sim.post('/simulator/number-change', { person: ANNA, to: '+447700900180' })).body,
    ).toMatchObject({ phone: '+447700900180' });
    expect((await sim.post('/simulator/reset', {})).status).toBe(200);
    expect(sim.messages()).toEqual([]);
  });

  it('sets the webhook, and only one that answers if asked to check', async () => {
    const hook = await receiver();
    expect((await sim.post('/simulator/webhook', { url: hook.url, verify: true })).body).toEqual({
      url: hook.url,
      verified: true,
    });
    expect((await sim.post('/simulator/webhook', { url: 'http://127.0.0.1:9/', verify: true })).status).toBe(
      409,
    );
    expect((await sim.get<{ webhookUrl: string }>('/simulator/state')).body.webhookUrl).toBe(hook.url);
  });

  it.each([
    ['reply', { person: ANNA, buttonIndex: 0 }, 409],
    ['reply', { person: ANNA, txt: 'hello' }, 400],
    ['read', { person: '+447700900199' }, 409],
    ['persons', { phone: 'nonsense' }, 400],
    ['clock', { advanceMs: -1 }, 400],
  ])('says what is wrong with %s %j', async (path, body, status) => {
    const answer = await sim.post(`/simulator/${path}`, body);
    expect(answer.status).toBe(status);
    expect(answer.body.error).toEqual(expect.any(String));
  });

  it('tells the page of changes as they happen', async () => {
    const stream = await fetch(`${sim.url}/simulator/events`);
    const reader = (stream.body as ReadableStream<Uint8Array>).getReader();
    const read = async () => new TextDecoder().decode((await reader.read()).value);
    expect(await read()).toContain('data: {"person":""}');
    sim.reply({ person: ANNA, text: 'hello' });
    expect(await read()).toContain(ANNA);
    await reader.cancel();
  });
});

describe('the phone page', () => {
  const folder = join(__dirname, '../../../simulator/public');

  it.each([
    ['/', 'text/html'],
    ['/app.js', 'javascript'],
    ['/style.css', 'text/css'],
    ['/icon.svg', 'svg'],
  ])('is served: %s', async (path, type) => {
    const answer = await fetch(`${(await simulator()).url}${path}`);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, expect.stringContaining(type)]);
  });

  it('asks no other host for anything', () => {
    const files = readdirSync(folder)
      .map((name) => readFileSync(join(folder, name), 'utf8'))
      .join('\n');
    const hosts = new Set(Array.from(files.matchAll(/https?:\/\/([\w.-]+)/g), (match) => match[1]));
    expect([...hosts]).toEqual(['www.w3.org']);
  });

  it('never turns a message into markup', () => {
    const scripts = readdirSync(folder).filter((name) => name.endsWith('.js'));
    for (const name of scripts)
      expect(readFileSync(join(folder, name), 'utf8')).not.toMatch(
        /innerHTML|insertAdjacentHTML|document\.write/,
      );
  });
});
