import path from 'node:path';
import { detectPhi, LANGUAGES } from '../../../core/phi';
import { casesOf, type Part } from '../../eval/phi/cases';
import { interval } from '../../eval/phi/wilson';

const FOLDER = path.join(__dirname, '..', '..', 'eval', 'phi');
const judged = (part: Part) =>
  LANGUAGES.flatMap((language) => casesOf(FOLDER, part, language)).map((one) => ({
    ...one,
    found: detectPhi(one.text).length > 0,
  }));

describe('the cases that were once wrong', () => {
  it.each(LANGUAGES)('%s: each is judged rightly', (language) => {
    const wrong = casesOf(FOLDER, 'hard', language).filter(
      ({ text, categories }) => detectPhi(text).length > 0 !== categories.length > 0,
    );
    expect(wrong).toEqual([]);
  });
});

describe.each(['messages', 'terms', 'fresh', 'second'] as const)('the evaluation set %s', (part) => {
  const cases = judged(part);
  const revealing = cases.filter(({ categories }) => categories.length > 0);
  const neutral = cases.filter(({ categories }) => categories.length === 0);

  it('has at least 96 % of the revealing caught', () => {
    expect(revealing.filter(({ found }) => found).length).toBeGreaterThanOrEqual(0.96 * revealing.length);
  });

  it('has at most 2 % of the neutral flagged', () => {
    expect(neutral.filter(({ found }) => found).length).toBeLessThanOrEqual(0.02 * neutral.length);
  });
});

it('gives the interval that Wilson gives', () => {
  const [low, high] = interval({ hits: 15, n: 20 });
  expect(low).toBeCloseTo(53.13, 1);
  expect(high).toBeCloseTo(88.81, 1);
});
