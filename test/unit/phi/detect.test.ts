import { detectPhi, summariseFindings, type PhiCategory } from '../../../core/phi';
import heldOut from './data/held-out.json';

const categories = (text: string): readonly PhiCategory[] => summariseFindings(detectPhi(text)).categories;
const rules = (text: string): readonly string[] => summariseFindings(detectPhi(text)).ruleIds;

describe('identifiers', () => {
  it.each([
    ['phone, international', 'Could not reach you on +44 7700 900123', 'identifier.phone'],
    ['phone, national', 'Non siamo riusciti a chiamarla al 333 000 1234', 'identifier.phone'],
    ['e-mail', 'Inviato a anna.bianchi@posta.example', 'identifier.email'],
    ['IBAN with blanks', 'Rimborso su IT60 X054 2811 1010 0000 0123 456', 'identifier.iban'],
    ['codice fiscale', 'CF: RSSMRA85T10A562S', 'identifier.nationalId.itCodiceFiscale'],
    ['German insurance number', 'Versichertennummer A123456780', 'identifier.nationalId.deKvnr'],
    ['Spanish DNI', 'DNI 12345678Z', 'identifier.nationalId.esDni'],
    ['Spanish NIE', 'NIE X1234567L', 'identifier.nationalId.esNie'],
    ['French NIR', 'nir 2 55 08 14 168 025 38', 'identifier.nationalId.frNir'],
    ['NHS number', 'NHS number 943 476 5919', 'identifier.nationalId.gbNhs'],
    ['date of birth', 'nata il 12/04/1980', 'identifier.birthDate'],
    ['date of birth in words', 'born 5th May 2019', 'identifier.birthDate'],
    ['record number', 'Krankenakte Nr. A-118734/24', 'identifier.recordNumber'],
    ['title and full name', 'Ms Hannah Goldberg, see you soon', 'identifier.fullName'],
    ['surname first', 'Sig. Bianchi Giuseppe', 'identifier.fullName'],
    ['capitals with a comma', 'PACIENTE: TORRES GIL, ANDRES', 'identifier.fullName'],
    ['small letters after a title', 'signora maria rossi', 'identifier.fullName'],
    ['home address', 'Your letter was sent to 14 Larkspur Close, Reading RG6 3QT', 'identifier.address'],
  ])('finds %s', (_, text, rule) => {
    expect(rules(text)).toContain(rule);
  });

  it.each([
    ['a first name', 'Ciao Marta, a domani'],
    ['a title with a surname', 'Frau Vogel ruft Sie zurück'],
    ['the own number', 'Call us on 020 7946 0018'],
    ['the own mailbox', 'Scriva a info@studio.example'],
    ['an appointment', 'Il 14/10/2025 alle 10:30'],
    ['the street of the clinic', 'Siamo in via Garibaldi 12, 20121 Milano'],
    ['the own new address', 'Unsere neue Adresse: Herzogstraße 12, 80803 München'],
    ['a street named after a person', 'Via Giuseppe Verdi 3'],
    ['an order number', 'Ordine 4711-2025 pronto'],
    ['a codice fiscale with a wrong check letter', 'RSSMRA85T10A562T'],
  ])('leaves %s alone', (_, text) => {
    expect(categories(text)).not.toContain('identifier');
  });

  it('reports the own number when strict', () => {
    expect(summariseFindings(detectPhi('Call us on 020 7946 0018', { strict: true })).ruleIds).toEqual([
      'identifier.phone',
    ]);
  });
});

describe('health data', () => {
  it.each<[PhiCategory, string]>([
    ['clinical', 'La cura antibiotica dura una settimana'],
    ['clinical', 'Weisheitszahn-Entfernung am Montag'],
    ['clinical', 'Your biopsy came back clear'],
    ['clinical', 'Siga tomando ibuprofeno'],
    ['clinical', 'Comment va votre entorse ?'],
    ['pathway', 'visita ginecologica alle 9'],
    ['pathway', 'Termin in der Kardiologie'],
    ['pathway', 'ur gastroscpy is weds'],
    ['pathway', 'Cita con el cardiólogo'],
    ['pathway', 'Rendez-vous chez l’ophtalmo'],
    ['economic', 'Il ticket da pagare è di 36 €'],
    ['economic', 'Zuzahlung noch offen'],
    ['economic', 'Your copay is $25'],
    ['economic', 'El seguro médico no cubre la consulta'],
    ['economic', 'Votre mutuelle a remboursé'],
    ['revealing', 'Venga a digiuno'],
    ['revealing', 'Bitte nüchtern kommen'],
    ['revealing', 'Come with a full bladder'],
    ['revealing', 'Grupo de apoyo para dejar de fumar'],
    ['revealing', 'Préparation à la naissance'],
  ])('finds %s in "%s"', (category, text) => {
    expect(categories(text)).toContain(category);
  });

  it.each([
    ['accents left out', 'visita di cardiologia', 'Termin fur Rontgen und Kardiologie'],
    ['umlauts spelled out', 'Gynaekologie um 9', 'GYNÄKOLOGIE UM 9'],
    ['full-width letters', 'ｃａｒｄｉｏｌｏｇｙ at 9', 'cardiology at 9'],
    ['zero-width characters', 'cardio\u200blogy at 9', 'cardiology at 9'],
    ['look-alike letters', 'cаrdiоlogy at 9', 'cardiology at 9'],
    ['letters written apart', 'c a r d i o l o g y at 9', 'c.a.r.d.i.o.l.o.g.y at 9'],
    ['a path of a link', 'https://portal.example/cardiology/7', 'https://portal.example/esami/ecografia'],
  ])('is not fooled by %s', (_, one, other) => {
    expect(categories(one)).toContain('pathway');
    expect(categories(other)).toContain('pathway');
  });

  it.each([
    'In the heart of Leeds',
    'Visibile a occhio nudo',
    'Der Zahn der Zeit',
    'Visite nuestra web',
    'Via Ospedale 3',
    'Herr Schmerz ist unterwegs',
    'Oldham Mumps tram stop',
    'Röntgenstraße 5, Hochparterre',
    'Parking costs £2 an hour',
    'Scan the QR code',
    'Résultats du sondage',
  ])('leaves the innocent "%s" alone', (text) => {
    expect(detectPhi(text)).toEqual([]);
  });

  it('points at the words in the text as given', () => {
    const text = 'Größe „Kardiologie“ – ｃardiology';
    const words = detectPhi(text).map((f) => text.slice(f.start, f.end));
    expect(words).toEqual(['Kardiologie', 'ｃardiology']);
  });
});

describe('policy', () => {
  it('lets the registered name stand, and nothing else', () => {
    const policy = { allowedTerms: ['Studio Dentistico Aurora'] };
    expect(detectPhi('Studio Dentistico Aurora: a domani', { policy })).toEqual([]);
    expect(detectPhi('Il dentista la aspetta', { policy })).not.toEqual([]);
  });

  it('finds what the controller forbids', () => {
    const found = detectPhi('Il Progetto Girasole riparte', {
      policy: { forbiddenTerms: ['progetto girasole'] },
    });
    expect(found).toMatchObject([{ category: 'revealing', ruleId: 'revealing.policyTerm' }]);
  });

  it('never lets an identifier pass', () => {
    const policy = { allowedTerms: ['anna.bianchi@posta.example'] };
    expect(detectPhi('Inviato a anna.bianchi@posta.example', { policy })).not.toEqual([]);
  });
});

describe('held-out messages', () => {
  const languages = ['it', 'de', 'en', 'es', 'fr'] as const;

  it.each(languages)('%s: at least 90 %% of the revealing are caught', (language) => {
    const missed = heldOut[language].R.filter((text) => detectPhi(text).length === 0);
    expect(missed.length).toBeLessThanOrEqual(heldOut[language].R.length * 0.1);
  });

  it('at most 3 % of the harmless are flagged', () => {
    const harmless = languages.flatMap((language) => heldOut[language].N);
    const flagged = harmless.filter((text) => detectPhi(text).length > 0);
    expect(flagged.length).toBeLessThanOrEqual(harmless.length * 0.03);
  });
});
