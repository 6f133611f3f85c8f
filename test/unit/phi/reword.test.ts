import path from 'node:path';
import fc from 'fast-check';
import { detectPhi, LANGUAGES, redactPhi, rewordPhi } from '../../../core/phi';
import { likeliestLanguage, wordingOf } from '../../../core/phi/reword/wording';
import { casesOf } from '../../eval/phi/cases';

const FOLDER = path.join(__dirname, '../../eval/phi');
const messages = LANGUAGES.flatMap((language) =>
  casesOf(FOLDER, 'messages', language).map(({ text }) => ({ language, text })),
);
const isClean = (text: string): boolean => detectPhi(text, { strict: true }).length === 0;
const domain = 'portal.oakfield.example';
const policy = { allowedDomains: [domain] };

describe('rewording', () => {
  it.each([
    ['Your cardiology appointment is tomorrow', 'Your appointment is tomorrow'],
    [
      'You have an ENT appointment on 12/05 at 10:30. Reply 1 to confirm.',
      'You have an appointment on 12/05 at 10:30. Reply 1 to confirm.',
    ],
    [
      'Your MRI has been moved to Thursday, south entrance',
      'Your appointment has been moved to Thursday, south entrance',
    ],
    [
      'Dear Hannah Whitfield, your appointment with Dr Rossi, the cardiologist, is on Monday at 3pm.',
      'Dear Hannah, your appointment with Dr Rossi is on Monday at 3pm.',
    ],
    [
      'Tomorrow 10:30 cardiology with ECG, bring your cholesterol values.',
      'Your appointment: tomorrow 10:30.',
    ],
    ['See you tomorrow at the fertility clinic', 'See you tomorrow'],
    ['Visita cardiologica domani alle 10', 'Appuntamento domani alle 10'],
    [
      'La sua ecografia è confermata per martedì 14/10 alle 15.30.',
      'La sua visita è confermata per martedì 14/10 alle 15.30.',
    ],
    [
      "Le ricordiamo l'appuntamento in cardiologia di domani alle 9",
      "Le ricordiamo l'appuntamento di domani alle 9",
    ],
    ['Il prelievo è alle 7:30', "L'appuntamento è alle 7:30"],
    ['Domani alle 9 ha la colonscopia, si presenti a digiuno', 'Il suo appuntamento: domani alle 9.'],
    ['Ihr Zahnarzttermin ist morgen um 9 Uhr', 'Ihr Termin ist morgen um 9 Uhr'],
    [
      'Ihr MRT-Termin wurde auf Donnerstag verlegt, Eingang Süd',
      'Ihr Termin wurde auf Donnerstag verlegt, Eingang Süd',
    ],
    ['Ihre Darmspiegelung ist morgen um 8:15 Uhr', 'Ihr Termin ist morgen um 8:15 Uhr'],
    [
      'Hallo Frau Lenz, morgen 8:15 Uhr Darmspiegelung, bitte pünktlich',
      'Hallo Frau Lenz, Ihr Termin: morgen 8:15 Uhr.',
    ],
    ['Termin beim Zahnarzt am 3. März um 10 Uhr', 'Termin am 3. März um 10 Uhr'],
    ['Su cita con el cardiólogo es mañana a las 10', 'Su cita es mañana a las 10'],
    ['Su ecografía es el martes 14/10 a las 15.30', 'Su cita es el martes 14/10 a las 15.30'],
    ['Su análisis de sangre está confirmado para el lunes', 'Su cita: el lunes.'],
    ['Votre échographie est confirmée pour demain à 9h', 'Votre visite est confirmée pour demain à 9h'],
    [
      'Votre rendez-vous chez le cardiologue est mardi 14/10 à 15h30',
      'Votre rendez-vous est mardi 14/10 à 15h30',
    ],
    ['Rappel : scanner demain à 8h', 'Rappel : rendez-vous demain à 8h'],
    [
      'You have a CT scan tomorrow at 8. Please arrive 15 minutes early.',
      'Your appointment: tomorrow at 8. Please arrive 15 minutes early.',
    ],
    [
      'La sua pulizia dei denti è prevista per mercoledì 7 alle 11.',
      'La sua visita è prevista per mercoledì 7 alle 11.',
    ],
    [
      'Wir erinnern Sie an Ihre Mammographie am Donnerstag, 12. März um 9:15 Uhr.',
      'Wir erinnern Sie an Ihren Termin am Donnerstag, 12. März um 9:15 Uhr.',
    ],
    ['Dr. Weber (Gynäkologie) hat am Montag Sprechstunde.', 'Dr. Weber hat am Montag Sprechstunde.'],
    [
      'Le esperamos para su mamografía el 3/6 a las 8:30 en el Hospital Norte.',
      'Le esperamos para su cita el 3/6 a las 8:30 en el Hospital Norte.',
    ],
    ['Votre détartrage est prévu mercredi à 11h.', 'Votre rendez-vous est prévu mercredi à 11h.'],
  ])('leaves a sound sentence of %s', (text, expected) => {
    expect(rewordPhi(text)).toBe(expected);
  });

  it.each([
    ['results', 'Your blood test results are ready.', 'Please read the details in your personal area.'],
    [
      'money',
      'Sig.ra Lombardi, il ticket è di 36 €',
      'Sig.ra Lombardi, trova i dettagli nella sua area personale.',
    ],
    [
      'preparation',
      'Bitte nüchtern kommen. Bis morgen!',
      'Die Einzelheiten finden Sie in Ihrem persönlichen Bereich. Bis morgen!',
    ],
    [
      'several of them, once',
      'Venga en ayunas. Sus resultados ya están.',
      'Consulte los detalles en su área personal.',
    ],
    ['a number of the patient', 'Nous avons essayé le 06 39 98 01 81', 'Vous pouvez nous contacter.'],
  ])('says instead of %s where to look', (_what, text, expected) => {
    expect(rewordPhi(text)).toBe(expected);
  });

  it.each([
    ['a title', 'Mr Colin Prescott, please see reception', 'Mr Prescott, please see reception'],
    ['none', 'Gentile Marta Benedetti, a domani', 'Gentile Marta, a domani'],
  ])('shortens a full name with %s', (_what, text, expected) => {
    expect(rewordPhi(text)).toBe(expected);
  });

  it('takes nothing that is fetched or read for an appointment', () => {
    expect(rewordPhi('Può ritirare gli esami del sangue da lunedì.')).toBe(
      'Trova i dettagli nella sua area personale (lunedì).',
    );
  });

  it('does not cancel what is only spoken of', () => {
    expect(rewordPhi('MRI not cancelled but dentist on Monday')).toBe('Your appointment: on Monday.');
    expect(rewordPhi('The dentist has cancelled Monday')).toBe('Your appointment is cancelled: Monday.');
  });

  it('keeps the link to the personal area, and cuts a path that tells', () => {
    const say = (link: string) => rewordPhi(`Your results: ${link}.`, { policy });
    expect(say(`https://${domain}/m/7f3a`)).toContain(`https://${domain}/m/7f3a`);
    expect(say(`https://${domain}/oncology`)).toBe(
      `Please read the details in your personal area: https://${domain}/`,
    );
    expect(say('https://elsewhere.example/x')).not.toContain('elsewhere');
  });

  it('gives files and links that stand alone a name, not a sentence', () => {
    expect(rewordPhi('referto_mario_rossi.PDF', { language: 'it' })).toBe('documento.pdf');
    expect(rewordPhi(`https://${domain}/oncology`, { policy })).toBe(`https://${domain}/`);
    expect(rewordPhi('https://x.example/oncology')).toBe('https://x.example/[pathway]');
  });

  it('writes in the language that it is told', () => {
    expect(rewordPhi('MRT 12/05', { language: 'it' })).toMatch(/appuntamento/i);
  });

  it('gives nothing away where a policy forbids even the fixed sentences', () => {
    const forbidden = { policy: { forbiddenTerms: ['details', 'appointment', 'contact', 'personal'] } };
    const text = rewordPhi('Your results are ready', forbidden);
    expect(detectPhi(text, { strict: true, ...forbidden })).toEqual([]);
  });
});

describe('whatever is reworded', () => {
  it('is clean afterwards, and the same when it is reworded again', () => {
    for (const { text } of messages) {
      const once = rewordPhi(text);
      expect([text, isClean(once)]).toEqual([text, true]);
      expect(rewordPhi(once)).toBe(once);
    }
  });

  it('stays as it is where it gave nothing away', () => {
    const neutral = messages.filter(({ text }) => isClean(text));
    expect(neutral.length).toBeGreaterThan(100);
    for (const { text } of neutral) expect(rewordPhi(text)).toBe(text);
  });

  it('is some sentence, also of any text at all and of several together', () => {
    const some = fc.constantFrom(...messages.map(({ text }) => text));
    const texts = fc.oneof(
      fc.array(some, { minLength: 1, maxLength: 4 }).map((parts) => parts.join(' ')),
      fc.array(some, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('\n')),
      fc.tuple(some, fc.string({ unit: 'binary' })).map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(texts, fc.constantFrom(...LANGUAGES), (text, language) => {
        const once = rewordPhi(text, { language });
        expect(isClean(once)).toBe(true);
        expect(rewordPhi(once, { language })).toBe(once);
        expect(once.trim() === '').toBe(text.trim() === '');
      }),
      { numRuns: 60 },
    );
  });

  it.each([
    ['one endless sentence', 'Visita cardiologica con '],
    ['many sentences', 'Ecografia domani alle 9. '],
    ['joins', 'domani dela'],
    ['greetings', 'Gentile Marta, '],
    ['brackets', '(Ecografia '],
  ])('takes a time that grows with the text alone: %s', (_what, unit) => {
    const time = (size: number): number => {
      const text = unit.repeat(size / unit.length);
      const before = process.cpuUsage();
      rewordPhi(text);
      const { user, system } = process.cpuUsage(before);
      return user + system;
    };
    time(2_000);
    const [small, large] = [Math.min(time(4_000), time(4_000)), time(16_000)];
    expect(large).toBeLessThan(12 * Math.max(small, 5_000));
  });

  const OF_WHAT = {
    it: ['Visita cardiologica', 'Ecografia', 'Colonscopia', 'Appuntamento dal dentista'],
    de: ['Kardiologie', 'Ihr Zahnarzttermin', 'Darmspiegelung', 'MRT'],
    en: ['Your cardiology appointment', 'MRI', 'Colonoscopy', 'Dentist'],
    es: ['Cita de cardiología', 'Ecografía', 'Colonoscopia', 'Su cita con el dentista'],
    fr: ['Rendez-vous chez le cardiologue', 'Échographie', 'Coloscopie', 'IRM'],
  } as const;
  const DAY = { it: 'il', de: 'am', en: 'on', es: 'el', fr: 'le' } as const;
  const AT = { it: 'alle', de: 'um', en: 'at', es: 'a las', fr: 'à' } as const;

  it('keeps day, time and the link to an own domain', () => {
    const two = (n: number): string => String(n).padStart(2, '0');
    const number = (from: number, to: number) => fc.integer({ min: from, max: to }).map(two);
    fc.assert(
      fc.property(
        fc.constantFrom(...LANGUAGES),
        fc.nat(3),
        fc.tuple(number(1, 28), number(1, 12), number(7, 19), number(0, 59)),
        fc.constantFrom('', ' ', '. ', ': '),
        (language, which, [day, month, hour, minute], gap) => {
          const link = gap === '' ? '' : `${gap}https://${domain}/m/${day}${minute}`;
          const text = `${OF_WHAT[language][which]} ${DAY[language]} ${day}/${month} ${AT[language]} ${hour}:${minute}${link}`;
          const said = rewordPhi(text, { policy, language });
          expect(said).toContain(`${day}/${month}`);
          expect(said).toContain(`${hour}:${minute}`);
          expect(said).toContain(link.replace(/^\W+(?=https)/, ''));
        },
      ),
    );
  });

  it('is written in sentences that are clean themselves', () => {
    for (const language of LANGUAGES)
      for (const sentence of Object.values(wordingOf(language).sentences))
        expect(redactPhi(sentence.replace('{when}', '12/05').replace('{link}', ''))).toBe(
          sentence.replace('{when}', '12/05').replace('{link}', ''),
        );
  });

  it('is in its own language, nearly always found out from a short message alone', () => {
    const right = messages.filter(({ language, text }) => likeliestLanguage(text) === language);
    expect(right.length / messages.length).toBeGreaterThan(0.97);
  });
});
