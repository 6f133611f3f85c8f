import { detectPhi } from '../../../core/phi';

const identifiers = (text: string): string[] =>
  detectPhi(text)
    .filter(({ category }) => category === 'identifier')
    .map(({ ruleId, start, end }) => `${ruleId.split('.')[1]}: ${text.slice(start, end)}`);

describe('names', () => {
  it.each([
    ['appuntamento per greco luca martedì', 'greco luca'],
    ['BRANDT KATHARINA Termin 12.05. 10:30', 'BRANDT KATHARINA'],
    ['La reserva está a nombre de Lucía de la Fuente', 'Lucía de la Fuente'],
    ['Name: Hofstetter, Vorname: Ruth', 'Hofstetter, Vorname: Ruth'],
    ['Prénom : Anne Nom : Dubreuil', 'Anne Nom : Dubreuil'],
    ['First name: Joan, last name: Winterbourne', 'Joan, last name: Winterbourne'],
    ['Sabine Kranzl, Ihre Unterlagen liegen bereit', 'Sabine Kranzl'],
    ['John Harkness, your bag is at the desk', 'John Harkness'],
    ['Liebe Frau Kunigunde Ebner-Holzer, bis Montag', 'Kunigunde Ebner-Holzer'],
    ['Confermata la sig.ra Teresa Villa alle 9', 'Teresa Villa'],
    ['Companion: Peter Langley, see you Monday', 'Peter Langley'],
    ['Herr Petersen Jonas, Schalter 4', 'Petersen Jonas'],
    ['dites à Fabien Rousselot de nous rappeler', 'Fabien Rousselot'],
  ])('in %s', (text, name) => {
    expect(identifiers(text)).toContain(`fullName: ${name}`);
  });

  it.each([
    'Benvenuta Chiara nella nostra reception!',
    'Bravo Luca, a domani',
    'Hola, soy Andrea de Fisiosport, te espero mañana',
    'Dr Cohen-Solal vous propose le 6 à 17h',
    'Entrance on Martin Luther King Blvd',
    'Name und Vorname bitte am Empfang nennen',
    'Indichi nome e cognome allo sportello',
    'Villa Aurora, la sua conferma è arrivata',
    'Appointment for Colin Monday at 3',
    'Termin für Anna Montag 9 Uhr',
  ])('not in %s', (text) => {
    expect(identifiers(text)).toEqual([]);
  });
});

describe('e-mail addresses that are written out', () => {
  it.each([
    [
      'la sua mail marta punto benedetti chiocciola posta.example',
      'marta punto benedetti chiocciola posta.example',
    ],
    ['ihre mail katharina punkt brandt ät post.example richtig?', 'katharina punkt brandt ät post.example'],
    ['is hannah dot whitfield at post.example right?', 'hannah dot whitfield at post.example'],
    [
      'tu mail marta punto benitez arroba correo punto example',
      'marta punto benitez arroba correo punto example',
    ],
    [
      'votre mail camille point fontaine arobase courriel.example',
      'camille point fontaine arobase courriel.example',
    ],
    ['Mail: m_benedetti (at) posta.example', 'm_benedetti (at) posta.example'],
    ['inviato a luca.greco @ posta.example ieri', 'luca.greco @ posta.example'],
  ])('in %s', (text, address) => {
    expect(identifiers(text)).toContain(`email: ${address}`);
  });

  it.each(['See you at oakfield.example tomorrow', 'Su instagram @ studioaurora.example', 'a @ b', '@ @ @'])(
    'not in %s',
    (text) => {
      expect(identifiers(text)).toEqual([]);
    },
  );
});

describe('phone numbers', () => {
  it.each([
    ['Téléphone enregistré : +33 6 39 98 01 83', '+33 6 39 98 01 83'],
    ['Su número es el 600.000.186, ¿correcto?', '600.000.186'],
    ['Call me on 07700 900222 please', '07700 900222'],
    ['Votre n° de tél. 079 555 01 23 est-il valable ?', '079 555 01 23'],
  ])('of the person in %s', (text, number) => {
    expect(identifiers(text)).toContain(`phone: ${number}`);
  });

  it.each([
    'Unsere neue Telefonnummer: 030 23125 100',
    'Abbiamo cambiato numero: salvi 02 0000 4455 in rubrica',
    'Tome nota del nuevo número: 600 555 010',
    'Rappelez-nous au 01 99 00 03 00',
    'Im Notfall 030 23125 110',
    'Tel. 01 99 00 03 00 ou WhatsApp 06 39 98 03 99 (accueil)',
  ])('of the clinic in %s', (text) => {
    expect(identifiers(text)).toEqual([]);
  });
});

describe('numbers of records', () => {
  it.each([
    'Ihre Akte Nr. AB-99120',
    'pat.nr. 448213',
    'Numéro de patient : 0098213',
    'NSS 12345678901',
    'RAMQ : LEMS 7104 1215',
    'Your PPSN 7654321TB',
    'Nº de paciente 77120034',
  ])('in %s', (text) => {
    expect(identifiers(text).join()).toMatch(/^recordNumber/);
  });

  it.each([
    'Codice prenotazione 4587123, lo mostri al desk',
    'Codice di verifica 771204, valido 10 minuti',
    'Codice di accesso al portale: 48213',
    'PIN für Ihr Portal: 482913',
    'Order no. 88213 is ready to collect',
    'Su número de reserva es RE-2024-00871',
  ])('not in %s', (text) => {
    expect(identifiers(text)).toEqual([]);
  });
});

describe('dates of birth, addresses, accounts', () => {
  it.each([
    ['born on March 12th, 1975', 'birthDate: March 12th, 1975'],
    ['nato il 3 luglio', 'birthDate: 3 luglio'],
    [
      'Wir senden den Brief zu Ihnen nach Hause: Am Alten Markt 7b, 50667 Köln',
      'address: Am Alten Markt 7b, 50667 Köln',
    ],
    [
      'Votre adresse : 88 bis avenue de la République, 75011 Paris',
      'address: avenue de la République, 75011 Paris',
    ],
    ['Are you still at 12a Rose Lane, Leeds LS1 4AP?', 'address: 12a Rose Lane, Leeds LS1 4AP'],
    ['karte 80276000000012345678', 'nationalId: 80276000000012345678'],
    ['Enviamos a Jr. Los Cedros 245, dpto 301', 'address: Jr. Los Cedros 245'],
    [
      '¿Sigue viviendo en calle de los Tilos 14, 28010 Madrid?',
      'address: calle de los Tilos 14, 28010 Madrid',
    ],
    ['residenza p.zza dante 5 - 80135 napoli', 'address: zza dante 5 - 80135'],
  ])('in %s', (text, found) => {
    expect(identifiers(text)).toContain(found);
  });

  it.each([
    'A faculty is 500 egotists with a common parking problem.',
    'Find us at 12a Rose Lane, Leeds LS1 4AP',
    'Sie finden uns Am Alten Markt 7b, 50667 Köln',
    'Il 3 luglio siamo chiusi',
  ])('not in %s', (text) => {
    expect(identifiers(text)).toEqual([]);
  });
});
