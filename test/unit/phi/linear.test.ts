import fc from 'fast-check';
import { detectPhi, LANGUAGES, minimiseFields, redactPhi, screenOutgoing } from '../../../core/phi';
import { plausibleLanguages } from '../../../core/phi/language';
import { LEXICONS } from '../../../core/phi/lexicon/sources';
import { termsOf } from '../../../core/phi/lexicon/pattern';
import { addressCandidates } from '../../../core/phi/recognizers/address';
import { birthDateCandidates } from '../../../core/phi/recognizers/birthDate';
import { emailCandidates } from '../../../core/phi/recognizers/email';
import { fullNameCandidates } from '../../../core/phi/recognizers/fullName';
import { ibanCandidates } from '../../../core/phi/recognizers/iban';
import { lexiconCandidates } from '../../../core/phi/recognizers/lexicon';
import { NUMBER_KINDS, nationalIdCandidates } from '../../../core/phi/recognizers/nationalId';
import { phoneCandidates } from '../../../core/phi/recognizers/phone';
import { recordNumberCandidates } from '../../../core/phi/recognizers/recordNumber';
import { analyse, type Doc } from '../../../core/phi/text/tokens';
import { classifyReply } from '../../../core/replies';
import { filled, HARMLESS, HOSTILE, REVEALING, SIZE } from './hostile';

const MOST_TIMES = 10;
/** Below this the clock says little: 100 kB in 5 ms are 20 MB a second. */
const LEAST_MS = 5;

/** Processor time in milliseconds: what else the machine does is not the fault of the text. */
function time(run: (text: string) => unknown, text: string): number {
  const before = process.cpuUsage();
  run(text);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

const best = (run: (text: string) => unknown, text: string, rounds: number): number =>
  Math.min(...Array.from({ length: rounds }, () => time(run, text)));

type Named = readonly (readonly [string, string])[];

/** How many times longer than an ordinary text a text takes; once measured is enough where it is quick. */
function ratio(run: (text: string) => unknown, text: string, ordinary: string, itTakes: number): number {
  const once = time(run, text) / itTakes;
  // Collecting garbage and compiling code are not the fault of the text either.
  return once < MOST_TIMES ? once : best(run, text, 4) / Math.max(LEAST_MS, best(run, ordinary, 4));
}

function slowOnes(run: (text: string) => unknown, texts: Named, ordinary = HARMLESS): string[] {
  const itTakes = Math.max(LEAST_MS, best(run, ordinary, 3));
  return texts
    .map(([name, text]) => ({ name, times: ratio(run, text, ordinary, itTakes) }))
    .filter(({ times }) => times >= MOST_TIMES)
    .map(({ name, times }) => `${name}: ${times.toFixed(0)} times`);
}

/** What stands before the first gap of the terms with gaps, and all of it but the last word. */
function termsLeftOpen(): [string, string][] {
  return LEXICONS.flatMap(({ language, groups = [], innocent = [] }) => {
    const terms = [...groups.flatMap((group) => termsOf(group.terms)), ...termsOf(innocent)];
    const plain = (word: string): string => word.replace(/^[?=*]+|\|.*$|\*$/g, '').replace('_', ' ');
    const words = terms.map((term) => term.split(/\s+/));
    const begun = words.filter((w) => w.includes('..')).map((w) => w.slice(0, w.indexOf('..')).map(plain).join(' '));
    const unfinished = words.filter((w) => w.length > 2).map((w) => w.slice(0, -1).map(plain).join(' ').replaceAll('..', 'x x'));
    const openings = [begun, unfinished].filter((list) => list.length > 0);
    return openings.map((list): [string, string] => [`terms left open, ${language}`, filled(`${list.join(' ')} `)]);
  });
} // prettier-ignore

/** Numbers of each kind side by side: right in shape, wrong in their check digits. */
function nearNumbers(): [string, string][] {
  return NUMBER_KINDS.map(({ name, pattern }) => {
    const shape = pattern.source.replace(/\(\?<?!\[a-z0-9\]\)/g, '');
    const numbers = fc.sample(fc.stringMatching(new RegExp(`^${shape}$`)), { numRuns: 100, seed: 7 });
    return [name, filled(`${numbers.join(' ')} `)];
  });
}

const TEXTS = [...HOSTILE, ...termsLeftOpen(), ...nearNumbers()];

const POLICY = {
  allowedTerms: ['Anna', 'dolore al petto', 'a a a b'],
  forbiddenTerms: ['via roma', 'a a a a b'],
  registeredNames: ['Anna Maria Rossi'],
  allowedDomains: ['a.b'],
};

const parts: Record<string, (doc: Doc) => unknown> = {
  email: (doc) => emailCandidates(doc, true),
  fullName: fullNameCandidates,
  iban: ibanCandidates,
  nationalId: nationalIdCandidates,
  phone: (doc) => phoneCandidates(doc, true),
  birthDate: birthDateCandidates,
  recordNumber: recordNumberCandidates,
  address: (doc) => addressCandidates(doc, true),
  lexicon: (doc) => lexiconCandidates(doc, LANGUAGES),
  language: (doc) => plausibleLanguages(doc, LANGUAGES),
};

it('makes hostile texts of one size', () => {
  expect(TEXTS.length).toBeGreaterThan(100);
  expect(TEXTS.filter(([, text]) => text.length !== SIZE).map(([name]) => name)).toEqual([]);
});

describe('no text takes more than ten times as long as an ordinary one of its size', () => {
  it('detectPhi', () => {
    expect(slowOnes((text) => detectPhi(text, { strict: true, policy: POLICY }), TEXTS)).toEqual([]);
  }, 120_000);

  it('redactPhi', () => {
    expect(slowOnes(redactPhi, TEXTS, REVEALING)).toEqual([]);
  }, 120_000);

  it('screenOutgoing', () => {
    expect(slowOnes(screenOutgoing, HOSTILE)).toEqual([]);
  }, 120_000);

  it('minimiseFields', () => {
    const run = (text: string) => minimiseFields({ note: text, [text]: 1 }, ['note']);
    expect(slowOnes(run, HOSTILE)).toEqual([]);
  }, 120_000);

  it('classifyReply', () => {
    expect(
      slowOnes(
        classifyReply,
        HOSTILE.filter((_, i) => i % 6 === 0),
      ),
    ).toEqual([]);
  }, 120_000);
});

it('no recognizer takes ten times as long as all of them take for a harmless text', () => {
  const harmless = Math.max(LEAST_MS, best(detectPhi, HARMLESS, 3));
  const slow = TEXTS.flatMap(([text, hostile]) => {
    const doc = analyse(hostile);
    return Object.entries(parts)
      .filter(([, run]) => best(() => run(doc), '', 1) / harmless >= MOST_TIMES)
      .filter(([, run]) => best(() => run(doc), '', 4) / harmless >= MOST_TIMES)
      .map(([name]) => `${name}: ${text}`);
  });
  expect(slow).toEqual([]);
}, 120_000);
