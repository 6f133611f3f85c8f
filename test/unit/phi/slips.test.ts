import { detectPhi } from '../../../core/phi';
import { Matcher } from '../../../core/phi/lexicon/matcher';
import { CORRECT_WORDS, LEXICONS } from '../../../core/phi/lexicon/sources';
import { oneSlipApart } from '../../../core/phi/lexicon/typos';
import { analyse } from '../../../core/phi/text/tokens';

const rules = (text: string) => detectPhi(text).map((finding) => finding.ruleId.split('.')[0]);

describe('a medical word with one slip', () => {
  it.each([
    ['a letter left out', 'Le ricordiamo la colonscpia'],
    ['a letter doubled', 'Ihre Physsiotherapie ist bestätigt'],
    ['two neighbours swapped', 'votre mammograhpie est confirmée'],
    ['a neighbouring key', 'su colonosxopia es el martes'],
    ['a letter that sounds alike', 'your physiotherapi is on Monday'],
  ])('is found: %s', (_, text) => {
    expect(rules(text)).not.toEqual([]);
  });

  it.each([
    'La informiamo che la richiesta è corretta e si può ricevere via mail',
    'Le contrat est compris dans le dossier financier',
    'Bitte beim Einkaufen nicht verwirren lassen',
    'Additional information is listed in chronicles of the financial year',
    'El contrato de los camiones fue firmado en el paraíso',
  ])('is not what everyday words are: %s', (text) => {
    expect(rules(text)).toEqual([]);
  });
});

it('takes a letter for one beside it or one that sounds alike, and no other', () => {
  expect(oneSlipApart('ricovero', 'ricivero')).toBe(true);
  expect(oneSlipApart('diabetes', 'diabites')).toBe(true);
  expect(oneSlipApart('ricovero', 'ricevero')).toBe(false);
});

describe('a word of any kind at the edge of a term', () => {
  it('says nothing, and keeps no other word from being read', () => {
    const matcher = new Matcher([
      {
        language: 'de',
        source: 'test',
        groups: [{ rule: 'clinical.condition', why: 'test', terms: ['*-Gastroskopie, Koloskopie'] }],
      },
    ]);
    const spans = (text: string) => matcher.match(analyse(text)).hits.map(({ from, to }) => [from, to]);
    expect(spans('eine Gastroskopie')).toEqual([[1, 1]]);
    expect(spans('eine Kolosopie')).toEqual([[1, 1]]);
  });
});

it('finds the same in a text whatever was read before it', () => {
  const texts = [
    'Ihr Termin zur Koloskopie',
    'MRI of the knee',
    'La aspettiamo in sede',
    'appuntamento oculista',
  ];
  const fresh = texts.map((text) => new Matcher(LEXICONS, CORRECT_WORDS).match(analyse(text)).hits.length);
  const matcher = new Matcher(LEXICONS, CORRECT_WORDS);
  // More words than any memory holds, many of them with the same hash.
  const letters = 'abcdefghijklmnopqrstuvwxyz';
  for (let i = 0; i < 40_000; i++) {
    const tail = [i % 26, Math.floor(i / 26) % 26, Math.floor(i / 676) % 26, Math.floor(i / 17_576)];
    matcher.match(analyse(`qu${tail.map((k) => letters[k]).join('')}`));
  }
  expect(texts.map((text) => matcher.match(analyse(text)).hits.length)).toEqual(fresh);
});
