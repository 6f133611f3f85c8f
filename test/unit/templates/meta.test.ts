import fc from 'fast-check';
import { CareError } from '../../../core/errors';
import { LANGUAGES } from '../../../core/phi/types';
import {
  getTemplate,
  listTemplates,
  renderTemplate,
  toMetaReply,
  toMetaTemplateCreate,
  toMetaTemplateMessage,
  type RenderedMessage,
  type RenderValues,
} from '../../../core/templates';

const values: RenderValues = {
  at: Date.UTC(2026, 10, 3, 9, 30),
  zone: 'Europe/Rome',
  firstName: 'Giulia',
  location: 'Aurora Centro',
  clinicName: 'Poliambulatorio Aurora',
  link: 'https://www.aurora.example/info',
  choices: [{ id: 'c1', label: 'Aurora Centro', at: Date.UTC(2026, 10, 3, 9, 30), zone: 'Europe/Rome' }],
};
const context = { now: Date.UTC(2026, 10, 2, 9), allowedDomains: ['aurora.example'] };

function rendered(key: string, language = 'en'): RenderedMessage {
  const result = renderTemplate(key, language, values, context);
  if (!result.ok) throw new Error(result.code);
  return result.message;
}

const codeOf = (run: () => unknown): unknown => {
  try {
    return run();
  } catch (error) {
    return error instanceof CareError ? error.code : error;
  }
};

const idFor = (choice: string | { readonly row: string }): string =>
  typeof choice === 'string' ? `o1:${choice}` : `o1:row:${choice.row}`;

describe('what Meta is asked to approve', () => {
  it('names the variables and gives an example for each', () => {
    expect(toMetaTemplateCreate(getTemplate('appointment_reminder_48h'), 'en')).toEqual({
      name: 'care_appointment_reminder_48h_v1',
      language: 'en',
      category: 'UTILITY',
      parameter_format: 'named',
      message_send_ttl_seconds: 43_200,
      components: [
        {
          type: 'BODY',
          text: 'Reminder from {{clinic_name}}: you have an appointment on {{date}} at {{time}}, at {{location}}. Please let us know if you can come.',
          example: {
            body_text_named_params: [
              { param_name: 'clinic_name', example: 'Poliambulatorio Aurora' },
              { param_name: 'date', example: 'Tuesday 3 November' },
              { param_name: 'time', example: '10:30' },
              { param_name: 'location', example: 'Aurora Centro' },
            ],
          },
        },
        { type: 'FOOTER', text: 'Automatic message' },
        {
          type: 'BUTTONS',
          buttons: [
            { type: 'QUICK_REPLY', text: 'Confirm' },
            { type: 'QUICK_REPLY', text: 'Move it' },
            { type: 'QUICK_REPLY', text: 'Talk to staff' },
          ],
        },
      ],
    });
  });

  it('or numbers them, in the order of that language, with two levels of examples', () => {
    const create = toMetaTemplateCreate(getTemplate('appointment_logistics_24h'), 'it', 'positional');
    expect(create.parameter_format).toBe('positional');
    expect(create.components[0]).toMatchObject({
      text: expect.stringContaining('di {{1}} alle {{2}}, presso {{3}}.') as string,
      example: { body_text: [['Tuesday 3 November', '10:30', 'Aurora Centro']] },
    });
  });

  const all = listTemplates('template').flatMap(({ key }) =>
    LANGUAGES.map((language) => [key, language] as const),
  );

  it.each(all)('%s in %s is within the limits', (key, language) => {
    const create = toMetaTemplateCreate(getTemplate(key), language);
    expect(create.name).toMatch(/^[a-z0-9_]{1,512}$/);
    const kinds = create.components.map(({ type }) => type);
    expect(new Set(kinds).size).toBe(kinds.length);
    for (const component of create.components) {
      const texts =
        component.type === 'BUTTONS' ? component.buttons.map(({ text }) => text) : [component.text];
      const limit = { BODY: 1024, FOOTER: 60, BUTTONS: 25 }[component.type];
      for (const text of texts) expect(text.length).toBeLessThanOrEqual(limit);
    }
  });

  it('refuses replies and missing languages', () => {
    expect(codeOf(() => toMetaTemplateCreate(getTemplate('help'), 'en'))).toBe('templateUseMismatch');
    const without = { ...getTemplate('survey_score'), texts: {} };
    expect(codeOf(() => toMetaTemplateCreate(without, 'fr'))).toBe('languageMissing');
  });
});

describe('a template with its values', () => {
  it('carries the body and what each button sends back', () => {
    expect(toMetaTemplateMessage(rendered('prevention_invitation'), idFor)).toEqual({
      name: 'care_prevention_invitation_v1',
      language: { code: 'en' },
      components: [
        {
          type: 'body',
          parameters: [{ type: 'text', parameter_name: 'clinic_name', text: 'Poliambulatorio Aurora' }],
        },
        ...['yes', 'no', 'stop'].map((choice, index) => ({
          type: 'button',
          sub_type: 'quick_reply',
          index: String(index),
          parameters: [{ type: 'payload', payload: `o1:${choice}` }],
        })),
      ],
    });
  });

  it('has as many values as the approved text has variables, in its order, in either format', () => {
    for (const { key } of listTemplates('template')) {
      for (const language of LANGUAGES) {
        const create = toMetaTemplateCreate(getTemplate(key), language);
        const [body] = create.components;
        const names =
          body?.type === 'BODY' ? [...body.text.matchAll(/\{\{(\w+)\}\}/g)].map((match) => match[1]) : [];
        const sent = toMetaTemplateMessage(rendered(key, language), idFor).components.flatMap((component) =>
          component.type === 'body' ? component.parameters.map(({ parameter_name }) => parameter_name) : [],
        );
        expect([key, language, sent]).toEqual([key, language, names]);
      }
    }
    const positional = toMetaTemplateMessage(rendered('survey_score'), idFor, 'positional');
    expect(positional.components[0]).toEqual({
      type: 'body',
      parameters: [{ type: 'text', text: 'Poliambulatorio Aurora' }],
    });
  });

  it.each(['', ' o1', 'o 1', '+39 320 0000001', 'Giulia è qui', 'a'.repeat(101)])(
    'a button never sends back %j',
    (payload) => {
      expect(codeOf(() => toMetaTemplateMessage(rendered('prevention_invitation'), () => payload))).toBe(
        'payloadInvalid',
      );
      expect(codeOf(() => toMetaReply(rendered('preference_menu'), () => payload))).toBe('payloadInvalid');
    },
  );

  it('refuses a reply text', () => {
    expect(codeOf(() => toMetaTemplateMessage(rendered('help'), idFor))).toBe('templateUseMismatch');
  });
});

describe('an answer inside the window', () => {
  it('is plain text with its footer, without a preview that fetches', () => {
    expect(toMetaReply(rendered('opt_out_confirmation'), idFor)).toEqual({
      type: 'text',
      text: {
        body: 'Done: we will not write to you on WhatsApp any more. If you change your mind, write START.\n\nReply from the automatic assistant',
        preview_url: false,
      },
    });
  });

  it('is buttons', () => {
    expect(toMetaReply(rendered('preference_menu'), idFor)).toMatchObject({
      type: 'interactive',
      interactive: {
        type: 'button',
        footer: { text: 'Reply from the automatic assistant' },
        action: {
          buttons: [
            { type: 'reply', reply: { id: 'o1:preference_a', title: 'A Prevention' } },
            { type: 'reply', reply: { id: 'o1:preference_b', title: 'B Events' } },
            { type: 'reply', reply: { id: 'o1:preference_c', title: 'C None' } },
          ],
        },
      },
    });
  });

  it('is a list', () => {
    expect(toMetaReply(rendered('prevention_location'), idFor)).toMatchObject({
      interactive: {
        type: 'list',
        action: {
          button: 'Choose location',
          sections: [{ rows: [{ id: 'o1:row:c1', title: 'Aurora Centro' }] }],
        },
      },
    });
  });

  it('is a link on a button, and not in the text', () => {
    const reply = toMetaReply(rendered('review_request'), idFor);
    expect(reply).toMatchObject({
      interactive: {
        type: 'cta_url',
        action: {
          name: 'cta_url',
          parameters: { display_text: 'Write a review', url: 'https://www.aurora.example/info' },
        },
      },
    });
    expect(rendered('review_request').text).not.toContain('http');
  });

  it('refuses a text that is a template only', () => {
    expect(codeOf(() => toMetaReply(rendered('survey_score'), idFor))).toBe('templateUseMismatch');
  });

  it('keeps every reply of every language within the limits', () => {
    const replies = listTemplates('reply').map(({ key }) => key);
    fc.assert(
      fc.property(fc.constantFrom(...replies), fc.constantFrom(...LANGUAGES), (key, language) => {
        const reply = JSON.parse(JSON.stringify(toMetaReply(rendered(key, language), idFor))) as object;
        const strings = (value: unknown, name = ''): [string, string][] =>
          typeof value === 'string'
            ? [[name, value]]
            : Object.entries(value ?? {}).flatMap(([next, inner]) =>
                strings(inner, Array.isArray(value) ? name : next),
              );
        const limits: Record<string, number> = {
          title: 24,
          button: 20,
          display_text: 20,
          id: 200,
          description: 72,
        };
        for (const [name, text] of strings(reply))
          expect(text.length).toBeLessThanOrEqual(limits[name] ?? 1024);
      }),
    );
  });
});
