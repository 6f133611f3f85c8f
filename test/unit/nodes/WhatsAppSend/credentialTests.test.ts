import type { HttpRequest, HttpResponse } from '../../../../core';
import { checkMeta, testMeta } from '../../../../nodes/WhatsAppSend/credentialTests/meta';
import { checkSendApp, testSendApp } from '../../../../nodes/WhatsAppSend/credentialTests/sendApp';
import { readSendAppCredential } from '../../../../nodes/shared/sendAppCredential';
import { readWhatsAppCredential } from '../../../../nodes/shared/whatsAppCredential';
import { ACCOUNT, closeAll, NUMBER, SENDER, simulator, TOKEN } from '../../simulator/support';

afterEach(closeAll);

const decrypted = (data: object) => ({ id: '1', name: 'x', type: 'x', data }) as never;

const ours = { accessToken: TOKEN, phoneNumberId: NUMBER, businessAccountId: ACCOUNT, apiVersion: 'v23.0' };
const json = (body: unknown, status = 200): HttpResponse => ({
  status,
  contentType: 'application/json',
  body,
});
const graphError = (code: number) => json({ error: { code, message: 'planted' } }, 400);
const GOOD = json({ id: NUMBER, display_phone_number: SENDER });

describe('the test of the WhatsApp credential', () => {
  it('says which number it is connected to', async () => {
    const sim = await simulator();
    const result = await testMeta(decrypted({ ...ours, baseUrl: sim.url, simulator: true }));
    expect(result).toEqual({ status: 'OK', message: `Connected to ${SENDER}` });
  });

  it.each([
    ['a wrong token', { accessToken: 'wrong' }, /Access Token/],
    ['a wrong number ID', { phoneNumberId: '999' }, /Phone Number ID/],
    ['a wrong account ID', { businessAccountId: '999' }, /Business Account ID/],
    ['a number of another account', { businessAccountId: '100000000000202' }, /does not belong/],
    ['an empty field', { accessToken: '' }, /"accessToken"/],
    ['a version that is none', { apiVersion: '23' }, /"apiVersion"/],
    ['a host that is not permitted', { baseUrl: 'https://evil.example', simulator: false }, /Simulator/],
  ])('tells %s from the others', async (_name, change, sentence) => {
    const other = { phoneNumberId: '100000000000102', displayPhoneNumber: '+44 7700 900101' };
    const own = { phoneNumberId: NUMBER, displayPhoneNumber: SENDER };
    const sim = await simulator({
      phoneNumbers: [
        { ...own, businessAccountId: ACCOUNT, portfolioId: 'portfolio' },
        { ...other, businessAccountId: '100000000000202', portfolioId: 'portfolio' },
      ],
    });
    const result = await testMeta(decrypted({ ...ours, baseUrl: sim.url, simulator: true, ...change }));
    expect(result).toEqual({ status: 'Error', message: expect.stringMatching(sentence) as string });
  });

  it.each([
    ['a version that Meta has ended', [graphError(2635)], /API Version/],
    ['a version that does not exist', [graphError(2500)], /API Version/],
    ['a missing permission to send', [graphError(10)], /whatsapp_business_messaging/],
    ['a missing permission for templates', [GOOD, graphError(200)], /whatsapp_business_management/],
    ['too many calls', [graphError(4)], /in a minute/],
    ['a code that has no words', [graphError(368)], /code 368/],
    [
      'a page instead of an answer',
      [{ status: 200, contentType: 'text/html', body: '<p>planted' }],
      /could not be reached/,
    ],
  ])('explains %s and quotes nothing of Meta’s text', async (_name, answers, sentence) => {
    const queue = [...answers];
    const result = await checkMeta(readWhatsAppCredential(ours), async () => queue.shift() ?? GOOD);
    expect(result.status).toBe('Error');
    expect(result.message).toMatch(sentence);
    expect(result.message).not.toMatch(/planted/);
  });

  it('says that nobody answered', async () => {
    const result = await testMeta(decrypted({ ...ours, baseUrl: 'http://127.0.0.1:1', simulator: true }));
    expect(result).toMatchObject({
      status: 'Error',
      message: expect.stringContaining('not be reached') as string,
    });
  });
});

describe('the test of the SendApp credential', () => {
  const keys = {
    agent: {
      apiKey: 'simulator-sendapp-key',
      accountToken: 'simulator-sendapp-token',
      senderId: 'aurora-desk',
    },
    official: { accessToken: 'simulator-sendapp-access', senderId: 'aurora-desk' },
    cloud: { accessToken: 'simulator-sendapp-access', instanceId: 'SIMULATOR1', riskAccepted: true },
  };

  it.each(['agent', 'official', 'cloud'] as const)('connects %s and sends nothing', async (product) => {
    const sim = await simulator();
    const data = { product, ...keys[product], baseUrl: sim.url, simulator: true };
    expect(await testSendApp(decrypted(data))).toMatchObject({ status: 'OK' });
    expect(sim.messages()).toEqual([]);
  });

  it.each([
    ['agent', { apiKey: 'wrong' }, /API Key/],
    ['agent', { accountToken: 'wrong' }, /Account Token is none/],
    ['official', { accessToken: 'wrong' }, /Access Token/],
    ['cloud', { accessToken: 'wrong' }, /Access Token/],
    ['cloud', { instanceId: 'OTHER' }, /Instance ID is none/],
    ['cloud', { riskAccepted: false }, /accept the risk/],
    ['agent', { senderId: '' }, /"senderId"/],
    ['official', { baseUrl: 'https://evil.example', simulator: false }, /official\.sendapp\.cloud only/],
  ] as const)('of %s explains %j', async (product, change, sentence) => {
    const sim = await simulator();
    const data = { product, ...keys[product], baseUrl: sim.url, simulator: true, ...change };
    const result = await testSendApp(decrypted(data));
    expect(result).toEqual({ status: 'Error', message: expect.stringMatching(sentence) as string });
  });

  it('asks for a new scan where the session has ended', async () => {
    const sim = await simulator();
    sim.setSendApp({ answer: 'sessionGone' });
    const data = { product: 'cloud', ...keys.cloud, baseUrl: sim.url, simulator: true };
    expect((await testSendApp(decrypted(data))).message).toMatch(/QR code/);
  });

  it.each([
    ['a page', { status: 200, contentType: 'text/html', body: '<p>planted' }, /page instead of data/],
    ['an error in a 200', json({ status: 'error', message: 'planted' }), /Access Token/],
  ])('knows %s for what it is', async (_name, answer, sentence) => {
    const access = readSendAppCredential({ product: 'official', ...keys.official });
    const result = await checkSendApp(access, async () => answer);
    expect(result.message).toMatch(sentence);
    expect(result.message).not.toMatch(/planted/);
  });

  it('puts the key of Agent into the address only where the header is not taken', async () => {
    const asked: HttpRequest[] = [];
    const access = readSendAppCredential({ product: 'agent', ...keys.agent });
    await checkSendApp(access, async (request) => {
      asked.push(request);
      return asked.length === 1 ? json({}, 401) : json([{ token: keys.agent.accountToken }]);
    });
    expect(asked.map(({ url }) => url)).toEqual([
      'https://app.sendapp.ai/api/get_tokens',
      'https://app.sendapp.ai/api/get_tokens?apikey=simulator-sendapp-key',
    ]);
  });
});
