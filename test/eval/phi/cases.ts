import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Language, PhiCategory } from '../../../core/phi';

/** One message with its label; no category means neutral. */
export interface Case {
  readonly text: string;
  readonly categories: readonly PhiCategory[];
}

export type Part = 'messages' | 'terms' | 'fresh' | 'second' | 'held' | 'hard';

const LETTERS: Readonly<Record<string, PhiCategory>> = {
  i: 'identifier', c: 'clinical', p: 'pathway', e: 'economic', r: 'revealing',
}; // prettier-ignore

function parse(line: string): Case {
  const bar = line.indexOf('|');
  const categories = Array.from(line.slice(0, bar)).flatMap((letter) => LETTERS[letter] ?? []);
  return { text: line.slice(bar + 1), categories };
}

function linesOf(folder: string, part: Part, language: Language): string[] {
  const text = readFileSync(path.join(folder, part, `${language}.txt`), 'utf8');
  return text.split('\n').filter((line) => line.includes('|'));
}

/** A number that depends on the word alone, so that each run puts it into the same sentence. */
const draw = (word: string, from: number): number =>
  Array.from(word).reduce((sum, char) => (sum * 31 + char.charCodeAt(0)) >>> 0, 7) % from;

function carried({ text, categories }: Case, carriers: readonly string[]): Case[] {
  return text.split(',').map((term) => {
    const word = term.trim();
    const carrier = carriers[draw(word, carriers.length)] ?? '{}';
    const shouted = carrier === carrier.toUpperCase();
    return { text: carrier.replace('{}', () => (shouted ? word.toUpperCase() : word)), categories };
  });
}

/** Cases of one part of the set in one language. */
export function casesOf(folder: string, part: Part, language: Language): Case[] {
  const cases = linesOf(folder, part, language).map(parse);
  if (part !== 'terms') return cases;
  const carriers = JSON.parse(readFileSync(path.join(folder, 'carriers.json'), 'utf8')) as Record<
    Language,
    string[]
  >;
  return cases.flatMap((entry) => carried(entry, carriers[language]));
}
