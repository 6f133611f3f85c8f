import type { DetectPhi } from '../phi/types';
import { isId } from '../registry/ids';

export interface AuditEntry {
  readonly actor: string;
  readonly action: string;
  readonly object: string;
  readonly outcome: string;
  readonly details?: Readonly<Record<string, string | number | boolean | null>>;
}

export interface Discretion {
  readonly detectPhi: DetectPhi;
  /** Keyed: the same text is recognised, and nobody finds out what it was. */
  readonly pseudonym: (text: string) => string;
}

const CODE = /^[A-Za-z][A-Za-z0-9.]{0,59}$/;
const PART = /^[\p{L}\d][\p{L}\d_.-]{0,63}$/u;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const INSTANT = /^20\d\d-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?$/;
export const LIKE_A_PHONE = /\d(?:[\s()./_-]?\d){6}/;
/** What n8n numbers by itself: nobody types it. */
const NUMBERED = ['workflow', 'execution'];
/** Where the audit names who of the staff did it. */
const NAME_KEY = /^(person|by|[a-z]+By)$/;
const NAME = /^\p{L}[\p{L}\p{M}.'’-]*( \p{L}[\p{L}\p{M}.'’-]*){0,3}$/u;
/** The form or ticket on which something is written down: short, and numbered as forms are. */
const PAPER = /^(?=.*\d)[\p{L}\d][\p{L}\d ._/#-]{0,39}$/u;
/** Three words and more that begin or end small are a sentence rather than a name. */
const SENTENCE = /^\p{Ll}.* .* |^.* .* \p{Ll}\S*$/u;

const MOST_COUNT = 1e7;
const EARLIEST = Date.UTC(2017, 0, 1);
const LATEST = Date.UTC(2036, 0, 1);
const isNumberOfOurs = (value: number): boolean =>
  Math.abs(value) < MOST_COUNT || (value >= EARLIEST && value < LATEST);

/** Names of staff stand in the audit on purpose; anything else that gives somebody away does not. */
const tellsHealth = (text: string, detectPhi: DetectPhi): boolean =>
  detectPhi(text.replace(/[_.:/-]+/g, ' ')).some(({ category }) => category !== 'identifier');

/** Words of the program, not of people; lexicons would mistake some, such as "purge", for a symptom. */
const isCode = (text: string): boolean => CODE.test(text) && !LIKE_A_PHONE.test(text);

/**
 * Ids and keys, such as `contact:<id>` or `workflow:12/execution:34/user:<uuid>`.
 * @param isKind the first part is a word of the program, as in actor and object
 */
function isReference(text: string, isKind: boolean, detectPhi: DetectPhi): boolean {
  const parts = text.split(/[/:]/);
  const typed = parts.filter(
    (part, index) => !isId(part) && !UUID.test(part) && !NUMBERED.includes(parts[index - 1] ?? ''),
  );
  const wellFormed =
    parts.every((part) => PART.test(part)) && typed.every((part) => !LIKE_A_PHONE.test(part));
  return wellFormed && !tellsHealth(typed.slice(isKind ? 1 : 0).join(' '), detectPhi);
}

const isName = (text: string, detectPhi: DetectPhi): boolean =>
  text.length <= 80 && NAME.test(text) && !SENTENCE.test(text) && !tellsHealth(text, detectPhi);

const isPaper = (text: string, detectPhi: DetectPhi): boolean =>
  PAPER.test(text) && !LIKE_A_PHONE.test(text) && detectPhi(text).length === 0;

/**
 * The entry as it may be kept for years and shown to auditors: ids, codes, counts, instants and names of staff. Any
 * other text gives way to a pseudonym rather than to an error, because a STOP must not fail by the words that it came
 * with.
 */
export function discreet(entry: AuditEntry, { detectPhi, pseudonym }: Discretion): Required<AuditEntry> {
  const code = (text: string) => (isCode(text) ? text : pseudonym(text));
  const reference = (text: string, isKind = true) =>
    isReference(text, isKind, detectPhi) ? text : pseudonym(text);
  const text = (key: string, value: string) => {
    const fits =
      INSTANT.test(value) ||
      (NAME_KEY.test(key) && isName(value, detectPhi)) ||
      (key === 'reference' && isPaper(value, detectPhi));
    return fits ? value : reference(value, false);
  };
  const detail = (key: string, value: string | number | boolean | null) => {
    if (typeof value === 'string') return text(key, value);
    return typeof value !== 'number' || isNumberOfOurs(value) ? value : pseudonym(String(value));
  };
  const details = Object.entries(entry.details ?? {}).map(([key, value]) => [code(key), detail(key, value)]);
  return {
    actor: reference(entry.actor),
    action: code(entry.action),
    object: reference(entry.object),
    outcome: code(entry.outcome),
    details: Object.fromEntries(details) as Required<AuditEntry>['details'],
  };
}
