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

/** A clock that is later by so much each time it is read. */
const clock = (step: number) => {
  let now = 0;
  return () => (now += step);
};

const rendered = renderTemplate('survey_thanks', 'it', {}, { now: 0, allowedDomains: [] });
if (!rendered.ok) throw new Error(rendered.code);
const message = rendered.message as unknown as IDataObject;

const documentOf = (change: object): object => ({
  source: 'composed',
  sentBy: 'Anna B.',
  id: '3f0c9f3e-0000-4000-8000-000000000001',
  quote: false,
  part: { kind: 'document', link: 'https://p.example/a.pdf', fileName: 'a.pdf', ...change },
});

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
    ['the button of its list', { listButton: 'Oncologia' }],
    ['the path of its link', { link: { title: 'Apri', url: 'https://p.example/%6fncologia' } }],
    ['the query of its link', { link: { title: 'Apri', url: 'https://p.example/?n=Mario%20Rossi' } }],
    ['the title of its link', { link: { title: 'Referto', url: 'https://p.example/1' } }],
    ['the name of its file', { origin: documentOf({ fileName: 'ecografia_addome.pdf' }) }],
    ['a person in the name of its file', { origin: documentOf({ fileName: 'modulo-mario-rossi.pdf' }) }],
    ['the caption of its file', { origin: documentOf({ caption: 'Il suo referto' }) }],
    ['the address of its file', { origin: documentOf({ link: 'https://p.example/referto_2026.pdf' }) }],
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

  it.each([
    ['a list', [{ text: TELLING }]],
    ['the names of fields', { oncologia: true }],
    ['a line of its own', { text: `Buongiorno\nOncologia` }],
    ['JSON in a text', JSON.stringify({ text: `\nOncologia` })],
    ['JSON in JSON', { body: JSON.stringify({ body: JSON.stringify(['Oncologia']) }) }],
    ['a name that says what its value is', { birthDate: '1980-01-01' }],
  ])('looks inside %s', async (_what, notes) => {
    const { telling } = await run([{ notes }], fields('notes'));
    expect(telling).toHaveLength(1);
  });

  it('holds back what is nested too deeply to be looked at', async () => {
    const notes = Array.from({ length: 40 }).reduce<IDataObject>((inner) => ({ inner }), {});
    expect((await run([{ notes }], fields('notes'))).clean).toEqual([]);
  });

  it('counts items as not checked that the time did not suffice for', async () => {
    const items = Array.from({ length: 5 }, () => ({ note: 'A domani' }));
    jest.spyOn(performance, 'now').mockImplementation(clock(400));
    const { clean, telling } = await run(items, { ...fields('note'), options: { timeLimit: 1 } });
    expect(clean.length).toBeGreaterThan(0);
    expect(clean.length + telling.length).toBe(5);
    expect(telling.at(-1)).toMatchObject({ json: { care: { refusal: { code: 'filterTimedOut' } } } });
  });

  it('lets nothing through when the registry does not answer in time', async () => {
    jest.mocked(registryFor).mockReturnValue(new Promise(() => undefined));
    const given = { ...parameters, policy: 'controller', options: { timeLimit: 0.01 } };
    const context = executeFunctions({ parameters: given, items: [{ care: { message } }] });
    const outputs = await new PhiFilter().execute.call(context);
    expect(outputs.map((items) => items.length)).toEqual([0, 1]);
    expect(outputs[1]).toMatchObject([{ json: { care: { refusal: { code: 'registryUnreachable' } } } }]);
  });

  it('puts n8n’s error on items that it could not decide on, so that an error output gets them', async () => {
    jest.mocked(registryFor).mockRejectedValue(new Error('down'));
    const given = { ...parameters, policy: 'controller' };
    const context = executeFunctions({ parameters: given, items: [{}], continueOnFail: true });
    const [clean, telling] = await new PhiFilter().execute.call(context);
    expect(clean).toEqual([]);
    expect(telling?.[0]?.error).toBeInstanceOf(Error);
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

describe('PHI Filter: Redact by neutral wording', () => {
  const neutral = { operation: 'redact', fields: 'note', replaceWith: 'neutral' };

  it('says the same without what it gives away', async () => {
    const { clean } = await run([{ note: 'Visita cardiologica domani alle 10' }], neutral);
    expect(clean[0]?.json).toMatchObject({
      note: 'Appuntamento domani alle 10',
      care: { phi: { clean: true, categories: ['pathway'] } },
    });
  });

  it.each([
    ['the chosen language', { options: { language: 'fr' } }, /dans votre espace personnel/],
    ['the person’s', { options: { language: 'auto' } }, /in Ihrem persönlichen Bereich/],
  ])('writes in %s', async (_what, given, expected) => {
    const item = { note: 'Referto pronto', care: { language: 'de' } };
    const { clean } = await run([item], { ...neutral, ...given });
    expect(clean[0]?.json.note).toMatch(expected);
  });

  it('makes no sentences of names of fields and numbers', async () => {
    const note = { Oncologia: 'Ecografia domani alle 9', phone: 393470001289 };
    const { clean } = await run([{ note }], neutral);
    expect(clean[0]?.json.note).toEqual({ '[pathway]': 'Appuntamento domani alle 9', phone: 393470001289 });
  });
});

describe('PHI Filter: Redact, inside objects', () => {
  it('keeps the shape of what it changes', async () => {
    const note = {
      words: ['Mario Rossi', 'A domani'],
      raw: JSON.stringify({ mail: 'anna@posta.example', n: 3 }),
      n: 3,
      yes: true,
      none: null,
    };
    const { clean } = await run([{ note }], { operation: 'redact', fields: 'note' });
    expect(clean[0]?.json.note).toEqual({
      words: ['[name]', 'A domani'],
      raw: JSON.stringify({ mail: '[email]', n: 3 }),
      n: 3,
      yes: true,
      none: null,
    });
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
