import { names } from '../recognizers/names';
import { fold, foldText } from '../text/fold';
import type { PhiFinding } from '../types';
import { pattern } from './pattern';
import type { Wording } from './wording';

/** Full names become what may stand: the first name, or after a title the surname. */
export function withShortNames(text: string, findings: readonly PhiFinding[], wording: Wording): string {
  let out = text;
  for (const { start, end, ruleId } of [...findings].sort((a, b) => b.start - a.start)) {
    if (ruleId !== 'identifier.fullName') continue;
    out =
      out.slice(0, start) + shortName(out.slice(0, start), out.slice(start, end), wording) + out.slice(end);
  }
  return out;
}

function shortName(before: string, name: string, wording: Wording): string {
  const words = name.split(/[\s,]+/).filter((word) => word !== '');
  const first = words.find((word) => names().first.has(foldText(word.replace(/-.*/, ''))));
  const titled = pattern(`(?<!\\p{L})(?:${wording.titles})\\.?\\s*$`).test(fold(before).text);
  const surname = words.filter((word) => word !== first).at(-1);
  const kept = titled ? surname : first;
  return kept ?? words[0] ?? '';
}
