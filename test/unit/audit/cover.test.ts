import fc from 'fast-check';
import { covered } from '../../../core/audit/cover';

describe('counts of parts', () => {
  it.each([
    [[], []],
    [[12], [12]],
    [[3], ['<5']],
    [
      [9, 8],
      [9, 8],
    ],
    [
      [9, 2],
      ['withheld', '<5'],
    ],
    [
      [9, 2, 6],
      [9, '<5', 'withheld'],
    ],
    [
      [9, 0, 4],
      [9, '<5', '<5'],
    ],
    [
      [6, 6, 1],
      ['withheld', 6, '<5'],
    ],
  ])('of %j are shown as %j', (counts, cells) => {
    expect(covered(counts)).toEqual(cells);
  });

  it('never show a small one, nor one that the total and the others would tell', () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 20 }), { minLength: 2 }), (counts) => {
        const cells = covered(counts);
        const hidden = cells.filter((cell) => typeof cell !== 'number').length;
        expect(cells.every((cell) => typeof cell !== 'number' || cell >= 5)).toBe(true);
        expect(cells.every((cell, index) => typeof cell !== 'number' || cell === counts[index])).toBe(true);
        expect(hidden).not.toBe(1);
      }),
    );
  });
});
