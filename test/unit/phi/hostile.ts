/** Texts of one size that were made to be slow to read, and a harmless one beside them. */
export const SIZE = 100_000;

export const filled = (unit: string, size = SIZE): string =>
  unit.repeat(Math.ceil(size / unit.length)).slice(0, size);

/** A row of units that differ, so that nothing is remembered from one to the next. */
function varied(unit: (i: number) => string): string {
  let text = '';
  for (let i = 0; text.length < SIZE; i++) text += unit(i);
  return text.slice(0, SIZE);
}

/** Letters that make another word for each number. */
const letters = (i: number): string =>
  Array.from({ length: 4 }, (_, k) => String.fromCharCode(97 + (Math.floor(i / 26 ** k) % 26))).join('');

export const HARMLESS = filled(
  'Buongiorno Anna, la aspettiamo lunedì 12/05 alle 10:30 in via Roma 12, primo piano. Porti un documento. ',
);

/** As ordinary, with something to redact: whatever is redacted is looked at once more. */
export const REVEALING = filled(
  'Buongiorno Anna, la visita cardiologica è lunedì 12/05 alle 10:30, Via Roma 12; per spostarla: 02 5550 1234. ',
);

export const HOSTILE: readonly (readonly [string, string])[] = [
  ['one endless word', filled('a')],
  ['an endless word of capitals', filled('A')],
  ['an endless word of many letters', varied(letters)],
  ['long words', varied((i) => `${letters(i)}${'ologi'.repeat(5)} `)],
  ['words of no language', varied((i) => `${letters(i)}${letters(i * 7)} `)],
  ['endless digits', filled('1')],
  ['digits and blanks', filled('0 1 ')],
  ['digits and dots', filled('1.')],
  ['digits and slashes', filled('1/2-')],
  ['digits and letters', filled('1a')],
  ['an endless number with a plus', filled('+39 0')],
  ['phone-like', filled('+44 7700 900123 ')],
  ['national phone numbers', varied((i) => `0${161_496_0000 + (i % 1000)} `)],
  ['brackets and digits', filled('(1) ')],
  ['at signs', filled('@')],
  ['mail-like', filled('a@b.')],
  ['mailboxes that never end', filled('a.b-c_d+')],
  ['hosts that never end', `x@${filled('a.', SIZE - 2)}`],
  ['mailboxes side by side', filled('a@b.cd,')],
  ['IBAN starts', filled('de12 ')],
  ['almost IBANs', filled('de12 5001 0517 0648 4898 91 ')],
  ['account numbers with a letter too many', filled('it60x054281110100000012345x')],
  ['almost tax codes', filled('rssmra85t10a562 ')],
  ['tax codes', filled('RSSMRA85T10A562S ')],
  ['groups of digits', filled('12 345 678 901 ')],
  ['insurance numbers', filled('a123 456 789 ')],
  ['record numbers announced', filled('cartella n. 1-')],
  ['announced and announced', filled('paziente nato il ')],
  ['dates', filled('12.12.')],
  ['months', filled('12 jan ')],
  ['dates of birth', filled('nato il 12.12.1980 ')],
  ['streets', filled('via roma ')],
  ['streets with numbers', filled('Via Roma 12 ')],
  ['house numbers', filled('12 Rose ')],
  ['residents', filled('residente in via ')],
  ['names', filled('Anna Maria Rossi ')],
  ['names in capitals', filled('ROSSI MARIA, ')],
  ['first names only', filled('Anna Maria ')],
  ['particles', filled('de la von der ')],
  ['particles and capitals', filled('De la Von der Anna ')],
  ['names with commas', filled('Rossi, ')],
  ['titles', filled('Mrs. ')],
  ['single letters', filled('c a r d i o ')],
  ['single letters without end', filled('a ')],
  ['letters and dots', filled('c.a.r.d.i.o.')],
  ['letters of names and dots', filled('A. ')],
  ['hyphens', filled('herz-')],
  ['hyphens that vary', varied((i) => `${letters(i)}-`)],
  ['apostrophes', filled("l'")],
  ['medical words', filled('dolore al petto ')],
  ['medical words of five languages', filled('diabete Krebs cancer cáncer grippe ')],
  ['beginnings of medical words', varied((i) => `cardio${letters(i)} `)],
  ['one slip each', varied((i) => `gastroscop${letters(i).slice(0, 2)}i `)],
  ['many meanings', filled('la le il di un ')],
  ['many meanings in one language', filled('visita di controllo per la ')],
  ['gap openers', filled('stop stop the ')],
  ['harmless phrases', filled('in the heart of the ')],
  ['harmless phrases and medical words', filled('in the heart of Leeds, heart attack, ')],
  ['function words', filled('the and der il el la ')],
  ['placeholders', filled('[name]')],
  ['brackets', filled('[name')],
  ['nested brackets', filled('[[')],
  ['stars', filled('⭐')],
  ['combining marks', filled('a\u0301\u0301')],
  ['marks alone', filled('\u0301')],
  ['letters parted by nothing', filled('c\u200Ba\u200Br\u200Bd\u200Bi\u200Bo ')],
  ['nothing', filled('\u200B')],
  ['look-alikes', filled('саrdiо ')],
  ['ligatures', filled('ﬁ①㎏')],
  ['letters of two units', filled('𝐚𝐛𝐜 ')],
  ['halves of letters', filled('\uD835')],
  ['blanks', filled(' ')],
  ['lines', filled('\n')],
  ['points', filled('.')],
  ['punctuation', filled('?!;:,')],
  ['links', filled('https://a.b/c?d=')],
  ['one endless link', `https://${filled('a/', SIZE - 8)}`],
  ['links of percent signs', `https://a.b/${filled('%25', SIZE - 12)}`],
  ['names of files', filled('a_b.pdf ')],
  ['currency', filled('€ 5 ')],
  ['prices', filled('ticket di 36,15 € ')],
  ['questions', filled('che sintomi ha? ')],
];
