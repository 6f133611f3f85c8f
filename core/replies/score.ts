/* eslint-disable @typescript-eslint/no-non-null-assertion -- hot loops: every index comes from the bounds of its own list */
import type { RuleReading } from './reading';

const STARS = /[⭐★🌟]/gu;
const NUMBER_WORDS: Readonly<Record<string, number>> = {
  uno: 1, una: 1, due: 2, tre: 3, quattro: 4, cinque: 5,
  eins: 1, zwei: 2, drei: 3, vier: 4, funf: 5, fuenf: 5,
  one: 1, two: 2, three: 3, four: 4, five: 5,
  dos: 2, tres: 3, cuatro: 4, cinco: 5,
  un: 1, deux: 2, trois: 3, quatre: 4, cinq: 5,
}; // prettier-ignore

const inScale = (value: number): number | null => (value >= 1 && value <= 5 ? value : null);

/** The number that a message consists of, in digits, keycaps or words; fillers and signs aside. */
export function bareNumber(reading: RuleReading): number | null {
  const digits = /^[^\p{L}\d]*(\d{1,2})[^\p{L}\d]*$/u.exec(reading.folded);
  if (digits) return Number(digits[1]);
  if (reading.words.length !== 1) return null;
  const word = reading.words[0]!;
  if (/^\d{1,2}$/.test(word)) return Number(word);
  return NUMBER_WORDS[word] ?? null;
}

/** A score from 1 to 5: stars alone, "4/5", "voto 4", "1, un desastre". */
export function ratingOf(text: string, reading: RuleReading): number | null {
  const stars = text.match(STARS)?.length ?? 0;
  if (stars > 0 && !/[\p{L}\d]/u.test(text)) return inScale(stars);
  const scaled =
    /(?<![\d/])([1-5])\s*(?:\/|su|von|out of|sobre|de|sur)\s*(?:5|cinque|funf|five|cinco|cinq)(?![\d/])/.exec(
      reading.folded,
    );
  if (scaled) return Number(scaled[1]);
  const led = /^[^\p{L}\d]*([1-5])\s*[,.!;:-]\s*\p{L}/u.exec(reading.folded);
  if (led) return Number(led[1]);
  if (!reading.cue.has('rating')) return null;
  const only = reading.folded.match(/(?<![\d.,:/])\d{1,4}(?![\d.,:/]\d|\d)/g) ?? [];
  return only.length === 1 ? inScale(Number(only[0])) : null;
}
