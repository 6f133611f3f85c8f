import fc from 'fast-check';
import { recipientOf, userIdOf, waIdOf } from '../../../simulator/model/identity';
import { fill, variablesOf } from '../../../simulator/templates/variables';

describe('a WhatsApp id', () => {
  it.each([
    ['+447700900123', '447700900123'],
    ['+5511912345678', '5511912345678'],
    ['+5541912345678', '554112345678'],
    ['+525512345678', '5215512345678'],
  ])('of %s is %s', (phone, waId) => expect(waIdOf(phone)).toBe(waId));
});

describe('a typed number', () => {
  it.each([
    ['+44 7700 900-123', '+447700900123'],
    ['+44 (7700) 900123', '+447700900123'],
    ['447700900123', '+447700900123'],
    ['07700900123', '+447700900123'],
    ['abc', undefined],
    ['+12', undefined],
    ['', undefined],
  ])('%p goes to %p from a British sender', (typed, phone) => {
    expect(recipientOf(typed, '+44 7700 900100')).toBe(phone);
  });

  it('without its plus can reach a stranger in the sender’s country', () => {
    expect(recipientOf('0170 1234567', '+39 06 0000 0100')).toBe('+391701234567');
  });
});

it('is another BSUID in another portfolio, and never holds the number', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^\d{8}$/), (digits) => {
      const phone = `+4477${digits}`;
      expect(userIdOf(phone, 'a')).not.toBe(userIdOf(phone, 'b'));
      expect(userIdOf(phone, 'a')).toMatch(/^[A-Z]{2}\.\w{1,128}$/);
      expect(userIdOf(phone, 'a')).not.toContain(phone.slice(1));
    }),
  );
});

it('leaves no placeholder once every variable has a value, and text without any as it was', () => {
  const name = fc.stringMatching(/^[a-z]{1,8}$/);
  fc.assert(
    fc.property(fc.array(name, { maxLength: 5 }), fc.stringMatching(/^[^{}]{0,30}$/), (names, between) => {
      const text = names.map((one) => `{{${one}}}`).join(between) + between;
      const values = Object.fromEntries(variablesOf(text).map((one) => [one, 'v']));
      expect(variablesOf(fill(text, values))).toEqual([]);
      expect(fill(between, { a: 'v' })).toBe(between);
    }),
  );
});
