import { CareCampaignSendAppApi } from '../../../credentials/CareCampaignSendAppApi.credentials';
import { readSendAppCredential } from '../../../nodes/shared/sendAppCredential';

const products = {
  agent: { product: 'agent', apiKey: 'planted-key', accountToken: 'planted-token', senderId: 'aurora-desk' },
  official: { product: 'official', accessToken: 'planted-token', senderId: 'aurora-desk' },
  cloud: { product: 'cloud', accessToken: 'planted-token', instanceId: 'INSTANCE1' },
} as const;

const codeOf = (data: object): string => {
  try {
    return readSendAppCredential(data).access.account.baseUrl;
  } catch (error) {
    return (error as { code: string }).code;
  }
};

describe('the host that SendApp’s keys may go to', () => {
  it.each([
    ['Agent’s own', products.agent, '', 'https://app.sendapp.ai'],
    ['Official’s own', products.official, '', 'https://official.sendapp.cloud'],
    ['Cloud’s own', products.cloud, 'https://app.sendapp.cloud/api', 'https://app.sendapp.cloud'],
    [
      'an Agent account’s own domain',
      products.agent,
      'https://chat.aurora.example',
      'https://chat.aurora.example',
    ],
    ['no own domain without encryption', products.agent, 'http://chat.aurora.example', 'hostNotAllowed'],
    ['no address in numbers', products.agent, 'https://10.0.0.5', 'hostNotAllowed'],
    ['no machine of the own network', products.agent, 'https://localhost', 'hostNotAllowed'],
    ['no login in front of a host', products.agent, 'https://app.sendapp.ai@evil.example', 'hostNotAllowed'],
    ['no own domain for Official', products.official, 'https://chat.aurora.example', 'hostNotAllowed'],
    ['not Agent’s host for Cloud', products.cloud, 'https://app.sendapp.ai', 'hostNotAllowed'],
    ['nothing that is no address', products.agent, 'sendapp', 'hostNotAllowed'],
  ])('is %s', (_what, product, baseUrl, expected) => {
    expect(codeOf({ ...product, baseUrl })).toBe(expected);
  });

  it('is a simulator’s, for each product, only where it is said to be one', () => {
    const baseUrl = 'http://127.0.0.1:8790';
    for (const product of Object.values(products)) {
      expect(codeOf({ ...product, baseUrl })).toBe('hostNotAllowed');
      expect(codeOf({ ...product, baseUrl, simulator: true })).toBe(baseUrl);
    }
  });
});

describe('the SendApp credential', () => {
  it.each([
    ['agent', 'sendAppAgent', 'aurora-desk'],
    ['official', 'sendAppOfficial', 'aurora-desk'],
    ['cloud', 'sendAppCloud', 'INSTANCE1'],
  ] as const)('of %s means the provider %s and the sender %s', (product, provider, senderId) => {
    // n8n stores the fields of the other products too.
    const { access, senderId: named } = readSendAppCredential({
      ...{ apiKey: '', accountToken: '', accessToken: '', instanceId: '', senderId: '' },
      ...products[product],
    });
    expect([access.provider, named]).toEqual([provider, senderId]);
  });

  it('chooses the way that keeps texts out of addresses, and no session for health, unless told otherwise', () => {
    expect(readSendAppCredential(products.official).access.account).toMatchObject({ api: 'json' });
    expect(readSendAppCredential(products.cloud).access.account).toMatchObject({ riskAccepted: false });
  });

  it.each(['../admin', 'a/../../b', '/send', 'send?x=1', 'https://evil.example', ''])(
    'takes no path that leads elsewhere: %j',
    (sendPath) => {
      expect(codeOf({ ...products.cloud, sendPath })).toBe('sendAppCredentialInvalid');
    },
  );

  it.each(['send-message', 'send.php', 'v2/whatsapp/send'])('takes the other spelling %s', (sendPath) => {
    expect(readSendAppCredential({ ...products.cloud, sendPath }).access.account).toMatchObject({ sendPath });
  });

  it('names the field at fault and not what stands in it', () => {
    expect(() => readSendAppCredential({ ...products.agent, senderId: 'planted token' })).toThrow(
      /"senderId"/,
    );
    expect(() => readSendAppCredential({ ...products.agent, senderId: 'planted token' })).not.toThrow(
      /planted/,
    );
  });

  it('cannot be used by n8n’s HTTP Request node or by nodes of others, and hides every secret', () => {
    const credential = new CareCampaignSendAppApi();
    const domains = credential.properties.find(({ name }) => name === 'allowedHttpRequestDomains');
    expect(domains).toMatchObject({ type: 'hidden', default: 'none' });
    expect(credential.restrictToSupportedNodes).toBe(true);
    const hidden = credential.properties.filter(({ typeOptions }) => typeOptions?.password === true);
    expect(hidden.map(({ name }) => name)).toEqual([
      'apiKey',
      'accountToken',
      'accessToken',
      'webhookSecret',
    ]);
  });
});
