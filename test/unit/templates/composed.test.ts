import { renderComposed, type ComposedOrigin, type ComposedPart } from '../../../core/templates';

const clinic = { allowedDomains: ['aurora.example'] };
const long = (length: number): string => 'a'.repeat(length);
const origin = (part: ComposedPart): ComposedOrigin => ({
  source: 'composed',
  id: 'r1',
  sentBy: 'Maria Rossi',
  quote: false,
  part,
});

function verdict(part: ComposedPart): string {
  try {
    renderComposed(origin(part), 'en', clinic);
    return 'ok';
  } catch (error) {
    const { code, at } = error as { code: string; at: { field?: string } };
    return `${code} ${at.field ?? ''}`;
  }
}

const CHOICES = ['confirm', 'reschedule', 'yes', 'no'] as const;
type Buttons = Extract<ComposedPart, { kind: 'buttons' }>;
type List = Extract<ComposedPart, { kind: 'list' }>;
type Link = Extract<ComposedPart, { kind: 'link' }>;
const buttons = (patch: Partial<Buttons> = {}): Buttons => ({
  kind: 'buttons',
  body: 'Which?',
  buttons: [{ choice: 'yes', title: 'Yes' }],
  ...patch,
});
const named = (count: number) =>
  CHOICES.slice(0, count).map((choice, index) => ({ choice, title: `Button ${index}` }));
const rows = (count: number) => Array.from({ length: count }, (_, index) => ({ title: `Row ${index}` }));
const list = (patch: Partial<List> = {}): List => ({
  kind: 'list',
  body: 'Choose.',
  button: 'Open',
  sections: [{ rows: rows(2) }],
  ...patch,
});
const link = (patch: Partial<Link> = {}): Link => ({
  kind: 'link',
  body: 'Look.',
  title: 'Open',
  url: 'https://aurora.example/x',
  ...patch,
});
const file = 'https://aurora.example/a.pdf';

describe('the limits of a composed answer, each at its edge and one past it', () => {
  it.each<[string, ComposedPart, ComposedPart, string]>([
    ['a text', { kind: 'text', body: long(4096) }, { kind: 'text', body: long(4097) }, 'textTooLong body'],
    [
      'a text that is there',
      { kind: 'text', body: 'a' },
      { kind: 'text', body: ' ' },
      'variableMissing body',
    ],
    ['a body', buttons({ body: long(1024) }), buttons({ body: long(1025) }), 'textTooLong body'],
    ['a header', buttons({ header: long(60) }), buttons({ header: long(61) }), 'textTooLong header'],
    ['a footer', link({ footer: long(60) }), link({ footer: long(61) }), 'textTooLong footer'],
    [
      'the most buttons',
      buttons({ buttons: named(3) }),
      buttons({ buttons: named(4) }),
      'variableInvalid buttons',
    ],
    [
      'the fewest buttons',
      buttons({ buttons: named(1) }),
      buttons({ buttons: [] }),
      'variableMissing buttons',
    ],
    [
      'a button title',
      buttons({ buttons: [{ choice: 'yes', title: long(20) }] }),
      buttons({ buttons: [{ choice: 'yes', title: long(21) }] }),
      'textTooLong buttons[0].title',
    ],
    [
      'titles that differ',
      buttons({ buttons: named(2) }),
      buttons({ buttons: named(2).map((one) => ({ ...one, title: 'Same' })) }),
      'variableInvalid buttons',
    ],
    [
      'rows in all',
      list({ sections: [{ rows: rows(10) }] }),
      list({ sections: [{ rows: rows(11) }] }),
      'variableInvalid sections',
    ],
    [
      'rows over several sections',
      list({
        sections: [
          { title: 'A', rows: rows(5) },
          { title: 'B', rows: rows(5) },
        ],
      }),
      list({
        sections: [
          { title: 'A', rows: rows(5) },
          { title: 'B', rows: rows(6) },
        ],
      }),
      'variableInvalid sections',
    ],
    [
      'a title for each of several sections',
      list({
        sections: [
          { title: 'A', rows: rows(1) },
          { title: 'B', rows: rows(1) },
        ],
      }),
      list({ sections: [{ title: 'A', rows: rows(1) }, { rows: rows(1) }] }),
      'variableMissing sections[1].title',
    ],
    [
      'a section title',
      list({ sections: [{ title: long(24), rows: rows(1) }] }),
      list({ sections: [{ title: long(25), rows: rows(1) }] }),
      'textTooLong sections[0].title',
    ],
    [
      'a row title',
      list({ sections: [{ rows: [{ title: long(24) }] }] }),
      list({ sections: [{ rows: [{ title: long(25) }] }] }),
      'textTooLong sections[0].rows[0].title',
    ],
    [
      'a row description',
      list({ sections: [{ rows: [{ title: 'a', description: long(72) }] }] }),
      list({ sections: [{ rows: [{ title: 'a', description: long(73) }] }] }),
      'textTooLong sections[0].rows[0].description',
    ],
    ['a list button', list({ button: long(20) }), list({ button: long(21) }), 'textTooLong button'],
    ['a link title', link({ title: long(20) }), link({ title: long(21) }), 'textTooLong title'],
    ['a link', link(), link({ url: 'https://else.example/' }), 'linkNotAllowed url'],
    ['a link over https', link(), link({ url: 'http://aurora.example/' }), 'linkNotAllowed url'],
    [
      'a caption',
      { kind: 'image', link: 'https://aurora.example/a.png', caption: long(1024) },
      { kind: 'image', link: 'https://aurora.example/a.png', caption: long(1025) },
      'textTooLong caption',
    ],
    [
      'a picture that phones can show',
      { kind: 'image', link: 'https://aurora.example/a.png' },
      { kind: 'image', link: 'https://aurora.example/a.svg' },
      'fileNotAllowed link',
    ],
    [
      'the name of a document',
      { kind: 'document', link: file, fileName: `${long(96)}.pdf` },
      { kind: 'document', link: file, fileName: `${long(97)}.pdf` },
      'fileNotAllowed fileName',
    ],
    [
      'a document',
      { kind: 'document', link: file, fileName: 'A.pdf' },
      { kind: 'document', link: file, fileName: 'A.exe' },
      'fileNotAllowed fileName',
    ],
    [
      'an emoji',
      { kind: 'reaction', emoji: '👩‍⚕️' },
      { kind: 'reaction', emoji: '👍👍' },
      'variableInvalid emoji',
    ],
    [
      'no words for an emoji',
      { kind: 'reaction', emoji: '❤️' },
      { kind: 'reaction', emoji: 'ok' },
      'variableInvalid emoji',
    ],
  ])('%s', (_name, within, past, code) => {
    expect([verdict(within), verdict(past)]).toEqual(['ok', code]);
  });

  it('has no author, no answer', () => {
    const nobody = { ...origin({ kind: 'text', body: 'a' }), sentBy: ' ' };
    expect(() => renderComposed(nobody, 'en', clinic)).toThrow(
      expect.objectContaining({ code: 'staffMemberMissing' }) as Error,
    );
  });
});
