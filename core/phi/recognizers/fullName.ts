/* eslint-disable @typescript-eslint/no-non-null-assertion -- hot loops: every index comes from the bounds of its own list */
import { isFunctionWord } from '../language';
import { Gap, type Doc, type Token } from '../text/tokens';
import { identifier, type Candidate } from './candidate';
import { cue } from './cues';
import { names } from './names';

/** Small words inside a name. */
const PARTICLES = new Set(
  'de di da von van der den del della dello dei la le el y zu zur bin al d o mc ten ter dos du'.split(' '),
);

interface Run {
  /** Token indexes of the name words, particles left out. */
  readonly words: readonly number[];
  /** The word before which a comma stands ("TORRES GIL, ANDRES"), if one does. */
  readonly comma: number | undefined;
}

const between = (doc: Doc, a: Token, b: Token): string => doc.folded.text.slice(a.end, b.start);

/** A greeting, title or place name is no part of the person's name. */
const isLabel = (word: string): boolean =>
  cue('title').has(word) || cue('patientName').has(word) || isFunctionWord(word);

/** "Colin Monday", "Anna Termin": the next word begins something else. */
const endsName = (word: string): boolean =>
  (isLabel(word) && !PARTICLES.has(word)) || (cue('notName').has(word) && !names().first.has(word));

function runFrom(doc: Doc, start: number): Run {
  const { tokens } = doc;
  const words: number[] = [];
  let comma: number | undefined;
  for (let i = start; i < tokens.length && words.length < 5; i++) {
    const token = tokens[i]!;
    const before = tokens[i - 1];
    if (i > start && (token.gap === Gap.Hard || !/^(?: |, ?|-|'|\. )$/.test(between(doc, before!, token))))
      break;
    if (i > start && token.gap === Gap.Stop && before!.word.length > 1) break;
    if (token.capital && !token.numeric) {
      if (i > start && endsName(token.word)) break;
      if (i > start && between(doc, before!, token).includes(',')) {
        // "Torres Gil, Andrés" goes on after its comma; "Ciao Marco, Anna" does not.
        if (comma !== undefined || names().first.has(tokens[start]!.word)) break;
        comma = words.length;
      }
      words.push(i);
    } else if (!leadsOn(tokens, i) || between(doc, before ?? token, token).includes(',')) break;
  }
  return { words, comma };
}

/** "de", "de la", "von der" before a capital. */
const leadsOn = (tokens: readonly Token[], i: number): boolean =>
  PARTICLES.has(tokens[i]!.word) &&
  (tokens[i + 1]?.capital === true ||
    (PARTICLES.has(tokens[i + 1]?.word ?? '') && tokens[i + 2]?.capital === true));

interface Cues {
  /** "Mrs", "paziente:", "I am": a person is named. */
  readonly person: boolean;
  readonly patient: boolean;
}

function isName(tokens: readonly Token[], run: Run, cues: Cues): number | undefined {
  const { first, last } = names();
  const word = (k: number): string => tokens[run.words[k]!]!.word;
  const kind = run.words.map((_, k) => ({ first: first.has(word(k)), last: last.has(word(k)) }));
  if (run.words.length < 2) return undefined;
  const upper = run.words.every((i) => tokens[i]!.upper);
  for (let end = run.words.length - 1; end >= 1; end--) {
    const head = kind[0]!;
    const tail = kind[end]!;
    if (cues.person && end === 2 && tokens[run.words[2]!]!.hyphen && !tokens[run.words[1]!]!.hyphen)
      return end;
    // "Anna-Lena" and "Cohen-Solal" are one name each.
    if (tokens[run.words[end]!]!.hyphen && end === 1) return undefined;
    const parted = run.words[end]! - run.words[end - 1]! > 1;
    // "Andrea de Fisiosport" says for whom she works.
    if (parted && !tail.last && !tail.first && !cues.patient) continue;
    if (run.comma !== undefined && end >= run.comma) {
      if ((head.last || cues.person) && !head.first && tail.first) return end;
      continue;
    }
    if (head.first && tail.last && !(end === 1 && tail.first && !cues.person && !head.last)) return end;
    if (head.first && (cues.person || cues.patient) && !upper) return end;
    if (head.last && !head.first && tail.first) return end;
    if (cues.person && !head.first && tail.first && !tail.last && end === 1) return end;
    if (cues.patient && (head.first || tail.first || (end > 1 && tail.last))) return end;
    if (head.first && tail.first && tail.last) return end;
    if (end === 1 && head.last && tail.first && shoutsAlone(tokens, run)) return end;
  }
  return undefined;
}

/** "BRANDT KATHARINA Termin …": a list of patients, not a text in capitals. */
const shoutsAlone = (tokens: readonly Token[], run: Run): boolean =>
  run.words.slice(0, 2).every((i) => tokens[i]!.upper) &&
  tokens.some((token) => !token.upper && !token.numeric && token.word.length > 2);

/** Full names written in small letters count after a title or "patient". */
function smallName(tokens: readonly Token[], i: number): boolean {
  const a = tokens[i]!;
  const b = tokens[i + 1];
  if (a.capital || b?.gap !== Gap.Soft || isFunctionWord(a.word) || isFunctionWord(b.word)) return false;
  const { first, last } = names();
  const ordered = first.has(a.word) && last.has(b.word);
  if (!ordered && !(last.has(a.word) && first.has(b.word))) return false;
  if (cue('patientName').before(tokens, i, 2)) return true;
  return ordered && cue('title').before(tokens, i, 2);
}

/** "Albert Einstein Straße": the street or house, not the person. */
function endsAsPlace(tokens: readonly Token[], run: Run, lastIndex: number): boolean {
  const after = cue('placeAfter');
  return (
    run.words.length > 2 && (after.has(tokens[lastIndex]!.word) || after.has(tokens[run.words.at(-2)!]!.word))
  );
}

/** A place cue before or inside the run ("Via Giuseppe Verdi") takes the rest of the run with it. */
function isPlace(tokens: readonly Token[], run: Run): boolean {
  const [first = 0, ...others] = run.words;
  if (cue('placeBefore').before(tokens, first, 3)) return true;
  if (!run.words.some((k) => cue('placeBefore').has(tokens[k]!.word))) return false;
  // "Sig.ra Teresa Villa": a surname like any other.
  const titled = cue('title').before(tokens, first, 2);
  const surname = titled && names().first.has(tokens[first]!.word) ? others.pop() : undefined;
  return run.words.some((k) => k !== surname && cue('placeBefore').has(tokens[k]!.word));
}

/** "Sabine Kranzl, Ihre …": whoever is spoken to at the beginning has a name, known or not. */
function isAddressed(doc: Doc, run: Run): boolean {
  const { tokens } = doc;
  const [first = 0] = run.words;
  const last = run.words.at(-1) ?? first;
  const next = tokens[last + 1];
  if (
    tokens[first]!.gap !== Gap.Hard ||
    run.words.length < 2 ||
    run.words.length > 3 ||
    run.comma !== undefined
  )
    return false;
  if (next === undefined || !between(doc, tokens[last]!, next).startsWith(',')) return false;
  if (tokens[run.words[1]!]!.hyphen && run.words.length === 2) return false;
  return names().first.has(tokens[first]!.word) && cue('you').before(tokens, last + 3, 2);
}

/** First and last name of a person together. A first name alone, or a title with a surname, is none. */
export function fullNameCandidates(doc: Doc): Candidate[] {
  const { tokens } = doc;
  const found: Candidate[] = [];
  const report = (from: number, to: number, confidence: number): void =>
    void found.push(identifier(tokens[from]!.start, tokens[to]!.end, 'fullName', confidence));
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i]!;
    if (token.spaced) break;
    if (smallName(tokens, i)) {
      report(i, i + 1, 0.8);
      i++;
      continue;
    }
    if (!token.capital || token.numeric || isLabel(token.word)) continue;
    const run = runFrom(doc, i);
    const lastIndex = run.words.at(-1) ?? i;
    if (isPlace(tokens, run) || endsAsPlace(tokens, run, lastIndex)) {
      i = lastIndex;
      continue;
    }
    const patient = cue('patientName').before(tokens, i, 2);
    const end = isAddressed(doc, run)
      ? run.words.length - 1
      : isName(tokens, run, { person: patient || cue('title').before(tokens, i, 2), patient });
    if (end === undefined) continue;
    report(run.words[0]!, run.words[end]!, 0.85);
    i = run.words[end]!;
  }
  return found;
}
