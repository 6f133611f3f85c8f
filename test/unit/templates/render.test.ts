import fc from 'fast-check';
import { DateTime } from 'luxon';
import { LANGUAGES } from '../../../core/phi/types';
import {
  getTemplate,
  outgoingTexts,
  renderTemplate,
  renderText,
  TEMPLATE_KEYS,
  toPlainText,
  type CatalogueTemplate,
  type RenderContext,
  type RenderedMessage,
  type RenderResult,
  type RenderValues,
} from '../../../core/templates';

const ROME = 'Europe/Rome';
const local = (iso: string, zone = ROME): number => DateTime.fromISO(iso, { zone }).toMillis();
const NOW = local('2026-11-02T09:00');
const context: RenderContext = {
  now: NOW,
  allowedDomains: ['aurora.example'],
  locations: ['Aurora Centro', 'Aurora Stazione Centrale Nord'],
};
const values: RenderValues = {
  at: local('2026-11-03T10:30'),
  zone: ROME,
  firstName: 'Giulia',
  location: 'Aurora Centro',
  clinicName: 'Poliambulatorio Aurora',
  link: 'https://www.aurora.example/info',
  choices: [{ id: 'a1', label: 'Aurora Centro', at: local('2026-11-03T10:30'), zone: ROME }],
};

const message = (result: RenderResult): RenderedMessage => {
  if (!result.ok) throw new Error(result.code);
  return result.message;
};
const refusal = (result: RenderResult): unknown => (result.ok ? 'rendered' : [result.code, result.field]);

const one = (type: string, body: string): CatalogueTemplate => ({
  ...getTemplate('appointment_confirmed'),
  use: 'template',
  variables: [{ name: 'value', type: type as never, example: 'x' }],
  texts: { it: { body }, de: { body }, en: { body }, es: { body }, fr: { body } },
});
const written = (type: string, change: Partial<RenderValues>, language = 'en', now = NOW): unknown => {
  const result = renderText(
    one(type, '[{{value}}]'),
    language,
    { ...values, ...change },
    { ...context, now },
  );
  return result.ok ? result.message.text.slice(1, -1) : [result.code, result.field];
};

describe('every text of every language', () => {
  const all = TEMPLATE_KEYS.flatMap((key) => LANGUAGES.map((language) => [key, language] as const));

  it.each(all)('%s in %s can be sent', (key, language) => {
    const rendered = message(renderTemplate(key, language, values, context));
    for (const text of outgoingTexts(rendered)) {
      expect(text).not.toMatch(/[{}]|undefined|\bnull\b|NaN|\u202f|\u00a0|\t/);
    }
    expect(rendered.text.length).toBeLessThanOrEqual(1024);
    expect(rendered.metaName).toBe(`care_${key}_v1`);
    for (const { value } of rendered.parameters) expect(rendered.text).toContain(value);
    expect(toPlainText(rendered)).toContain(rendered.text);
  });

  it('reads naturally', () => {
    const say = (language: string): string =>
      message(renderTemplate('appointment_reminder_48h', language, values, context)).text;
    expect(say('it')).toBe(
      'Promemoria da Poliambulatorio Aurora: ha un appuntamento martedì 3 novembre (domani) alle 10:30, presso Aurora Centro. Ci fa sapere se viene?',
    );
    expect(say('de')).toContain('am Dienstag, 3. November (morgen) um 10:30 Uhr');
    expect(say('en')).toContain('on Tuesday 3 November (tomorrow) at 10:30');
    expect(say('es')).toContain('el martes, 3 de noviembre (mañana), a las 10:30');
    expect(say('fr')).toContain('le mardi 3 novembre (demain) à 10:30');
  });
});

describe('dates and times in the zone of the location', () => {
  it.each([
    ['2026-11-02T23:59', 'Monday 2 November (today)'],
    ['2026-11-03T00:00', 'Tuesday 3 November (tomorrow)'],
    ['2026-11-04T00:00', 'Wednesday 4 November'],
    ['2026-11-01T12:00', 'Sunday 1 November'],
    ['2027-01-04T12:00', 'Monday, 4 January 2027'],
  ])('%s seen from 2 November is %s', (iso, text) => {
    expect(written('date', { at: local(iso) })).toBe(text);
  });

  it('decides "tomorrow" where the appointment is, not where the clinic or the server is', () => {
    // 23:30 on 2 November in New York is 05:30 on 3 November in Rome.
    const now = local('2026-11-02T23:30', 'America/New_York');
    const at = local('2026-11-03T09:00', 'America/New_York');
    expect(written('date', { at, zone: 'America/New_York' }, 'es', now)).toBe(
      'martes, 3 de noviembre (mañana)',
    );
    expect(written('date', { at, zone: ROME }, 'es', now)).toBe('martes, 3 de noviembre (hoy)');
  });

  it.each([
    [ROME, 'en', '15:05'],
    ['America/New_York', 'en', '3:05 PM'],
    ['America/New_York', 'es', '15:05'],
    ['Europe/London', 'en', '15:05'],
    ['Asia/Singapore', 'en', '15:05'],
    [ROME, 'it', '15:05'],
    [ROME, 'de', '15:05'],
    [ROME, 'fr', '15:05'],
  ])('the clock in %s, told in %s', (zone, language, text) => {
    expect(written('time', { at: local('2026-11-03T15:05', zone), zone }, language)).toBe(text);
  });

  it('writes the US date in the order that is read there', () => {
    const zone = 'America/New_York';
    expect(written('date', { at: local('2026-11-12T15:05', zone), zone })).toBe('Thursday, November 12');
  });

  it.each([
    ['2026-10-24T12:00', '2026-10-25T09:00', 'domenica 25 ottobre (domani)', '9:00'],
    ['2026-10-25T00:30', '2026-10-25T23:30', 'domenica 25 ottobre (oggi)', '23:30'],
    ['2026-10-25T12:00', '2026-10-26T00:15', 'lunedì 26 ottobre (domani)', '0:15'],
    ['2027-03-27T12:00', '2027-03-28T09:00', 'domenica 28 marzo (domani)', '9:00'],
    ['2027-03-28T00:30', '2027-03-29T00:00', 'lunedì 29 marzo (domani)', '0:00'],
    ['2027-03-26T23:30', '2027-03-28T03:00', 'domenica 28 marzo', '3:00'],
  ])('over a change of clocks: from %s, %s', (from, at, date, time) => {
    expect(written('date', { at: local(at) }, 'it', local(from))).toBe(date);
    expect(written('time', { at: local(at) }, 'it', local(from))).toBe(time);
  });

  it('"tomorrow" stands there exactly when it is the next day of the calendar', () => {
    const minutes = fc.integer({ min: 0, max: 4 * 24 * 60 });
    const zones = fc.constantFrom(ROME, 'America/New_York', 'Asia/Singapore', 'Australia/Lord_Howe');
    const bases = fc.constantFrom(
      '2026-10-23T18:00Z',
      '2027-03-26T18:00Z',
      '2026-10-30T18:00Z',
      '2026-12-30T12:00Z',
    );
    fc.assert(
      fc.property(bases, minutes, minutes, zones, (base, a, b, zone) => {
        const [now, at] = [Date.parse(base) + a * 60_000, Date.parse(base) + b * 60_000];
        const day = (ms: number, plus = 0): string =>
          DateTime.fromMillis(ms, { zone }).plus({ days: plus }).toFormat('yyyyMMdd');
        const text = String(written('date', { at, zone }, 'en', now));
        expect(text.includes('(tomorrow)')).toBe(day(at) === day(now, 1));
        expect(text.includes('(today)')).toBe(day(at) === day(now));
      }),
    );
  });

  it.each([
    [{ at: undefined }, ['variableMissing', 'at']],
    [{ at: Number.NaN }, ['variableInvalid', 'at']],
    [{ at: 1_762_335_000 }, ['variableInvalid', 'at']],
    [{ zone: undefined }, ['variableMissing', 'zone']],
    [{ zone: '' }, ['variableMissing', 'zone']],
    [{ zone: 'Europe/Roma' }, ['variableInvalid', 'zone']],
  ])('refuses %j', (change, expected) => {
    expect(written('date', change as Partial<RenderValues>)).toEqual(expected);
    expect(written('time', change as Partial<RenderValues>)).toEqual(expected);
  });
});

describe('names, places, links and numbers', () => {
  it.each(['Giulia', ' Giulia ', 'Jean-Pierre', "D'Angelo", 'Zoë', 'Ζωή', '李', 'Łukasz'])(
    'first name %j',
    (firstName) => {
      expect(written('firstName', { firstName })).toBe(firstName.trim());
    },
  );

  it.each([
    ['', 'variableMissing'],
    ['  ', 'variableMissing'],
    [undefined, 'variableMissing'],
    ['Giulia Rossi', 'variableInvalid'],
    ['Dott.ssa', 'variableInvalid'],
    ['Sig', 'variableInvalid'],
    ['Herr', 'variableInvalid'],
    ['Mrs', 'variableInvalid'],
    ['G1ulia', 'variableInvalid'],
    ['giulia@mail.example', 'variableInvalid'],
    ['{{1}}', 'variableInvalid'],
    ['a'.repeat(31), 'variableInvalid'],
    ['Giulia\nRossi', 'variableInvalid'],
  ])('first name %j: %s', (firstName, code) => {
    expect(written('firstName', { firstName } as Partial<RenderValues>)).toEqual([code, 'firstName']);
  });

  it.each([
    ['Aurora Nord', 'variableInvalid'],
    ['', 'variableMissing'],
    ['aurora centro', 'variableInvalid'],
  ])('a location that is not registered, %j: %s', (location, code) => {
    expect(written('location', { location })).toEqual([code, 'location']);
  });

  it.each([
    'https://evil.example',
    'www.evil.example',
    'Aurora {{date}}',
    'Aurora\nCentro',
    'call +39 06 5550 0100',
    'x'.repeat(61),
    'a@b.example',
    '*Aurora*',
  ])('a clinic is not called %j', (clinicName) => {
    expect(written('clinicName', { clinicName })).toEqual(['variableInvalid', 'clinicName']);
  });

  it.each([
    ['https://aurora.example', 'https://aurora.example/'],
    ['https://www.aurora.example/a?b=1', 'https://www.aurora.example/a?b=1'],
    ['HTTPS://AURORA.EXAMPLE/x', 'https://aurora.example/x'],
  ])('link %s', (link, text) => {
    expect(written('link', { link })).toBe(text);
  });

  it.each([
    'http://aurora.example',
    'https://aurora.example.evil.example',
    'https://evilaurora.example',
    'https://aurora.example@evil.example',
    'https://user:secret@aurora.example',
    'https://aurora.example:8443',
    'https://example',
    'aurora.example',
    'javascript:alert(1)',
    'https://aurora.example/a b',
    `https://aurora.example/${'a'.repeat(2000)}`,
  ])('link %s is not allowed', (link) => {
    expect(written('link', { link })).toEqual(['linkNotAllowed', 'link']);
  });

  it('allows no link at all without a list of domains', () => {
    const result = renderTemplate('review_request', 'it', values, { ...context, allowedDomains: [] });
    expect(refusal(result)).toEqual(['linkNotAllowed', 'link']);
  });

  it.each([
    [5, '5'],
    [1500, '1500'],
    [1.5, ['variableInvalid', 'number']],
    [-1, ['variableInvalid', 'number']],
    [Number.NaN, ['variableInvalid', 'number']],
    [10_000, ['variableInvalid', 'number']],
    [undefined, ['variableMissing', 'number']],
  ])('number %s', (number, expected) => {
    expect(written('number', { number } as Partial<RenderValues>)).toEqual(expected);
  });

  it('never reads a value as a variable again', () => {
    const template: CatalogueTemplate = {
      ...one('clinicName', 'From {{value}} at {{place}} as usual, dear guest.'),
      variables: [
        { name: 'value', type: 'clinicName', example: 'x' },
        { name: 'place', type: 'location', example: 'x' },
      ],
    };
    fc.assert(
      fc.property(fc.string(), fc.string(), (clinicName, location) => {
        const result = renderText(template, 'en', { clinicName, location }, { now: NOW, allowedDomains: [] });
        const text = result.ok ? result.message.text : '';
        expect(text).not.toMatch(/[{}\n\t]|https?:/);
      }),
    );
  });
});

describe('refusals', () => {
  it.each([
    ['nothing', 'it', ['templateUnknown', undefined]],
    ['toString', 'it', ['templateUnknown', undefined]],
    ['help', 'pt', ['languageMissing', undefined]],
    ['help', '', ['languageMissing', undefined]],
    ['help', 'IT', ['languageMissing', undefined]],
  ])('%s in %j', (key, language, expected) => {
    expect(refusal(renderTemplate(key, language, values, context))).toEqual(expected);
  });

  it('refuses a text that the values make too long', () => {
    const long = one('link', `${'word '.repeat(190)} {{value}} end`);
    const link = `https://aurora.example/${'a'.repeat(200)}`;
    expect(refusal(renderText(long, 'en', { link }, context))).toEqual(['textTooLong', undefined]);
  });

  it('names the field in plain words and not its value', () => {
    const result = renderTemplate(
      'appointment_reminder_48h',
      'it',
      { ...values, location: 'Reparto segreto' },
      context,
    );
    expect(result).toMatchObject({ ok: false, code: 'variableInvalid', field: 'location' });
    expect(JSON.stringify(result)).not.toContain('segreto');
  });
});

describe('lists', () => {
  const choose = (key: string, choices: RenderValues['choices']): RenderResult =>
    renderTemplate(key, 'it', { ...values, ...(choices ? { choices } : {}) }, context);

  it('writes the rows of appointments itself, with the whole date below', () => {
    const choices = [
      { id: 'a1', at: local('2026-11-03T10:30'), zone: ROME, label: 'Cardiologia' },
      { id: 'a2', at: local('2026-11-12T15:00'), zone: ROME },
    ];
    const rendered = message(choose('which_appointment', choices));
    expect(rendered.choices).toEqual([
      { id: 'a1', label: 'mar 3 nov, 10:30', description: 'martedì 3 novembre (domani), 10:30' },
      { id: 'a2', label: 'gio 12 nov, 15:00', description: 'giovedì 12 novembre, 15:00' },
    ]);
    expect(outgoingTexts(rendered).join()).not.toContain('Cardiologia');
  });

  it('cuts a long name of a location and says it in full below', () => {
    const rendered = message(
      choose('prevention_location', [{ id: 'l1', label: 'Aurora Stazione Centrale Nord' }]),
    );
    expect(rendered.choices).toEqual([
      { id: 'l1', label: 'Aurora Stazione Central…', description: 'Aurora Stazione Centrale Nord' },
    ]);
  });

  it.each<[string, RenderValues['choices'], string]>([
    ['prevention_location', [], 'variableMissing'],
    ['prevention_location', [{ id: 'l1', label: 'Elsewhere' }], 'variableInvalid'],
    ['prevention_location', [{ id: 'l1' }], 'variableInvalid'],
    ['prevention_location', [{ id: 'Giulia Rossi', label: 'Aurora Centro' }], 'variableInvalid'],
    ['prevention_location', [1, 2].map(() => ({ id: 'same', label: 'Aurora Centro' })), 'variableInvalid'],
    [
      'prevention_location',
      Array.from({ length: 11 }, (_, index) => ({ id: `l${index}`, label: 'Aurora Centro' })),
      'variableInvalid',
    ],
    ['which_appointment', [{ id: 'a1', label: 'Cardiologia' }], 'variableInvalid'],
    ['which_appointment', [{ id: 'a1', at: Number.NaN, zone: ROME }], 'variableInvalid'],
    ['which_appointment', [{ id: 'a1', at: NOW, zone: 'nowhere' }], 'variableInvalid'],
  ])('%s with %j: %s', (key, choices, code) => {
    expect(refusal(choose(key, choices))).toEqual([code, 'choices']);
  });

  it('fits every language and zone into a row', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: Date.UTC(2026, 0, 1), max: Date.UTC(2028, 0, 1) }),
        fc.constantFrom(...LANGUAGES),
        fc.constantFrom(ROME, 'America/New_York', 'Asia/Singapore', 'Europe/Vienna'),
        (at, language, zone) => {
          const result = renderTemplate(
            'which_appointment',
            language,
            { choices: [{ id: 'a', at, zone }] },
            context,
          );
          const [row] = message(result).choices;
          expect(row?.label).toMatch(/\d$|[AP]M$/);
          expect(row?.label.length).toBeLessThanOrEqual(24);
          expect(row?.description?.length).toBeLessThanOrEqual(72);
        },
      ),
    );
  });
});

describe('as plain text, for providers without buttons', () => {
  const plain = (key: string): string => toPlainText(message(renderTemplate(key, 'en', values, context)));

  it('numbers the buttons in the order in which a bare number is read', () => {
    expect(plain('appointment_reminder_48h')).toMatch(
      /1\) Confirm\n2\) Move it\n3\) Talk to staff\n\nAutomatic message$/,
    );
  });

  it('numbers the rows of a list and spells the link out', () => {
    expect(plain('prevention_location')).toContain('1) Aurora Centro');
    expect(plain('review_request')).toContain('Write a review: https://www.aurora.example/info');
  });

  it('leaves the preference menu its letters', () => {
    expect(plain('preference_menu')).toContain('A) Prevention\nB) Events\nC) None');
    expect(plain('preference_menu')).not.toContain('1)');
    expect(plain('which_appointment')).toContain('- Tue 3 Nov, 10:30');
    expect(plain('stop_check')).not.toContain('1)');
  });
});
