import type { IDataObject, IWorkflowSettings } from 'n8n-workflow';
import { CareDesk } from '../../../../nodes/CareDesk/CareDesk.node';
import { messageOf } from '../../../../nodes/shared/message';
import { registryFor } from '../../../../nodes/shared/registry';
import { executeFunctions } from '../../../support/executeFunctions';
import { auroraParameter, auroraRegistry } from '../../../support/nodeRegistry';

jest.mock('../../../../nodes/shared/registry');

const NOTHING_KEPT: IWorkflowSettings = {
  saveDataSuccessExecution: 'none',
  saveDataErrorExecution: 'none',
  saveManualExecutions: false,
  saveExecutionProgress: false,
};

async function reply(
  parameters: IDataObject,
  settings = NOTHING_KEPT,
  item: IDataObject = { eventId: 'e1' },
) {
  jest.mocked(registryFor).mockResolvedValue(auroraRegistry());
  const context = executeFunctions({
    items: [item],
    parameters: {
      resource: 'conversation',
      operation: 'reply',
      controller: auroraParameter,
      staffMember: 'Maria Rossi',
      quote: false,
      languageField: 'language',
      ...parameters,
    },
  });
  const withSettings = Object.assign(context, { getWorkflowSettings: () => settings });
  const [[result] = []] = await new CareDesk().execute.call(withSettings);
  return result ?? { json: {} };
}

const refusalOf = ({ json }: { json: IDataObject }) => (json.care as IDataObject).refusal;
const LINK = 'https://aurora.example/a';

describe('Care Desk: Reply', () => {
  it.each<[string, IDataObject, IDataObject]>([
    ['text', { message: 'Behind the house.' }, { kind: 'text', body: 'Behind the house.' }],
    [
      'buttons',
      {
        message: 'Which day?',
        replyHeader: 'Your visit',
        replyButtons: { button: [{ title: 'Monday' }, { choice: 'no', title: 'Neither' }] },
      },
      {
        kind: 'buttons',
        body: 'Which day?',
        header: 'Your visit',
        buttons: [
          { choice: 'yes', title: 'Monday' },
          { choice: 'no', title: 'Neither' },
        ],
      },
    ],
    [
      'list',
      {
        message: 'Where?',
        buttonTitle: 'Choose',
        rows: {
          row: [
            { title: 'A', section: 'North' },
            { title: 'B', section: 'South', description: 'By bus' },
            { title: 'C', section: 'North' },
          ],
        },
      },
      {
        kind: 'list',
        body: 'Where?',
        button: 'Choose',
        sections: [
          { title: 'North', rows: [{ title: 'A' }, { title: 'C' }] },
          { title: 'South', rows: [{ title: 'B', description: 'By bus' }] },
        ],
      },
    ],
    [
      'link',
      { message: 'Look.', buttonTitle: 'Open', link: LINK },
      { kind: 'link', body: 'Look.', title: 'Open', url: LINK },
    ],
    [
      'document',
      { link: `${LINK}.pdf`, fileName: 'A.pdf', caption: '' },
      { kind: 'document', link: `${LINK}.pdf`, fileName: 'A.pdf' },
    ],
    [
      'image',
      { link: `${LINK}.png`, caption: 'Map' },
      { kind: 'image', link: `${LINK}.png`, caption: 'Map' },
    ],
    ['reaction', { emoji: '👍' }, { kind: 'reaction', emoji: '👍' }],
  ])('writes a %s as WhatsApp Send reads it', async (replyKind, parameters, part) => {
    const item = await reply({ replyKind, ...parameters });
    expect(messageOf(item)).toMatchObject({
      use: 'reply',
      language: 'it',
      origin: { source: 'composed', sentBy: 'Maria Rossi', quote: false, part },
    });
    expect(item.json).toMatchObject({ eventId: 'e1' });
  });

  it('screens in the language of the item', async () => {
    const item = await reply({ replyKind: 'text', message: 'Hinter dem Haus.' }, NOTHING_KEPT, {
      language: 'de',
    });
    expect(messageOf(item).language).toBe('de');
  });

  it('makes each answer another one, so that a second one may follow', async () => {
    const ids = await Promise.all(
      [1, 2].map(async () => messageOf(await reply({ replyKind: 'text', message: 'Yes.' })).origin),
    );
    expect(new Set(ids.map((origin) => (origin?.source === 'composed' ? origin.id : ''))).size).toBe(2);
  });

  it.each<[string, string, IDataObject]>([
    ['staffMemberMissing', 'nobody', { replyKind: 'text', message: 'Hello.', staffMember: ' ' }],
    ['variableMissing', 'nothing', { replyKind: 'text', message: '' }],
    ['variableMissing', 'no button', { replyKind: 'buttons', message: 'Which?', replyButtons: {} }],
    ['linkNotAllowed', 'a link elsewhere', { replyKind: 'image', link: 'https://else.example/a.png' }],
    ['parameterInvalid', 'a kind that does not exist', { replyKind: 'sticker' }],
    [
      'parameterInvalid',
      'a button that could answer another message',
      {
        replyKind: 'buttons',
        message: 'Which?',
        replyButtons: { button: [{ choice: 'a.confirm', title: 'A' }] },
      },
    ],
  ])('refuses with %s an answer of %s', async (code, _what, parameters) => {
    expect(refusalOf(await reply(parameters))).toMatchObject({ by: 'careDesk', code });
  });

  it('writes no words into a run that n8n keeps', async () => {
    await expect(reply({ replyKind: 'text', message: 'Hello.' }, {})).rejects.toMatchObject({
      message: expect.stringContaining('executionDataKept') as string,
    });
  });
});
