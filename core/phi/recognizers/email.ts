/* eslint-disable @typescript-eslint/no-non-null-assertion -- hot loops: every index comes from the bounds of its own list */
import type { Doc } from '../text/tokens';
import { identifier, type Candidate } from './candidate';
import { cue, isOwnContact } from './cues';

const LOCAL = /[a-z0-9._%+'-]/;
const HOST = /[a-z0-9.-]/;
const LONGEST_LOCAL = 64;
const LONGEST_HOST = 253;

function bounds(text: string, at: number): { start: number; end: number } | undefined {
  let start = at;
  while (start > 0 && at - start < LONGEST_LOCAL && LOCAL.test(text[start - 1]!)) start--;
  let end = at + 1;
  while (end < text.length && end - at <= LONGEST_HOST && HOST.test(text[end]!)) end++;
  while (end > at + 1 && /[.-]/.test(text[end - 1]!)) end--;
  const host = text.slice(at + 1, end);
  const dot = host.lastIndexOf('.');
  return start < at && dot > 0 && host.length - dot > 2 ? { start, end } : undefined;
}

/** "k.schubert", "anna_rossi77": a person's, also where "mail to" stands before it; "studio.rossi" is a practice's. */
function isPersonal(local: string): boolean {
  const parts = local.split(/[._-]/);
  return (
    parts.length > 1 && parts.every((part) => /^[a-z]+\d*$/.test(part) && !cue('roleMailboxes').has(part))
  );
}

/** E-mail addresses; `info@…` and addresses given as the clinic's own count only when `strict`. */
export function emailCandidates(doc: Doc, strict: boolean): Candidate[] {
  const { text } = doc.folded;
  const found: Candidate[] = [];
  for (let at = text.indexOf('@'); at >= 0; at = text.indexOf('@', at + 1)) {
    const span = bounds(text, at);
    if (!span) continue;
    const local = text.slice(span.start, at);
    const own = cue('roleMailboxes').has(local) || (isOwnContact(doc, span.start) && !isPersonal(local));
    if (strict || !own) found.push(identifier(span.start, span.end, 'email', 0.98));
  }
  return found;
}
