// What `npm run eval:phi` runs; `--misses` also lists the cases that were judged wrongly (they are invented).
import path from 'node:path';
import Table from 'cli-table3';
import { detectPhi, LANGUAGES, PHI_CATEGORIES, type PhiCategory } from '../../../core';
import { casesOf, type Case, type Part } from './cases';
import { formatShare, type Share } from './wilson';

const FOLDER = path.join(process.cwd(), 'test', 'eval', 'phi');

interface Judged extends Case {
  readonly found: readonly PhiCategory[];
}

const judge = (entry: Case): Judged => ({
  ...entry,
  found: detectPhi(entry.text).map((finding) => finding.category),
});

const share = (cases: readonly Judged[], test: (one: Judged) => boolean): Share => ({
  hits: cases.filter(test).length,
  n: cases.length,
});

const caught = (one: Judged): boolean => one.found.length > 0;

function row(name: string, cases: readonly Judged[]): string[] {
  const revealing = cases.filter((one) => one.categories.length > 0);
  const neutral = cases.filter((one) => one.categories.length === 0);
  const ofCategory = PHI_CATEGORIES.map((category) => {
    const its = revealing.filter((one) => one.categories.includes(category));
    return its.length === 0 ? '–' : `${formatShare(share(its, caught))} n=${its.length}`;
  });
  return [
    name,
    String(revealing.length),
    formatShare(share(revealing, caught)),
    String(neutral.length),
    formatShare(share(neutral, caught)),
    ...ofCategory,
  ];
}

function print(part: Part, listMisses: boolean): void {
  const table = new Table({
    head: [part, 'n', 'caught', 'neutral n', 'false alarms', ...PHI_CATEGORIES],
    style: { head: [], border: [], compact: true },
  });
  const all: Judged[] = [];
  const wrong: string[] = [];
  for (const language of LANGUAGES) {
    const cases = casesOf(FOLDER, part, language).map(judge);
    all.push(...cases);
    table.push(row(language, cases));
    for (const one of cases) {
      if (caught(one) === one.categories.length > 0) continue;
      wrong.push(`${language} ${one.categories.join('+') || 'neutral'}: ${one.text}`);
    }
  }
  table.push(row('all', all));
  process.stdout.write(`${table.toString()}\n`);
  if (listMisses) process.stdout.write(`${wrong.join('\n')}\n`);
}

const listMisses = process.argv.includes('--misses');
for (const part of ['messages', 'terms', 'fresh', 'second', 'held'] as const) print(part, listMisses);
