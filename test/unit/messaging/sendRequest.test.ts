import { isCatalogueMessage } from '../../../core/messaging/catalogued';
import { buildSendRequest, stricterPurpose, type SendDraft } from '../../../core/messaging/sendRequest';
import { LANGUAGES } from '../../../core/phi/types';
import { renderTemplate, TEMPLATE_KEYS, type RenderedMessage } from '../../../core/templates';

const at = Date.UTC(2027, 2, 1, 9, 30);
const zone = 'Europe/Rome';
const values = {
  at,
  zone,
  firstName: 'Ada',
  location: 'North',
  link: 'https://aurora.example/info',
  clinicName: 'Clinica Aurora',
  number: 3,
  choices: [{ id: 'location_1', label: 'North', at, zone }],
};

function rendered(key: string, language = 'en'): RenderedMessage {
  const context = { now: Date.UTC(2027, 1, 27), allowedDomains: ['aurora.example'], locations: ['North'] };
  const result = renderTemplate(key, language, values, context);
  if (!result.ok) throw new Error(`${key}: ${result.code}`);
  return result.message;
}

const draft = (patch: Partial<SendDraft> = {}): SendDraft => ({
  person: { contactRef: 'c1' },
  message: rendered('appointment_reminder_48h'),
  basis: { kind: 'purpose' },
  kind: 'reminder',
  occurrence: 'a1@2027-03-01T09:30:00.000Z',
  stage: 'reminder48h',
  ...patch,
});

describe('isCatalogueMessage', () => {
  it('knows every text of the catalogue in every language it exists in', () => {
    const all = TEMPLATE_KEYS.flatMap((key) =>
      LANGUAGES.flatMap((language) => {
        try {
          return [rendered(key, language)];
        } catch {
          return [];
        }
      }),
    );
    expect(all.length).toBeGreaterThan(TEMPLATE_KEYS.length);
    expect(all.filter((message) => !isCatalogueMessage(message))).toEqual([]);
  });

  it.each<[string, Partial<RenderedMessage>]>([
    ['other words', { text: 'Tomorrow 10:30 cardiology' }],
    ['a footer of its own', { footer: 'Ward 3' }],
    ['another button', { buttons: [{ choice: 'confirm', title: 'See result' }] }],
    ['a milder purpose', { purpose: 'survey' }],
    ['a template that Meta knows by another name', { metaName: 'care_other_v1' }],
    ['a template that does not exist', { template: 'newsletter' }],
    ['another version', { version: 99 }],
    ['a value that is not in the text', { parameters: [] }],
  ])('does not take %s for it', (_name, patch) => {
    expect(isCatalogueMessage({ ...rendered('appointment_reminder_48h'), ...patch })).toBe(false);
  });
});

describe('stricterPurpose', () => {
  it.each([
    ['appointment', 'prevention', 'prevention'],
    ['prevention', 'appointment', 'prevention'],
    ['survey', 'review', 'review'],
    ['events', 'prevention', 'prevention'],
    ['prevention', 'events', 'events'],
    ['appointment', 'appointment', 'appointment'],
    // A mandate is no way around a consent, and a consent none around the mandate.
    ['screening', 'appointment', 'screening'],
    ['screening', 'survey', 'survey'],
    ['screening', 'prevention', 'prevention'],
    ['prevention', 'screening', 'screening'],
    ['appointment', 'screening', 'screening'],
  ] as const)('declared %s over a text for %s counts as %s', (declared, ofText, counts) => {
    expect(stricterPurpose(declared, ofText)).toBe(counts);
  });
});

describe('buildSendRequest', () => {
  it('says what is asked, and about what, so that an answer finds its appointment', () => {
    const request = buildSendRequest(draft({ about: 'a1', at: '2027-03-01T10:30:00+01:00', zone }));
    expect(request.asks).toEqual({ question: 'appointment', about: 'a1', at, zone });
    expect(request.screened).toContain(draft().message.text);
  });

  it('counts an answer once for each event and text', () => {
    const message = rendered('help');
    const request = buildSendRequest(draft({ message, basis: { kind: 'reply', eventId: 'e1' } }));
    expect(request).toMatchObject({ kind: 'reply', occurrence: 'e1', stage: 'help' });
  });

  it.each<[string, Partial<SendDraft>]>([
    ['noOccurrence', { occurrence: undefined }],
    ['noOccurrence', { stage: '' }],
    ['badInstant', { closesAt: '2027-03-01' }],
    ['badInstant', { closesAt: '2027-03-01T10:30:00' }],
    ['messageInvalid', { message: { ...rendered('help'), text: 'x' } }],
  ])('refuses with %s rather than guess', (code, patch) => {
    expect(() => buildSendRequest(draft(patch))).toThrow(expect.objectContaining({ code }) as Error);
  });
});
