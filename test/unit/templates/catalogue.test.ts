import { CareError } from '../../../core/errors';
import { LANGUAGES, type DetectPhi } from '../../../core/phi/types';
import { PURPOSES } from '../../../core/policy';
import { DEFAULT_STAGES } from '../../../core/schedule';
import {
  getTemplate,
  lintTemplate,
  listTemplates,
  parseTemplate,
  TEMPLATE_KEYS,
  type CatalogueTemplate,
} from '../../../core/templates';

const texts = TEMPLATE_KEYS.flatMap((key) =>
  LANGUAGES.map((language) => {
    const text = getTemplate(key).texts[language];
    return [
      key,
      language,
      [text?.body, text?.footer, ...(text?.buttons ?? []).map(({ title }) => title)].join('\n'),
    ] as const;
  }),
);

/** A small own list, so that this test depends on no lexicon that somebody might soften. */
const TELLING =
  /cardio|\bonco|dent(?:ist|al)|ginec|gyn|derm|psy|psic|chirurg|surg|labor|esam[ei]|untersuch|exam|analisi|blut|blood|sangu|sang\b|diagn|terap|therap|farmac|arznei|medicin|medicament|drug|referto|befund|result|risultat|ricetta|rezept|ordonn|receta|prescri|reparto|abteilung|department|servicio de|prezzo|preis|price|precio|prix|€|\$|ticket|rechnung|invoice|fattura|factura|facture|dottor|doktor|doctor|docteur|medic[oa]|arzt|médec|malat|krank|\bill\b|enferm|malad|symptom|sintom/i;

const detectSecret: DetectPhi = (text) => {
  const start = text.indexOf('Cardiology');
  return start < 0
    ? []
    : [{ start, end: start + 10, category: 'pathway', ruleId: 'test.department', confidence: 1 }];
};

const base = (change: Partial<CatalogueTemplate> = {}): CatalogueTemplate => ({
  key: 'sample_text',
  version: 1,
  purpose: 'appointment',
  metaCategory: 'UTILITY',
  use: 'template',
  asks: null,
  ttlSeconds: null,
  variables: [{ name: 'date', type: 'date', example: 'Tuesday 3 November' }],
  texts: { en: { body: 'We expect you on {{date}} at the usual place.' } },
  ...change,
});

const english = (change: object, rest: Partial<CatalogueTemplate> = {}): CatalogueTemplate =>
  base({ texts: { en: { body: 'We expect you on {{date}} at the usual place.', ...change } }, ...rest });

const codes = (template: CatalogueTemplate): string[] =>
  lintTemplate(template, detectSecret).map(({ code }) => code);

describe('the catalogue', () => {
  it.each(TEMPLATE_KEYS)('%s passes its own linter in all five languages', (key) => {
    const template = getTemplate(key);
    expect(Object.keys(template.texts).sort()).toEqual([...LANGUAGES].sort());
    expect(codes(template)).toEqual([]);
    expect(parseTemplate(JSON.parse(JSON.stringify(template)))).toEqual(template);
  });

  it.each(texts)(
    '%s in %s says nothing of a department, an examination, a price or an illness',
    (_key, _language, text) => {
      expect(text).not.toMatch(TELLING);
    },
  );

  it('has the text that each stage of the schedule names', () => {
    for (const { template, purpose } of DEFAULT_STAGES) {
      expect(getTemplate(template)).toMatchObject({ purpose, use: 'template' });
    }
  });

  it.each([
    ['appointment_reminder_48h', 'appointment', ['confirm', 'reschedule', 'human']],
    ['experience_2h', 'rating', []],
    ['survey_score', 'rating', []],
    ['prevention_invitation', 'yesNo', ['yes', 'no', 'stop']],
    ['screening_invitation', 'yesNo', ['yes', 'no', 'stop']],
    ['prevention_location', 'location', []],
    ['preference_menu', 'preference', ['preference_a', 'preference_b', 'preference_c']],
    ['which_appointment', 'appointment', []],
    ['opt_out_confirmation', null, []],
  ])('%s asks %s', (key, asks, choices) => {
    const template = getTemplate(key);
    expect(template.asks).toBe(asks);
    for (const language of LANGUAGES) {
      expect((template.texts[language]?.buttons ?? []).map(({ choice }) => choice)).toEqual(choices);
    }
  });

  it('sends the emergency text without variables, with the number to call', () => {
    const template = getTemplate('emergency');
    expect(template.variables).toEqual([]);
    for (const language of LANGUAGES) expect(template.texts[language]?.body).toContain('112');
    expect(template.texts.en?.body).toMatch(/999.*911/);
  });

  it('asks in the safety text not to send health details', () => {
    for (const [language, word] of [
      ['it', 'salute'],
      ['de', 'Gesundheit'],
      ['en', 'health'],
      ['es', 'salud'],
      ['fr', 'santé'],
    ] as const) {
      expect(getTemplate('safety').texts[language]?.body).toContain(word);
    }
  });

  it('lets no message before the visit arrive after its start', () => {
    for (const { template, closesAt, opensAt } of DEFAULT_STAGES.filter(({ opensAt }) => opensAt < 0)) {
      const ttl = (getTemplate(template).ttlSeconds ?? Number.POSITIVE_INFINITY) * 1000;
      expect([template, closesAt + ttl <= 0, opensAt < closesAt]).toEqual([template, true, true]);
    }
  });

  it('names in the invitation to screening who sends it and how to object, and no kind of screening', () => {
    for (const language of LANGUAGES) {
      const text = getTemplate('screening_invitation').texts[language];
      expect(text?.body).toContain('{{clinic_name}}');
      expect(text?.footer).toContain('STOP');
      expect(text?.body).not.toMatch(/screening|früherkennung|dépistage|cribado|breast|seno|colon|cervi/i);
    }
  });

  it('lists by use', () => {
    const replies = listTemplates('reply').map(({ key }) => key);
    const templates = listTemplates('template').map(({ key }) => key);
    expect(replies).toContain('emergency');
    expect(templates).toContain('appointment_reminder_48h');
    expect(new Set([...replies, ...templates])).toEqual(new Set(TEMPLATE_KEYS));
    expect(listTemplates()).toHaveLength(TEMPLATE_KEYS.length);
  });

  it('uses every purpose but events, for which a clinic writes its own', () => {
    const used = new Set(listTemplates().map(({ purpose }) => purpose));
    expect(PURPOSES.filter((purpose) => !used.has(purpose))).toEqual(['events']);
  });

  it.each(['', 'nothing', 'toString', '__proto__'])('does not know the template %j', (key) => {
    expect(() => getTemplate(key)).toThrow(CareError);
  });
});

describe('the linter finds what Meta or we would refuse', () => {
  it.each<[string, CatalogueTemplate]>([
    ['variableAtEdge', english({ body: '{{date}} we expect you at the usual place.' })],
    ['variableAtEdge', english({ body: 'We expect you at the usual place on {{date}}' })],
    ['bodyTooLong', english({ body: `On {{date}} ${'we expect you '.repeat(80)}.` })],
    ['bodyMissing', english({ body: '  ' }, { variables: [] })],
    ['variableUnknown', english({ body: 'We expect you on {{date}} at {{time}} as usual, dear guest.' })],
    ['variableUnused', english({ body: 'We expect you soon.' })],
    ['bracesUnbalanced', english({ body: 'We expect you on {{date}} at {{Time}} as usual.' })],
    ['bracesUnbalanced', english({ body: 'We expect you on {{date}} at {1} as usual.' })],
    ['tooManyVariables', english({ body: 'On {{date}} there.' })],
    ['whitespace', english({ body: 'We expect you on {{date}}     at the usual place.' })],
    ['footerTooLong', english({ footer: 'x'.repeat(61) })],
    ['footerVariable', english({ footer: 'On {{date}}' })],
    ['buttonTitle', english({ buttons: [{ choice: 'confirm', title: 'x'.repeat(21) }] })],
    ['buttonTitle', english({ buttons: [{ choice: 'confirm', title: '' }] })],
    [
      'buttonRepeated',
      english({
        buttons: [
          { choice: 'yes', title: 'Yes' },
          { choice: 'no', title: 'Yes' },
        ],
      }),
    ],
    [
      'tooManyButtons',
      english({
        buttons: (['yes', 'no', 'stop', 'human'] as const).map((choice) => ({ choice, title: choice })),
      }),
    ],
    ['replyOnly', english({ linkButton: 'Open' })],
    ['linkButton', english({ linkButton: 'Open' })],
    ['listButton', english({ listButton: 'Choose' })],
    ['wayOutMissing', english({}, { purpose: 'survey' })],
    ['wayOutMissing', english({}, { metaCategory: 'MARKETING' })],
    ['automaticMarkMissing', english({}, { use: 'reply' })],
    ['ttlOutOfRange', english({}, { ttlSeconds: 86_400 })],
    ['ttlOutOfRange', english({ footer: 'STOP' }, { metaCategory: 'MARKETING', ttlSeconds: 60 })],
    ['textMissing', base({ texts: {} })],
    ['containsPhi', english({ body: 'We expect you on {{date}} in Cardiology, second floor.' })],
    ['containsPhi', english({ buttons: [{ choice: 'confirm', title: 'To Cardiology' }] })],
  ])('%s', (code, template) => {
    expect(codes(template)).toContain(code);
  });

  it('finds two variables side by side', () => {
    const template = english(
      { body: 'We expect you on {{date}} {{time}} at the usual place, dear guest.' },
      { variables: [...base().variables, { name: 'time', type: 'time', example: '10:30' }] },
    );
    expect(codes(template)).toEqual(['variablesAdjacent']);
  });

  it('says where, in the words with the examples filled in, and never repeats them', () => {
    const template = english({ body: 'We expect you on {{date}} in Cardiology, second floor.' });
    const [finding] = lintTemplate(template, detectSecret);
    const filled = 'We expect you on Tuesday 3 November in Cardiology, second floor.';
    expect(finding).toMatchObject({ language: 'en', part: 'body', start: filled.indexOf('Cardiology') });
    expect(JSON.stringify(finding)).not.toContain('Cardiology');
  });

  it('screens what stands in the variables as well, for a location can tell', () => {
    const template = english(
      { body: 'We expect you at {{location}} as usual, dear guest.' },
      { variables: [{ name: 'location', type: 'location', example: 'Cardiology Wing' }] },
    );
    expect(codes(template)).toEqual(['containsPhi']);
  });
});

describe('a template that is read from data', () => {
  it.each<[string, unknown]>([
    ['key', { ...base(), key: 'Not A Key' }],
    ['purpose', { ...base(), purpose: 'sales' }],
    ['version', { ...base(), version: 0 }],
    ['asks', { ...base(), asks: 'diagnosis' }],
    ['texts.xx', { ...base(), texts: { xx: { body: 'x' } } }],
    ['variables.0.type', { ...base(), variables: [{ name: 'note', type: 'text', example: 'x' }] }],
    ['texts.en.buttons.0.choice', english({ buttons: [{ choice: 'pay', title: 'Pay' }] })],
    ['en', english({ body: 'We expect you on {{date}}' })],
  ])('is refused with the field %s', (field, input) => {
    let at: unknown;
    try {
      parseTemplate(input);
    } catch (error) {
      at = error instanceof CareError ? [error.code, error.at.field] : error;
    }
    expect(at).toEqual(['templateInvalid', field]);
  });
});
