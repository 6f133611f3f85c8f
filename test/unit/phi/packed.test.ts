import fc from 'fast-check';
import { detectPhi, redactPhi } from '../../../core/phi';

const found = (text: string): string[] =>
  detectPhi(text).map(({ category, start, end }) => `${category}: ${text.slice(start, end)}`);

describe('what links and names of files say', () => {
  it.each([
    ['path', 'https://portale.example/cardiologia/12', 'pathway: cardiologia'],
    ['query', 'https://portale.example/p?rep=oncologia', 'pathway: oncologia'],
    ['fragment', 'https://portale.example/p#oncologia', 'pathway: oncologia'],
    ['encoded blank', 'https://portale.example/p?n=Mario%20Rossi', 'identifier: Mario%20Rossi'],
    ['encoded accent', 'https://portale.example/cardiolog%C3%ADa', 'pathway: cardiolog%C3%ADa'],
    ['encoded letter', 'https://portale.example/%63ardiologia', 'pathway: %63ardiologia'],
    ['encoded twice', 'https://portale.example/p?n=Mario%2520Rossi', 'identifier: Mario%2520Rossi'],
    [
      'encoded mailbox',
      'https://portale.example/p?e=a.rossi%40posta.example',
      'identifier: a.rossi%40posta.example',
    ],
    [
      'encoded number',
      'https://portale.example/p?t=%2B39%20347%20000%201289',
      'identifier: %2B39%20347%20000%201289',
    ],
    ['small letters', 'https://portale.example/r/mario-rossi', 'identifier: mario-rossi'],
    ['text of a chat', 'https://wa.me/393470001289?text=Mario%20Rossi', 'identifier: Mario%20Rossi'],
    ['underscores', 'modulo_mario_rossi.pdf', 'identifier: mario_rossi'],
    ['hyphens', 'modulo-mario-rossi.pdf', 'identifier: mario-rossi'],
    ['dots', 'mario.rossi.pdf', 'identifier: mario.rossi'],
    ['capitals inside', 'visitaCardiologica.pdf', 'pathway: visitaCardiologica'],
    ['digits at the end', 'Blutbild2024.pdf', 'clinical: Blutbild'],
    ['date of birth', 'nata_1980-01-01.pdf', 'identifier: 1980-01-01'],
    ['inside a sentence', 'Apra modulo_mario_rossi.pdf, grazie', 'identifier: mario_rossi'],
  ])('are read: %s', (_what, text, expected) => {
    expect(found(text)).toContain(expected);
  });

  it.each([
    'https://portale.example/m/aB3dRX9kECG7f3a91',
    'https://portale.example/s/5f0c9f3e-0000-4000-8000-000000000001',
    'https://portale.example/it/orari-di-apertura?utm_campaign=maria',
    'https://maps.example/place/Via+Giuseppe+Garibaldi+12,+Milano',
    'https://wa.me/393470001289',
    'guida_accoglienza.pdf',
    'Modulo_Privacy_2025.pdf',
    'https://portale.example/%E0%A4%A',
  ])('tell nothing where there is nothing: %s', (text) => {
    expect(found(text)).toEqual([]);
  });

  it('are replaced where they stand', () => {
    expect(redactPhi('https://wa.me/393470001289?text=Mario%20Rossi')).toBe(
      'https://wa.me/[phone]?text=[name]',
    );
    expect(redactPhi('modulo_mario_rossi.pdf')).toBe('modulo_[name].pdf');
  });

  it('keep spans inside the text and redaction stable, whatever is encoded', () => {
    const sign = fc.constantFrom(
      '%',
      '2',
      '5',
      'C',
      '3',
      'A',
      '/',
      '_',
      'Mario',
      'Rossi',
      '%20',
      '%F0%9F%A6%B7',
      ' ',
    );
    fc.assert(
      fc.property(fc.array(sign, { maxLength: 24 }), (signs) => {
        const text = `https://x.example/${signs.join('')}.pdf`;
        for (const { start, end } of detectPhi(text, { strict: true })) {
          expect(start).toBeLessThan(end);
          expect(end).toBeLessThanOrEqual(text.length);
        }
        const once = redactPhi(text);
        expect(redactPhi(once)).toBe(once);
      }),
    );
  });
});
