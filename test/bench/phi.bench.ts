/**
 * What the PHI filter takes: time and memory to load, messages and megabytes a second, the slowest message in a hundred.
 * On one core, in processor time: what else the machine does is not the filter's.
 */
import path from 'node:path';
import { detectPhi, LANGUAGES } from '../../core';
import { casesOf } from '../eval/phi/cases';

const FOLDER = path.join(process.cwd(), 'test', 'eval', 'phi');
const FIRST = 500;
const WARMING = 30;
const ROUNDS = 60;

const cpuMs = (run: () => void): number => {
  const before = process.cpuUsage();
  run();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
};

const quantile = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;

/** The middle of several runs. */
const middle = (runs: number, run: () => void): number =>
  quantile(Array.from({ length: runs }, () => cpuMs(run)).sort((a, b) => a - b), 0.5); // prettier-ignore

const line = (name: string, value: string): void => console.log(`${name.padEnd(34)}${value.padStart(14)}`);

function load(): void {
  const before = process.memoryUsage().rss;
  line('to load, processor time', `${cpuMs(() => detectPhi('Buongiorno')).toFixed(0)} ms`);
  line('memory for it', `${((process.memoryUsage().rss - before) / 1e6).toFixed(0)} MB`);
}

/** The code of a process that has just begun runs several times slower: it is compiled while it runs. */
function beginning(messages: readonly string[]): void {
  const first = messages.slice(0, FIRST);
  const ms = cpuMs(() => {
    for (const text of first) detectPhi(text);
  });
  line(`messages a second, the first ${first.length}`, Math.round((first.length * 1000) / ms).toLocaleString('en')); // prettier-ignore
}

function pace(messages: readonly string[]): void {
  const bytes = messages.reduce((sum, text) => sum + Buffer.byteLength(text), 0);
  const look = (): void => {
    for (const text of messages) detectPhi(text);
  };
  for (let round = 0; round < WARMING; round += 1) look();
  const ms = middle(ROUNDS, look);
  line('messages a second', Math.round((messages.length * 1000) / ms).toLocaleString('en'));
  line('megabytes a second', (bytes / ms / 1000).toFixed(1));
  const slow = messages.map((text) => {
    const start = process.hrtime.bigint();
    detectPhi(text);
    return Number(process.hrtime.bigint() - start) / 1e6;
  });
  line('slowest in a hundred', `${quantile(slow.sort((a, b) => a - b), 0.99).toFixed(3)} ms`); // prettier-ignore
}

/** Long texts read faster by the byte: what one message costs at least is paid once. */
function longText(messages: readonly string[]): void {
  const text = messages.join(' ').repeat(4);
  detectPhi(text);
  const ms = middle(5, () => void detectPhi(text));
  line('megabytes a second, one long text', (Buffer.byteLength(text) / ms / 1000).toFixed(1));
}

load();
const messages = LANGUAGES.flatMap((language) =>
  casesOf(FOLDER, 'messages', language).map(({ text }) => text),
);
line('messages', String(messages.length));
beginning(messages);
pace(messages);
longText(messages);
