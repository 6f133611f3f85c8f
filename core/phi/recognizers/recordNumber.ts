/* eslint-disable @typescript-eslint/no-non-null-assertion -- hot loops: every index comes from the bounds of its own list */
import { Gap, type Doc, type Token } from '../text/tokens';
import { identifier, type Candidate } from './candidate';
import { cue } from './cues';

const FEWEST_DIGITS = 4;
const REACH = 5;
/** "Codice di prenotazione", "PIN": a number that is nobody's. */
const OTHER_REACH = 3;

const digitsOf = (word: string): number => word.replace(/\D/g, '').length;

/** A date, a time or a price is no record number. */
function looksLikeNumber(token: Token, text: string): boolean {
  if (/^\d{1,2}[./]\d{1,2}([./]\d{2,4})?$/.test(token.word) || token.word.includes(':')) return false;
  if (/^(19|20)\d{2}$/.test(token.word) || /^\d+[.,]\d{1,2}$/.test(token.word)) return false;
  return !/^ ?[€$£]/.test(text.slice(token.end, token.end + 2));
}

/** Grows over neighbouring codes ("A-118734/24", "1EG4-TE5-MK73"). */
function codeEnd(doc: Doc, from: number): number {
  let last = from;
  for (let i = from + 1; i < doc.tokens.length && i < from + 8; i++) {
    const token = doc.tokens[i]!;
    const parting = doc.folded.text.slice(doc.tokens[last]!.end, token.start);
    const code = /\d/.test(token.word) || (parting === '-' && token.word.length <= 4);
    if (token.gap !== Gap.Soft || !/^[ \-/.]$/.test(parting) || !code) break;
    last = i;
  }
  return last;
}

/** Record, policy and member numbers after a word that announces them. */
export function recordNumberCandidates(doc: Doc): Candidate[] {
  const { tokens } = doc;
  const found: Candidate[] = [];
  for (let i = 1; i < tokens.length; i++) {
    const token = tokens[i]!;
    if (!/\d/.test(token.word) || !looksLikeNumber(token, doc.folded.text)) continue;
    if (!cue('record').before(tokens, i, REACH) || cue('otherNumber').before(tokens, i, OTHER_REACH))
      continue;
    const last = codeEnd(doc, i);
    const lead = tokens[i - 1]!;
    const joined = token.hyphen && lead.word.length <= 3;
    const start = joined ? lead.start : token.start;
    const end = tokens[last]!.end;
    if (digitsOf(doc.folded.text.slice(start, end)) >= FEWEST_DIGITS)
      found.push(identifier(start, end, 'recordNumber', 0.9));
    i = last;
  }
  return found;
}
