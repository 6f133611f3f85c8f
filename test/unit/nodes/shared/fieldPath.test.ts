import { fieldPath, textAt, valueAt } from '../../../../nodes/shared/fieldPath';

describe('fieldPath', () => {
  it.each(['phone', 'contact.phone', 'rows[0].id', '["first name"]', 'column2', ''])('takes %j', (path) => {
    expect(fieldPath(path, 'Phone Field')).toBe(path);
  });

  it.each(['+1 202-555-0123', '2025550123', '+44 (7700) 900-123', '07700.900.123'])(
    'refuses a phone number in place of a field name, and does not repeat it',
    (number) => {
      const refusal = () => fieldPath(number, 'Phone Field');
      expect(refusal).toThrow(/"Phone Field" takes the name of a field/);
      expect(refusal).not.toThrow(new RegExp(number.replace(/[^\d ]/g, '.')));
    },
  );

  it('takes whatever is not a text for no field at all', () => {
    expect(fieldPath(undefined, 'Zone Field')).toBe('');
  });
});

describe('valueAt', () => {
  const item = {
    json: {
      phone: 'a',
      contact: { phone: 'b', list: [{ id: 'c' }] },
      'first name': 'd',
      'dotted.name': 'e',
      zero: 0,
      blank: '  ',
    },
  };

  it.each([
    ['phone', 'a'],
    ['contact.phone', 'b'],
    ['contact.list[0].id', 'c'],
    ['["first name"]', 'd'],
    ["['first name']", 'd'],
    ['first name', 'd'],
    ['dotted.name', 'e'],
    ['contact["phone"]', 'b'],
    ['missing', undefined],
    ['phone.length', undefined],
    ['contact.missing.deeper', undefined],
    ['constructor', undefined],
    ['__proto__.toString', undefined],
    ['', undefined],
  ])('finds %j', (path, value) => {
    expect(valueAt(item, path)).toBe(value);
  });

  it('reads numbers as text and blanks as absent', () => {
    expect(textAt(item, 'zero')).toBe('0');
    expect(textAt(item, 'blank')).toBeUndefined();
    expect(textAt(item, 'contact')).toBeUndefined();
  });
});
