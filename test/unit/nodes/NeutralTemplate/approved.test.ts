import type { IDataObject, IHttpRequestOptions, ILoadOptionsFunctions } from 'n8n-workflow';
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

const template = (name: string, patch: IDataObject = {}): IDataObject => ({
  name,
  language: 'it',
  status: 'APPROVED',
  category: 'UTILITY',
  parameter_format: 'POSITIONAL',
  components: [{ type: 'BODY', text: 'A presto.' }],
  ...patch,
});

const VISIT = template('visita', {
  components: [
    { type: 'HEADER', format: 'DOCUMENT' },
    { type: 'BODY', text: 'Ciao {{1}}, la aspettiamo {{2}} alle {{3}} da {{4}}.' },
    {
      type: 'BUTTONS',
      buttons: [
        { type: 'QUICK_REPLY', text: 'Va bene' },
        { type: 'URL', text: 'Apri', url: 'https://aurora.example/v/{{1}}' },
      ],
    },
  ],
});

/** Two pages, as a long list comes. */
const pages =
  (list: IDataObject[]) =>
  async (_type: string, { qs }: IHttpRequestOptions) => {
    const rest = list.slice(1);
    const first = { data: list.slice(0, 1), paging: { next: 'x', cursors: { after: 'c2' } } };
    return { statusCode: 200, body: qs?.after === undefined ? first : { data: rest } };
  };

async function render(parameters: IDataObject, item: IDataObject = {}, list = [template('altro'), VISIT]) {
  jest.mocked(registryFor).mockResolvedValue(auroraRegistry());
  const context = executeFunctions({
    items: [item],
    parameters: {
      operation: 'renderApproved',
      controller: auroraParameter,
      approvedTemplate: { __rl: true, mode: 'list', value: 'visita|it' },
      purpose: 'appointment',
      asks: 'appointment',
      variables: {
        variable: [
          { name: '1', type: 'firstName', field: 'name' },
          { name: '2', type: 'date', field: 'start' },
          { name: '3', type: 'time', field: 'start' },
          { name: '4', type: 'clinicName' },
        ],
      },
      header: { link: 'https://aurora.example/strada.pdf', fileName: 'Strada.pdf' },
      buttons: {
        button: [
          { number: 1, choice: 'confirm' },
          { number: 2, suffixField: 'path' },
        ],
      },
      ...parameters,
    },
    credentials,
    helpers: { httpRequestWithAuthentication: pages(list) },
  });
  const [good = [], bad = []] = await new NeutralTemplate().execute.call(context);
  const care = (items: typeof good) => items.map(({ json }) => json.care as IDataObject);
  return { good: care(good), bad: care(bad) };
}

const ADA = { name: 'Ada', start: '2027-03-01T10:30', path: 'a/1' };

describe('Neutral Template: Render Approved', () => {
  it('puts typed values into a template from a later page of the list', async () => {
    const { good, bad } = await render({}, ADA);
    expect(bad).toEqual([]);
    expect(good).toMatchObject([
      {
        message: {
          template: 'visita',
          language: 'it',
          use: 'template',
          text: expect.stringMatching(
            /^Ciao Ada, la aspettiamo lunedì 1 marzo.* alle 10:30 da Poliambulatorio Aurora\.$/,
          ) as string,
          buttons: [{ choice: 'confirm', title: 'Va bene' }],
          origin: {
            source: 'approved',
            language: 'it',
            header: { kind: 'media', fileName: 'Strada.pdf' },
            buttons: [
              { index: 0, choice: 'confirm' },
              { index: 1, suffix: 'a/1' },
            ],
          },
        },
      },
    ]);
    expect(JSON.stringify(good)).not.toContain('filled');
  });

  it.each<[string, IDataObject, IDataObject]>([
    ['variableInvalid', {}, { ...ADA, name: 'Ada Byron' }],
    ['variableMissing', {}, { ...ADA, start: 'soon' }],
    ['variableMissing', { buttons: {} }, ADA],
    ['linkNotAllowed', { header: { link: 'https://else.example/a.pdf', fileName: 'A.pdf' } }, ADA],
    ['purposeUnknown', { purpose: 'fromItem' }, ADA],
  ])('rejects an item with %s', async (code, parameters, item) => {
    const { good, bad } = await render(parameters, item);
    expect(good).toEqual([]);
    expect(bad).toMatchObject([{ refusal: { by: 'neutralTemplate', code } }]);
    expect(JSON.stringify(bad)).not.toContain('Byron');
  });

  it('stops where the template is not there, and names the reason', async () => {
    const gone = { approvedTemplate: { __rl: true, mode: 'name', value: 'visita|de' } };
    await expect(render(gone, ADA)).rejects.toMatchObject({
      message: expect.stringContaining('templateNotApproved') as string,
    });
  });

  it('rejects every item of a template that Meta has paused', async () => {
    const { bad } = await render({}, ADA, [template('altro'), { ...VISIT, status: 'PAUSED' }]);
    expect(bad).toMatchObject([{ refusal: { code: 'templateNotApproved' } }]);
  });
});

describe('the list of templates to choose from', () => {
  const search = (list: IDataObject[], filter?: string) => {
    const context = executeFunctions({
      credentials,
      helpers: { httpRequestWithAuthentication: pages(list) },
    }) as unknown as ILoadOptionsFunctions;
    return new NeutralTemplate().methods.listSearch.searchApprovedTemplates.call(context, filter);
  };

  it('shows what can be sent first, with its language and category, and finds by name', async () => {
    const list = [
      template('b_paused', { status: 'PAUSED' }),
      template('c_offer', { category: 'MARKETING' }),
      template('a_visit', { language: 'en_US' }),
    ];
    expect(await search(list)).toEqual({
      results: [
        { name: 'a_visit (en_US, utility)', value: 'a_visit|en_US' },
        { name: 'c_offer (it, marketing)', value: 'c_offer|it' },
        { name: 'b_paused (it, paused)', value: 'b_paused|it' },
      ],
    });
    expect((await search(list, 'OFFER')).results).toHaveLength(1);
  });
});
