import { isClinicalCell } from './clinicalCell';
import columns from './data/columns.json';
import { detectPhi } from './detect';
import { Matcher } from './lexicon/matcher';
import type { LexiconFile } from './lexicon/types';
import { isRecord, textsIn } from './nested';
import { analyse } from './text/tokens';
import type { DetectOptions } from './types';

export type DropReason = 'notAllowed' | 'clinicalName' | 'identifierName' | 'content';

export interface Dropped {
  /** Dot path of the field, e.g. `visit.reason`; names of fields are the user's own, never their values. */
  readonly path: string;
  readonly reason: DropReason;
}

export interface Minimised {
  readonly kept: Record<string, unknown>;
  readonly dropped: readonly Dropped[];
}

let matcher: Matcher | undefined;

/** Splits `visitReason`, `visit_reason`, `VisitReason2` into words. */
function nameReason(path: string): DropReason | undefined {
  matcher ??= new Matcher([columns as LexiconFile]);
  const words = path.replace(/([\p{Ll}\d])(\p{Lu})/gu, '$1 $2').replace(/[_.\-[\]\d]+/g, ' ');
  const rule = matcher.match(analyse(words)).hits[0]?.entry.group.rule;
  if (rule === undefined) return undefined;
  return rule.startsWith('clinical') ? 'clinicalName' : 'identifierName';
}

/** Whether the allow-list names the path, or something inside it. */
const covers = (allowed: readonly string[], path: string): boolean => allowed.includes(path);
const leadsTo = (allowed: readonly string[], path: string): boolean =>
  allowed.some((a) => a.startsWith(`${path}.`));

/**
 * Keeps only the fields on the allow-list, and of those only what is no health data: a field whose name says
 * that it is clinical is dropped even when allowed, and so is one whose content gives something away. A field
 * that is allowed by name and identifies a person (`phone`) is kept: the user has named it.
 *
 * @param allowList dot paths (`patient.firstName`); a path keeps the whole value under it
 * @returns a new record, and every dropped leaf or branch with the reason; never a value
 */
export function minimiseFields(
  record: Readonly<Record<string, unknown>>,
  allowList: readonly string[],
  options: DetectOptions = {},
): Minimised {
  const dropped: Dropped[] = [];
  const visitRecord = (
    source: Readonly<Record<string, unknown>>,
    prefix: string,
    inside: boolean,
  ): Record<string, unknown> => {
    const kept: [string, unknown][] = [];
    for (const [key, value] of Object.entries(source)) {
      const path = prefix === '' ? key : `${prefix}.${key}`;
      const allowed = inside || covers(allowList, path);
      if (isRecord(value) && (allowed ? nameReason(path) !== 'clinicalName' : leadsTo(allowList, path))) {
        kept.push([key, visitRecord(value, path, allowed)]);
        continue;
      }
      const reason = judge(path, value, allowed, options);
      if (reason === undefined) kept.push([key, value]);
      else dropped.push({ path, reason });
    }
    return Object.fromEntries(kept);
  };
  return { kept: visitRecord(record, '', false), dropped };
}

function judge(
  path: string,
  value: unknown,
  allowed: boolean,
  options: DetectOptions,
): DropReason | undefined {
  const named = nameReason(path);
  if (named === 'clinicalName') return named;
  if (!allowed) return named ?? 'notAllowed';
  if (
    value === undefined ||
    value === null ||
    typeof value === 'number' ||
    typeof value === 'boolean' ||
    value instanceof Date
  )
    return undefined;
  const texts = textsIn(value);
  if (texts.some(isClinicalCell)) return 'content';
  const findings = texts.flatMap((text) => detectPhi(text, { strict: true, ...options }));
  const telling = named === 'identifierName' ? findings.filter((f) => f.category !== 'identifier') : findings;
  return telling.length > 0 ? 'content' : undefined;
}
