import type { IDataObject, INodeExecutionData } from 'n8n-workflow';
import { renderTemplate } from '../../../../core';
import { PhiFilter } from '../../../../nodes/PhiFilter/PhiFilter.node';
import { registryFor } from '../../../../nodes/shared/registry';
import { executeFunctions, type FakeRun } from '../../../support/executeFunctions';
import { auroraParameter, auroraRegistry } from '../../../support/nodeRegistry';

jest.mock('../../../../nodes/shared/registry');

const parameters = {
  operation: 'check',
  source: 'message',
  policy: 'builtIn',
  fields: '',
  controller: auroraParameter,
};

async function run(items: (IDataObject | INodeExecutionData)[], given: object = {}, more: FakeRun = {}) {
  jest.mocked(registryFor).mockResolvedValue(auroraRegistry());
  const context = executeFunctions({ items, parameters: { ...parameters, ...given }, ...more });
  const [clean = [], telling = []] = await new PhiFilter().execute.call(context);
  return { clean, telling };
}

const rendered = renderTemplate('survey_thanks', 'it', {}, { now: 0, allowedDomains: [] });
if (!rendered.ok) throw new Error(rendered.code);
const message = rendered.message as unknown as IDataObject;

const fields = (...names: string[]) => ({ source: 'fields', fields: names.join(', ') });
const TELLING = 'Esito positivo per HIV, reparto di oncologia';

describe('PHI Filter: Check', () => {
  it('lets a neutral message through with what was looked for', async () => {
    const { clean, telling } = await run([{ id: 1, care: { message } }]);
    expect(telling).toEqual([]);
    expect(clean).toEqual([
      {
        json: { id: 1, care: { message, phi: { clean: true, count: 0, categories: [], ruleIds: [] } } },
        pairedItem: { item: 0 },
      },
    ]);
  });

  it.each([
    ['text', { text: TELLING }],
    ['footer', { footer: TELLING }],
    ['a button', { buttons: [{ choice: 'yes', title: 'Oncologia' }] }],
    ['a row to choose', { choices: [{ id: 'a', label: 'Oncologia' }] }],
    ['a variable', { parameters: [{ name: 'x', value: 'chemioterapia' }] }],
  ])('holds a message back that gives something away in its %s', async (_where, change) => {
    const { clean, telling } = await run([{ care: { message: { ...message, ...change } } }]);
    expect(clean).toEqual([]);
    expect(telling).toMatchObject([
      { json: { care: { phi: { clean: false }, refusal: { by: 'phiFilter', code: 'containsPhi' } } } },
    ]);
  });

  it('says why in plain sentences, and never in the words that it found', async () => {
    const { telling } = await run([{ note: TELLING }], fields('note'));
    const { phi, refusal } = telling[0]?.json.care as { phi: { reasons: string[] }; refusal: object };
    expect(phi.reasons.length).toBeGreaterThan(0);
    expect(JSON.stringify([phi, refusal])).not.toMatch(/HIV|oncologia|Esito/i);
  });

  it.each([
    ['no message', {}, 'messageMissing'],
    ['a message that was changed on its way', { message: { text: 'Ciao' } }, 'messageInvalid'],
  ])('holds an item back that carries %s', async (_what, care, code) => {
    const { clean, telling } = await run([{ care }]);
    expect(clean).toEqual([]);
    expect(telling).toMatchObject([{ json: { care: { refusal: { code } } } }]);
  });

  it('looks at every named field, and holds back an item that lacks one', async () => {
    const items = [
      { a: 'Buongiorno', b: { c: TELLING } },
      { a: 'Buongiorno', b: { c: null } },
      { a: 'Buongiorno' },
    ];
    const { clean, telling } = await run(items, fields('a', 'b.c'));
    expect(clean.map(({ pairedItem }) => pairedItem)).toEqual([{ item: 1 }]);
    expect(telling).toMatchObject([
      { json: { care: { refusal: { code: 'containsPhi' } } }, pairedItem: { item: 0 } },
      { json: { care: { refusal: { code: 'fieldMissing' } } }, pairedItem: { item: 2 } },
    ]);
  });

  it('looks inside lists and objects', async () => {
    const { telling } = await run([{ notes: [{ text: TELLING }] }], fields('notes'));
    expect(telling).toHaveLength(1);
  });

  it('applies the controller’s own forbidden terms where its policy is chosen', async () => {
    const items = [{ note: 'Il nostro sanatorium la aspetta' }];
    expect((await run(items, fields('note'))).telling).toEqual([]);
    expect((await run(items, { ...fields('note'), policy: 'controller' })).telling).toHaveLength(1);
  });

  it('lets nothing through when the policy cannot be read', async () => {
    jest.mocked(registryFor).mockRejectedValue(new Error('down'));
    const given = { parameters: { ...parameters, policy: 'controller' }, items: [{ care: { message } }] };
    await expect(new PhiFilter().execute.call(executeFunctions(given))).rejects.toThrow(/unexpected/);
    const outputs = await new PhiFilter().execute.call(executeFunctions({ ...given, continueOnFail: true }));
    expect(outputs.map((items) => items.length)).toEqual([0, 1]);
  });

  it('demands at least one field name', async () => {
    await expect(run([{}], fields(' '))).rejects.toThrow(/fieldNameExpected/);
  });
});

describe('PHI Filter: Redact', () => {
  const redact = (...names: string[]) => ({ operation: 'redact', fields: names.join(',') });

  it('puts placeholders into the named fields and leaves the rest, and the item that came in, alone', async () => {
    const item = {
      json: { id: 7, note: { text: 'Scriva a anna@posta.example' }, other: 'anna@posta.example' },
    };
    const before = structuredClone(item);
    const { clean } = await run([item], redact('note.text'));
    expect(clean[0]?.json).toMatchObject({
      id: 7,
      note: { text: 'Scriva a [email]' },
      other: 'anna@posta.example',
    });
    expect(item).toEqual(before);
  });

  it('leaves a text as it is that gives nothing away', async () => {
    const { clean } = await run([{ note: 'A domani' }], redact('note'));
    expect(clean[0]?.json).toMatchObject({ note: 'A domani', care: { phi: { clean: true, count: 0 } } });
  });
});

describe('PHI Filter: Minimise Fields', () => {
  it('keeps the named fields, drops the rest by name of the field, and files altogether', async () => {
    const item = {
      json: {
        id: 7,
        start: '2026-11-05T09:30',
        department: 'Oncologia',
        note: TELLING,
        care: { purpose: 'survey' },
      },
      binary: { report: { data: 'x', mimeType: 'application/pdf' } },
    };
    const { clean } = await run([item], { operation: 'minimise', fields: 'id, start, note' });
    expect(clean).toEqual([
      {
        json: {
          id: 7,
          start: '2026-11-05T09:30',
          care: {
            purpose: 'survey',
            phi: {
              clean: true,
              dropped: expect.arrayContaining([
                { path: 'department', reason: expect.any(String) as string },
                { path: 'note', reason: expect.any(String) as string },
              ]) as object[],
            },
          },
        },
        pairedItem: { item: 0 },
      },
    ]);
    expect(JSON.stringify(clean)).not.toMatch(/oncologia|HIV/i);
  });
});

describe('PHI Filter: Screen', () => {
  const screen = { operation: 'screen', ...fields('answer') };

  it('holds a question back that would make the person write about their health', async () => {
    const items = [{ answer: 'Che sintomi ha?' }, { answer: 'Può venire martedì alle 10?' }];
    const { clean, telling } = await run(items, screen);
    expect(clean.map(({ pairedItem }) => pairedItem)).toEqual([{ item: 1 }]);
    expect(telling.map(({ pairedItem }) => pairedItem)).toEqual([{ item: 0 }]);
  });
});
