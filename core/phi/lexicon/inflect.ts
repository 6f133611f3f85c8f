import type { Language } from '../types';

const SHORTEST_INFLECTED = 4;

function italian(word: string): string[] {
  const stem = word.slice(0, -1);
  if (!/[aeio]$/.test(word)) return [word];
  const forms = ['a', 'e', 'i', 'o'].map((end) => stem + end);
  if (/[cg]$/.test(stem)) forms.push(`${stem}he`, `${stem}hi`);
  if (/(ch|gh|i)$/.test(stem)) forms.push(stem, `${stem.slice(0, -1)}e`);
  return forms;
}

function spanish(word: string): string[] {
  if (/[ao]$/.test(word)) return ['a', 'o', 'as', 'os'].map((end) => word.slice(0, -1) + end);
  if (word.endsWith('z')) return [word, `${word.slice(0, -1)}ces`];
  return [word, `${word}s`, `${word}es`];
}

function french(word: string): string[] {
  const forms = [word, `${word}s`, `${word}e`, `${word}es`, `${word}x`];
  const swap = (from: RegExp, ...ends: string[]): void => {
    if (from.test(word)) for (const end of ends) forms.push(word.replace(from, end));
  };
  swap(/al$/, 'aux');
  swap(/eux$/, 'euse', 'euses');
  swap(/if$/, 'ive', 'ives');
  swap(/er$/, 'ere', 'eres');
  swap(/en$/, 'enne', 'ennes');
  return forms;
}

function english(word: string): string[] {
  const forms = [word, `${word}s`, `${word}es`];
  if (/[^aeiou]y$/.test(word)) forms.push(`${word.slice(0, -1)}ies`);
  return forms;
}

function german(word: string): string[] {
  const forms = ['', 'e', 'en', 'n', 'er', 'es', 's', 'em', 'ern'].map((end) => word + end);
  if (word.endsWith('in')) forms.push(`${word}nen`);
  if (word.endsWith('um')) forms.push(`${word.slice(0, -2)}en`);
  return forms;
}

const RULES: Readonly<Record<Language, (word: string) => string[]>> = {
  it: italian, de: german, en: english, es: spanish, fr: french,
}; // prettier-ignore

/** Short words, numbers and words of every language stay as they are. */
export const isInflected = (word: string, language: Language | 'any'): language is Language =>
  language !== 'any' && word.length >= SHORTEST_INFLECTED && /^[a-z]+$/.test(word);

/** The written forms of a dictionary word, itself first; short words and numbers stay as they are. */
export function inflect(word: string, language: Language | 'any'): string[] {
  if (!isInflected(word, language)) return [word];
  return [...new Set([word, ...RULES[language](word)])];
}
