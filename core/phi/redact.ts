import { detectPhi } from './detect';
import type { DetectOptions, PhiFinding } from './types';

/** Placeholder of a rule, else of its category. The tokeniser knows them and never searches them. */
const PLACEHOLDERS: Readonly<Record<string, string>> = {
  'identifier.fullName': '[name]',
  'identifier.phone': '[phone]',
  'identifier.email': '[email]',
  'identifier.iban': '[iban]',
  'identifier.birthDate': '[birth-date]',
  'identifier.recordNumber': '[record-number]',
  'identifier.address': '[address]',
  identifier: '[id-number]',
};
/** Real texts need one or two, and one to see that nothing is left. */
const MOST_ROUNDS = 4;

const placeholderOf = (finding: PhiFinding): string =>
  PLACEHOLDERS[finding.ruleId] ?? PLACEHOLDERS[finding.category] ?? `[${finding.category}]`;

/** Overlapping findings become one span; an identifier names it, else the first. */
function merge(findings: readonly PhiFinding[]): PhiFinding[] {
  const out: PhiFinding[] = [];
  for (const finding of findings) {
    const last = out.at(-1);
    if (last === undefined || finding.start >= last.end) out.push(finding);
    else {
      const named = last.category !== 'identifier' && finding.category === 'identifier' ? finding : last;
      out[out.length - 1] = { ...named, start: last.start, end: Math.max(last.end, finding.end) };
    }
  }
  return out;
}

function replaceOnce(text: string, findings: readonly PhiFinding[]): string {
  const parts: string[] = [];
  let from = 0;
  for (const finding of merge(findings)) {
    parts.push(text.slice(from, finding.start), placeholderOf(finding));
    from = finding.end;
  }
  parts.push(text.slice(from));
  return parts.join('');
}

/**
 * Puts typed placeholders (`[phone]`, `[clinical]`, …) where the text gives something away, the clinic's own
 * contact data included. Redacting a redacted text changes nothing. A text that still gives something away
 * after several rounds, which only a hostile one can, is replaced whole.
 */
export function redactPhi(text: string, options: DetectOptions = {}): string {
  let current = text;
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const findings = detectPhi(current, { strict: true, ...options });
    if (findings.length === 0) return current;
    current = replaceOnce(current, findings);
  }
  return '[revealing]';
}
