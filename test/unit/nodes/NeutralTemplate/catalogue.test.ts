import type { IDataObject, IHttpRequestOptions } from 'n8n-workflow';
import { LANGUAGES, listTemplates } from '../../../../core';
import { NeutralTemplate } from '../../../../nodes/NeutralTemplate/NeutralTemplate.node';
import { registryFor } from '../../../../nodes/shared/registry';
import { executeFunctions } from '../../../support/executeFunctions';
import { auroraParameter, auroraRegistry } from '../../../support/nodeRegistry';

jest.mock('../../../../nodes/shared/registry');

const credentials = {
  careCampaignWhatsAppApi: {
    accessToken: 'token-for-tests',
    phoneNumberId: '106540352242922',
    businessAccountId: '102290129340398',
    apiVersion: 'v23.0',
  },
};

type Answer = (request: IHttpRequestOptions) => { statusCode: number; body: unknown };

async function run(operation: string, templates: string[], answer?: Answer) {
  const requests: IHttpRequestOptions[] = [];
  jest.mocked(registryFor).mockResolvedValue(auroraRegistry());
  const context = executeFunctions({
    items: [{ id: 1 }, { id: 2 }],
    parameters: { operation, templates, controller: auroraParameter },
    credentials,
    helpers: {
      httpRequestWithAuthentication: async (type: string, request: IHttpRequestOptions) => {
        expect(type).toBe('careCampaignWhatsAppApi');
        requests.push(request);
        if (!answer) throw new Error('connect ECONNREFUSED');
        return answer(request);
      },
    },
  });
  const outputs = await new NeutralTemplate().execute.call(context);
  const [good = [], bad = []] = outputs.map((items) => items.map(({ json }) => json.care as IDataObject));
  return { good, bad, requests };
}

describe('Neutral Template: Preview', () => {
  it('shows every template in all its languages, once however many items come in', async () => {
    const { good } = await run('preview', []);
    expect(good).toHaveLength(listTemplates().length * LANGUAGES.length);
    expect(good.filter(({ text }) => typeof text !== 'string')).toEqual([]);
  });
});

describe('Neutral Template: Check Wording', () => {
  it('finds nothing to object to in a shipped template', async () => {
    const { good } = await run('lint', ['appointment_confirmed']);
    expect(good).toEqual([{ template: 'appointment_confirmed', clean: true, findings: [] }]);
  });
});

describe('Neutral Template: Submit', () => {
  const pending = () => ({ statusCode: 200, body: { id: '1', status: 'PENDING', category: 'UTILITY' } });

  it('submits each template in the controller’s languages', async () => {
    const { good, bad, requests } = await run('submit', ['appointment_reminder_48h'], pending);
    expect(requests).toMatchObject(
      ['it', 'de'].map((language) => ({
        method: 'POST',
        baseURL: 'https://graph.facebook.com',
        url: '/v23.0/102290129340398/message_templates',
        body: { name: 'care_appointment_reminder_48h_v1', language, category: 'UTILITY' },
      })),
    );
    expect(good).toMatchObject([
      { language: 'it', status: 'PENDING', categoryChanged: false },
      { language: 'de', status: 'PENDING' },
    ]);
    expect(bad).toEqual([]);
  });

  it('never asks Meta to approve a reply', async () => {
    expect((await run('submit', ['opt_out_confirmation'], pending)).requests).toEqual([]);
  });

  it('says when Meta files a service text under marketing', async () => {
    const marketing = () => ({ statusCode: 200, body: { ...pending().body, category: 'MARKETING' } });
    const { good } = await run('submit', ['appointment_reminder_48h'], marketing);
    expect(good[0]).toMatchObject({ category: 'MARKETING', categoryChanged: true });
  });

  const error =
    (code: number, subcode?: number): Answer =>
    () => ({
      statusCode: 400,
      body: { error: { code, error_subcode: subcode, message: 'quotes the request' } },
    });

  it.each([
    ['a template that is there already', error(100, 2388024), 'templateExists'],
    ['a token that has run out', error(190), 'providerAuth'],
    ['anything else', error(100, 2388299), 'providerRefused'],
    ['an answer that is none of Meta’s', () => ({ statusCode: 502, body: '<html>' }), 'providerRefused'],
    ['no answer', undefined, 'providerUnreachable'],
  ])('names the reason for %s, and goes on with the next', async (_what, answer, code) => {
    const { good, bad, requests } = await run('submit', ['appointment_reminder_48h'], answer);
    expect(good).toEqual([]);
    expect(requests).toHaveLength(2);
    expect(bad).toMatchObject([{ refusal: { by: 'neutralTemplate', code } }, { refusal: { code } }]);
    expect(JSON.stringify(bad)).not.toContain('quotes');
  });
});

describe('Neutral Template: Get Status', () => {
  const name = 'care_appointment_reminder_48h_v1';
  const listed = {
    name,
    language: 'it',
    status: 'REJECTED',
    category: 'UTILITY',
    rejected_reason: 'INVALID_FORMAT',
  };

  it('reads all pages, and names what was never submitted', async () => {
    const { good, requests } = await run('status', ['appointment_reminder_48h'], ({ qs }) => ({
      statusCode: 200,
      body:
        qs?.after === undefined
          ? { data: [], paging: { next: 'https://graph.facebook.com/x', cursors: { after: 'c2' } } }
          : { data: [listed] },
    }));
    expect(requests.map(({ qs }) => qs?.after as unknown)).toEqual([undefined, 'c2']);
    expect(good).toMatchObject([
      { language: 'it', status: 'REJECTED', rejectedReason: 'INVALID_FORMAT', metaName: name },
      { language: 'de', status: 'NOT_SUBMITTED' },
    ]);
  });

  it('stops with the reason when Meta does not answer the question', async () => {
    const refused = run('status', [], () => ({ statusCode: 401, body: { error: { code: 190 } } }));
    await expect(refused).rejects.toMatchObject({
      message: expect.stringContaining('providerAuth') as string,
    });
  });
});
