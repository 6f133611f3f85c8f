import { CareCampaignWhatsAppApi } from '../../../credentials/CareCampaignWhatsAppApi.credentials';
import { readWhatsAppCredential } from '../../../nodes/shared/whatsAppCredential';

const data = {
  accessToken: 'token-for-tests',
  phoneNumberId: '106540352242922',
  businessAccountId: '102290129340398',
  apiVersion: 'v23.0',
};

const codeOf = (change: object) => {
  try {
    return readWhatsAppCredential({ ...data, ...change }).baseUrl;
  } catch (error) {
    return (error as { code: string }).code;
  }
};

describe('the host that the token may go to', () => {
  it.each([
    ['Meta', {}, 'https://graph.facebook.com'],
    ['Meta, written with a slash', { baseUrl: 'https://graph.facebook.com/' }, 'https://graph.facebook.com'],
    [
      'a simulator, where it is said to be one',
      { baseUrl: 'http://127.0.0.1:8090', simulator: true },
      'http://127.0.0.1:8090',
    ],
    ['no other host', { baseUrl: 'https://evil.example' }, 'hostNotAllowed'],
    [
      'no host that only looks like Meta',
      { baseUrl: 'https://graph.facebook.com.evil.example' },
      'hostNotAllowed',
    ],
    [
      'no user name in front of another host',
      { baseUrl: 'https://graph.facebook.com@evil.example' },
      'hostNotAllowed',
    ],
    ['not Meta without encryption', { baseUrl: 'http://graph.facebook.com' }, 'hostNotAllowed'],
    [
      'no file, not even in a simulator',
      { baseUrl: 'file:///etc/passwd', simulator: true },
      'hostNotAllowed',
    ],
    ['nothing that is no address', { baseUrl: 'graph', simulator: true }, 'hostNotAllowed'],
  ])('is %s', (_what, change, expected) => {
    expect(codeOf(change)).toBe(expected);
  });
});

describe('the credential', () => {
  const credential = new CareCampaignWhatsAppApi();

  it('adds the token to its own host', async () => {
    const signed = await credential.authenticate(data, {
      baseURL: 'https://graph.facebook.com',
      url: '/v23.0/106540352242922',
    });
    expect(signed.headers).toEqual({ Authorization: 'Bearer token-for-tests' });
  });

  it.each([
    { url: 'https://evil.example/collect' },
    { url: '/collect', baseURL: 'https://evil.example' },
    { url: '//evil.example/collect', baseURL: 'https://graph.facebook.com' },
  ])('keeps the token from %j', async (request) => {
    await expect(credential.authenticate(data, request)).rejects.toThrow(/may only call the host/);
  });

  it('cannot be used by n8n’s HTTP Request node or by nodes of others', () => {
    const domains = credential.properties.find(({ name }) => name === 'allowedHttpRequestDomains');
    expect(domains).toMatchObject({ type: 'hidden', default: 'none' });
    expect(credential.restrictToSupportedNodes).toBe(true);
  });

  it('hides every secret in the form', () => {
    const shown = credential.properties.filter(({ typeOptions }) => typeOptions?.password !== true);
    expect(shown.map(({ name }) => name)).toEqual([
      'phoneNumberId',
      'businessAccountId',
      'apiVersion',
      'simulator',
      'baseUrl',
      'allowedHttpRequestDomains',
    ]);
  });

  it('names the field at fault and not what stands in it', () => {
    expect(() => readWhatsAppCredential({ ...data, apiVersion: 'token-for-tests' })).toThrow(/"apiVersion"/);
    expect(() => readWhatsAppCredential({ ...data, apiVersion: 'token-for-tests' })).not.toThrow(/token-for/);
  });
});
