import fc from 'fast-check';
import { classifyReply, type Intent, type Question } from '../../../core/replies';

const cases: Record<string, readonly string[]> = {
  stop: ['STOP', 'stop.', 'Stopp', 'non scrivetemi più', 'basta messaggi', 'cancellatemi dalla lista', 'smettetela di scrivermi', 'non voglio più ricevere messaggi', 'nicht mehr schreiben', 'Bitte nicht mehr schreiben!', 'lösch meine Nummer', 'keine Nachrichten mehr', 'hört auf mir zu schreiben', 'unsubscribe', 'unsubscibe', 'please stop texting me', 'take me off your list', "don't message me again", 'remove my number', 'no me escriban más', 'dadme de baja', 'borren mi número', 'basta de mensajes', 'arrêtez de m’écrire', 'ne m’envoyez plus rien', 'désabonnez-moi', 'laissez-moi tranquille', "j'en ai marre de vos messages", 's t o p'],
  start: ['START', 'riattivatemi i messaggi', 'wieder anmelden', 'I sent stop by mistake', 'me di de baja por error', 'stop par erreur, remettez-moi'],
  emergency: ['Ho dolore al petto', 'non riesco a respirare', 'mia madre ha la bocca storta e parla male', 'voglio farla finita', 'starke Blutung, hört nicht auf', 'mein Mann bekommt keine Luft', 'ich will nicht mehr leben', 'chest pain', 'chst pain since an hour', "he can't breathe", 'I want to kill myself', 'she took too many pills', 'my throat is swelling', 'me duele el pecho', 'no puedo respirar', 'quiero morirme', 'se le tuerce la boca', 'j’ai mal à la poitrine', 'elle ne respire plus', 'je veux mourir', 'il a avalé toute la boîte', 'STOP ho un infarto'],
  confirm: ['Confermo', 'ci sarò', 'Ich komme', 'bestätigt', "I'll be there", 'see you tomorrow', 'confirmo la cita', 'allí estaré', 'je confirme', 'je serai là'],
  reschedule: ['posso spostare?', 'vorrei cambiare orario', 'Termin verschieben bitte', 'anderen Tag bitte', 'can we reschedule', 'another day please', 'cambiar la cita', 'otro día mejor', 'décaler svp', 'un autre jour ?'],
  cancel: ['disdico', 'non posso venire', 'ich muss absagen', 'please cancel', "can't make it", 'anulen la cita', 'no puedo ir', 'j’annule', 'je ne viendrai pas'],
  human: ['operatore', 'mi richiamate?', 'mit einem Menschen sprechen', 'Rückruf bitte', 'agent', 'call me please', 'quiero hablar con alguien', 'rappelez-moi'],
  help: ['aiuto', 'HILFE', 'help', 'ayuda', 'aide', 'non capisco cosa devo scrivere', "I don't understand what to press"],
  yes: ['sì', 'Ja gerne', 'yes please', 'claro que sí', 'oui volontiers', '👍'],
  no: ['no grazie', 'nein danke', 'no thanks', 'de momento no', 'non merci', 'per adesso no'],
  preference_a: ['A', 'opzione A', '🅰️', 'Option A bitte'],
  preference_b: ['b', 'né A né C, quindi B', 'opción B', '🅱️'],
  preference_c: ['C', 'Weder A noch B, sondern C', 'choix C', 'C for Charlie'],
  question: ['Dove si parcheggia?', 'Ist die Praxis am Freitag offen?', 'stop in front of the clinic?', '¿Hay aparcamiento?', 'Vous êtes ouverts samedi ?'],
}; // prettier-ignore

describe('what a patient means', () => {
  it.each(Object.entries(cases).flatMap(([intent, texts]) => texts.map((text) => [intent, text] as const)))(
    '%s: %s',
    (intent, text) => {
      expect(classifyReply(text).intent).toBe(intent);
    },
  );

  it.each([
    'non posso smettere di ringraziarvi',
    'stop in front of the clinic?',
    'fermata bus (stop)',
    "I can't stop by today",
    'No dejéis nunca de avisarme',
    'n’arrêtez surtout pas de m’écrire',
    'die Haltestelle Stop & Go',
    'Baja el ascensor hasta el garaje?',
    'ok fine settimana va bene',
  ])('does not take "%s" for a stop', (text) => {
    expect(classifyReply(text).intent).not.toBe('stop');
  });
});

describe('a bare number', () => {
  it.each<[string, Question | undefined, Intent, number | null]>([
    ['1', 'appointment', 'confirm', null],
    ['2', 'appointment', 'reschedule', null],
    ['3', 'appointment', 'human', null],
    ['4', 'appointment', 'other', null],
    ['2', 'rating', 'rating', 2],
    ['9', 'rating', 'other', null],
    ['2', 'preference', 'preference_b', null],
    ['1', 'yesNo', 'yes', null],
    ['2', 'yesNo', 'no', null],
    ['3', 'location', 'yes', 3],
    ['7', 'location', 'other', null],
    ['4', undefined, 'rating', 4],
    ['12', undefined, 'other', null],
    ['1️⃣', 'appointment', 'confirm', null],
    [' 2. ', 'appointment', 'reschedule', null],
  ])('"%s" after %s is %s', (text, expecting, intent, value) => {
    const options = expecting === undefined ? {} : { expecting, choices: 4 };
    expect(classifyReply(text, options)).toMatchObject({ intent, value });
  });

  it.each([
    ['cinque', 5], ['five', 5], ['fünf', 5], ['cinco', 5], ['cinq', 5],
    ['5/5', 5], ['4 su 5', 4], ['⭐⭐⭐⭐', 4], ['voto 3', 3], ['1, un desastre', 1], ['je mets un 2, accueil froid', 2],
  ])('"%s" is a score of %d', (text, value) => {
    expect(classifyReply(text)).toMatchObject({ intent: 'rating', value });
  }); // prettier-ignore
});

describe('what goes with the intent', () => {
  it.each([
    ['STOP, ho il diabete e non voglio più messaggi', 'stop'],
    ['Confermo, prendo ancora l’Augmentin', 'confirm'],
    ['please cancel, I have the flu symptoms', 'cancel'],
    ['Je m’appelle Karim Haddad, 07 00 00 12 34', 'other'],
  ])('"%s" is sensitive too', (text, intent) => {
    expect(classifyReply(text)).toMatchObject({ sensitive: true, intent });
  });

  it.each([
    'Is the doctor late?',
    'Do I need my insurance card?',
    'Confermo',
    'Wann hat der Zahnarzt offen?',
    'STOP',
  ])('"%s" is not sensitive', (text) => {
    expect(classifyReply(text).sensitive).toBe(false);
  });

  it.each(['numero sbagliato', 'Falsche Nummer', 'wrong number', 'número equivocado', 'mauvais numéro'])(
    '"%s" says that the number is wrong, and is a doubtful stop',
    (text) => {
      expect(classifyReply(text)).toMatchObject({ wrongNumber: true, suspectedStop: true });
    },
  );

  it.each([
    'mia madre è morta',
    'Mein Vater ist verstorben',
    'my husband passed away',
    'mi madre falleció',
    'mon mari est décédé',
  ])('"%s" says that somebody has died', (text) => {
    expect(classifyReply(text).deceased).toBe(true);
  });

  it.each(['ancora messaggi...', 'schon wieder ihr', 'too many messages', 'otra vez', 'trop de messages'])(
    '"%s" may be a stop, or is one',
    (text) => {
      const reading = classifyReply(text);
      expect(reading.suspectedStop || reading.intent === 'stop').toBe(true);
    },
  );
});

describe('the order of law', () => {
  it.each([
    'STOP START',
    'start or stop',
    'Stop messages, start again',
    'STOP. No wait, START',
    'START\nSTOP',
  ])('a stop beats a start in one message: "%s"', (text) => {
    expect(classifyReply(text).intent).toBe('stop');
  });

  const fillers = fc.constantFrom('', 'grazie', 'Hello', 'bitte', '!!!', '🙂');
  const emergencies = fc.constantFrom(...cases.emergency!);
  const stops = fc.constantFrom(...cases.stop!.slice(3, 28));

  it('an emergency beats everything around it', () => {
    fc.assert(
      fc.property(stops, emergencies, fillers, (stop, emergency, filler) => {
        expect(classifyReply(`${filler} ${stop}. ${emergency}`).intent).toBe('emergency');
      }),
    );
  });

  it('a stop stays a stop whatever question is open', () => {
    const questions = fc.constantFrom<Question>('appointment', 'rating', 'preference', 'yesNo', 'location');
    fc.assert(
      fc.property(stops, questions, (stop, expecting) => {
        expect(classifyReply(stop, { expecting, choices: 3 }).intent).toBe('stop');
      }),
    );
  });

  it('reads any text without a fault, and the same way twice', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(classifyReply(text)).toEqual(classifyReply(text));
      }),
    );
  });
});
