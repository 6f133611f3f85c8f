import {
  outgoingTexts,
  parseLiveTemplate,
  renderApproved,
  type ApprovedOrigin,
  type LiveTemplate,
  type RenderedMessage,
} from '../../../core/templates';

const context = {
  now: Date.UTC(2027, 1, 27),
  allowedDomains: ['aurora.example'],
  locations: ['North'],
  clinicName: 'Clinica Aurora',
};
const long = (length: number): string => 'a'.repeat(length);

type Component = Record<string, unknown>;

function live(components: Component[], patch: Record<string, unknown> = {}): LiveTemplate {
  const parsed = parseLiveTemplate({
    name: 'own_visit',
    language: 'en_US',
    status: 'APPROVED',
    category: 'UTILITY',
    components,
    ...patch,
  });
  if (!parsed) throw new Error('no template');
  return parsed;
}

const BODY = { type: 'BODY', text: 'See you soon.' };
const header = (format: string, text?: string): Component => ({ type: 'HEADER', format, text });
const buttons = (...list: Component[]): Component => ({ type: 'BUTTONS', buttons: list });
const quick = { type: 'QUICK_REPLY', text: 'Fine' };
const url = (address: string): Component => ({ type: 'URL', text: 'Open', url: address });

const origin = (patch: Partial<ApprovedOrigin> = {}): ApprovedOrigin => ({
  source: 'approved',
  language: 'en_US',
  bindings: [],
  header: null,
  buttons: [],
  ...patch,
});

const render = (
  template: LiveTemplate,
  patch: Partial<ApprovedOrigin> = {},
  purpose: RenderedMessage['purpose'] = 'appointment',
) => renderApproved(template, { purpose, asks: null, origin: origin(patch) }, context);

function verdict(...given: Parameters<typeof render>): string {
  try {
    render(...given);
    return 'ok';
  } catch (error) {
    const { code, at } = error as { code: string; at: { field?: string } };
    return `${code} ${at.field ?? ''}`;
  }
}

const name = (value: string, part: 'header' | 'body' = 'body', variable = '1') =>
  ({ part, name: variable, type: 'firstName', values: { firstName: value } }) as const;
const media = (link: string, fileName?: string) =>
  ({ kind: 'media', link, ...(fileName === undefined ? {} : { fileName }) }) as const;

describe('an approved template of the user’s own', () => {
  it('fills numbered and named variables, each with a value of its own', () => {
    const numbered = live([{ type: 'BODY', text: 'Hello {{1}} and {{2}}, see you.' }]);
    const spoken = live([{ type: 'BODY', text: 'Hello {{one}} and {{two}}, see you.' }], {
      parameter_format: 'NAMED',
    });
    const texts = [
      render(numbered, { bindings: [name('Ada', 'body', '1'), name('Bea', 'body', '2')] }).text,
      render(spoken, { bindings: [name('Ada', 'body', 'one'), name('Bea', 'body', 'two')] }).text,
    ];
    expect(texts).toEqual(['Hello Ada and Bea, see you.', 'Hello Ada and Bea, see you.']);
  });

  it('lets the clinic be called by its registered name only, whatever the item says', () => {
    const template = live([{ type: 'BODY', text: 'Your {{1}} is here.' }]);
    const forged = {
      part: 'body',
      name: '1',
      type: 'clinicName',
      values: { clinicName: 'Oncology' },
    } as const;
    expect(render(template, { bindings: [forged] }).text).toBe('Your Clinica Aurora is here.');
  });

  it('shows the gate everything that a person gets to read', () => {
    const template = live([
      header('TEXT', 'For {{1}}'),
      { type: 'BODY', text: 'Hello {{1}}, look here.' },
      { type: 'FOOTER', text: 'Write STOP' },
      buttons(
        quick,
        url('https://aurora.example/{{1}}'),
        { type: 'PHONE_NUMBER', text: 'Call us' },
        { type: 'COPY_CODE', text: 'Copy code' },
        { type: 'FLOW', text: 'Form' },
      ),
    ]);
    const message = render(template, {
      bindings: [name('Ada'), name('Bea', 'header')],
      buttons: [
        { index: 0, choice: 'confirm' },
        { index: 1, suffix: 'v/é1' },
        { index: 3, code: 'CODE15' },
      ],
    });
    expect(outgoingTexts(message)).toEqual(
      expect.arrayContaining([
        'Hello Ada, look here.', 'Write STOP', 'Fine', 'For Bea', 'Open',
        'https://aurora.example/v%2F%C3%A91', 'v/é1', 'Call us', 'Copy code', 'CODE15', 'Form',
      ]),
    ); // prettier-ignore
  });

  it.each<[string, string, LiveTemplate, Partial<ApprovedOrigin>]>([
    ['templateNotApproved own_visit', 'paused', live([BODY], { status: 'PAUSED' }), {}],
    ['templateUnsupported own_visit', 'for authentication', live([BODY], { category: 'AUTHENTICATION' }), {}],
    ['languageMissing own_visit', 'in a language that nobody screens', live([BODY], { language: 'ja' }), {}],
    ['templateUnsupported header', 'with a moving picture', live([header('GIF'), BODY]), {}],
    ['templateUnsupported button 1', 'with a catalogue button', live([BODY, buttons({ type: 'CATALOG', text: 'Shop' })]), {}],
    ['variableMissing body variable 1', 'without a value', live([{ type: 'BODY', text: 'Hello {{1}}, see you.' }]), {}],
    ['variableInvalid body variable 1', 'with a full name', live([{ type: 'BODY', text: 'Hello {{1}}, see you.' }]), { bindings: [name('Ada Byron')] }],
    ['variableInvalid body variable 2', 'with a value too many', live([BODY]), { bindings: [name('Ada', 'body', '2')] }],
    ['variableMissing button 1', 'with a quick reply that means nothing', live([BODY, buttons(quick)]), {}],
    ['variableInvalid button 2', 'with a button that is not there', live([BODY, buttons(quick)]), { buttons: [{ index: 0, choice: 'yes' }, { index: 1, choice: 'no' }] }],
    ['linkNotAllowed button 1', 'with a button to another domain', live([BODY, buttons(url('https://else.example/'))]), {}],
    ['linkNotAllowed button 1', 'whose suffix could change the host', live([BODY, buttons(url('https://aurora.example{{1}}'))]), { buttons: [{ index: 0, suffix: 'x' }] }],
    ['variableMissing button 1', 'without the end of an address', live([BODY, buttons(url('https://aurora.example/{{1}}'))]), {}],
    ['variableInvalid button 1', 'with words at the end of an address', live([BODY, buttons(url('https://aurora.example/{{1}}'))]), { buttons: [{ index: 0, suffix: 'blood test' }] }],
    ['variableMissing header', 'without its picture', live([header('IMAGE'), BODY]), {}],
    ['variableInvalid header', 'with a picture that has no place', live([BODY]), { header: media('https://aurora.example/a.png') }],
    ['linkNotAllowed header', 'with a picture from elsewhere', live([header('IMAGE'), BODY]), { header: media('https://else.example/a.png') }],
    ['fileNotAllowed header', 'with a document for a picture', live([header('IMAGE'), BODY]), { header: media('https://aurora.example/a.pdf') }],
    ['fileNotAllowed header file name', 'with a document without a name', live([header('DOCUMENT'), BODY]), { header: media('https://aurora.example/a.pdf') }],
    ['variableInvalid header', 'with a place that is not registered', live([header('LOCATION'), BODY]), { header: { kind: 'location', latitude: 45, longitude: 9, name: 'Ward' } }],
    ['variableInvalid header', 'with a place off the earth', live([header('LOCATION'), BODY]), { header: { kind: 'location', latitude: 91, longitude: 9, name: 'North' } }],
  ])('refuses with %s one %s', (expected, _what, template, patch) => {
    expect(verdict(template, patch)).toBe(expected);
  }); // prettier-ignore

  it.each<[string, LiveTemplate, Partial<ApprovedOrigin>, LiveTemplate, Partial<ApprovedOrigin>, string]>([
    ['the body after filling', live([{ type: 'BODY', text: `${long(1019)} {{1}}.` }]), { bindings: [name('Ada')] }, live([{ type: 'BODY', text: `${long(1020)} {{1}}.` }]), { bindings: [name('Ada')] }, 'textTooLong own_visit'],
    ['the header after filling', live([header('TEXT', `${long(56)} {{1}}`), BODY]), { bindings: [name('Ada', 'header')] }, live([header('TEXT', `${long(57)} {{1}}`), BODY]), { bindings: [name('Ada', 'header')] }, 'textTooLong header'],
    ['a code to copy', live([BODY, buttons({ type: 'COPY_CODE' })]), { buttons: [{ index: 0, code: long(15) }] }, live([BODY, buttons({ type: 'COPY_CODE' })]), { buttons: [{ index: 0, code: long(16) }] }, 'variableInvalid button 1'],
    ['an address', live([BODY, buttons(url(`https://aurora.example/${long(1976)}{{1}}`))]), { buttons: [{ index: 0, suffix: 'x' }] }, live([BODY, buttons(url(`https://aurora.example/${long(1977)}{{1}}`))]), { buttons: [{ index: 0, suffix: 'x' }] }, 'linkNotAllowed button 1'],
  ])('keeps the limit of %s', (_what, within, given, past, more, code) => {
    expect([verdict(within, given), verdict(past, more)]).toEqual(['ok', code]);
  }); // prettier-ignore

  it.each<[RenderedMessage['purpose'], string, boolean]>([
    ['appointment', 'UTILITY', true],
    ['appointment', 'MARKETING', false],
    ['survey', 'UTILITY', false],
    ['prevention', 'MARKETING', false],
  ])('for %s under %s may go without a way out: %s', (purpose, category, may) => {
    const without = live([BODY], { category });
    const withOne = live([BODY, { type: 'FOOTER', text: 'Reply STOP to end' }], { category });
    expect(verdict(without, {}, purpose)).toBe(may ? 'ok' : 'wayOutMissing own_visit');
    expect(verdict(withOne, {}, purpose)).toBe('ok');
  });
});
