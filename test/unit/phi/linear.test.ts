import { detectPhi, screenOutgoing } from '../../../core/phi';
import { NUMBER_KINDS } from '../../../core/phi/recognizers/nationalId';
import { classifyReply } from '../../../core/replies';

const SIZE = 100_000;
const filled = (unit: string): string => unit.repeat(Math.ceil(SIZE / unit.length)).slice(0, SIZE);
const HARMLESS = filled('Buongiorno Anna, la aspettiamo domani alle 10:30 in sede. Porti un documento. ');
const HOSTILE: readonly [string, string][] = [
  ['one endless word', filled('a')],
  ['endless digits', filled('1')],
  ['digits and blanks', filled('0 1 ')],
  ['phone-like', filled('+44 7700 900123 ')],
  ['at signs', filled('@')],
  ['mail-like', filled('a@b.')],
  ['IBAN starts', filled('de12 ')],
  ['single letters', filled('c a r d i o ')],
  ['hyphens', filled('herz-')],
  ['names', filled('Anna Maria Rossi ')],
  ['medical words', filled('dolore al petto ')],
  ['gap openers', filled('stop stop the ')],
  ['brackets', filled('[name')],
  ['combining marks', filled('a\u0301\u0301')],
  ['dates', filled('12.12.')],
  ['stars', filled('⭐')],
];

/** Processor time in microseconds: what else the machine does is not the fault of the text. */
const time = (run: (text: string) => unknown, text: string): number => {
  const before = process.cpuUsage();
  run(text);
  const { user, system } = process.cpuUsage(before);
  return user + system;
};
/** The best of three: collecting garbage is not the fault of the text either. */
const best = (run: (text: string) => unknown, text: string): number =>
  Math.min(time(run, text), time(run, text), time(run, text));

describe.each([
  ['detectPhi', detectPhi],
  ['screenOutgoing', screenOutgoing],
  ['classifyReply', classifyReply],
] as const)('%s in linear time', (_, run) => {
  run('warm up');
  it.each(HOSTILE)('%s takes at most ten times a harmless text of the same size', (_name, text) => {
    expect(best(run, text) / best(run, HARMLESS)).toBeLessThan(10);
  });
});

it('checks every kind of national number', () => {
  expect(NUMBER_KINDS.length).toBeGreaterThanOrEqual(10);
});
