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
  /** A comma parts two of them ("TORRES GIL, ANDRES"). */
  readonly comma: boolean;
}

const between = (doc: Doc, a: Token, b: Token): string => doc.folded.text.slice(a.end, b.start);

/** A greeting, title or place name is no part of the person's name. */
const isLabel = (word: string): boolean =>
  cue('title').has(word) || cue('patientName').has(word) || isFunctionWord(word);

function runFrom(doc: Doc, start: number): Run {
  const { tokens } = doc;
  const words: number[] = [];
  let comma = false;
  for (let i = start; i < tokens.length && words.length < 5; i++) {
    const token = tokens[i]!;
    const before = tokens[i - 1];
    if (i > start && (token.gap === Gap.Hard || !/^(?: |, ?|-|'|\. )$/.test(between(doc, before!, token))))
      break;
    if (i > start && token.gap === Gap.Stop && before!.word.length > 1) break;
    if (token.capital && !token.numeric) {
      if (i > start && isLabel(token.word) && !PARTICLES.has(token.word)) break;
      if (i > start && between(doc, before!, token).includes(',')) {
        // "Torres Gil, Andrés" goes on after its comma; "Ciao Marco, Anna" does not.
        if (comma || names().first.has(tokens[start]!.word)) break;
        comma = true;
      }
      words.push(i);
    } else if (!PARTICLES.has(token.word) || tokens[i + 1]?.capital !== true) break;
  }
  return { words, comma };
}

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
    if (tokens[run.words[end]!]!.hyphen && end === 1 && run.words.length === 2 && head.first && tail.first)
      return undefined;
    if (run.comma) return (head.last || cues.person) && !head.first && tail.first ? end : undefined;
    if (head.first && tail.last && !(end === 1 && tail.first && !cues.person && !head.last)) return end;
    if (head.first && (cues.person || cues.patient) && !upper) return end;
    if (head.last && !head.first && tail.first) return end;
    if (cues.patient && (head.first || tail.first)) return end;
    if (head.first && tail.first && tail.last) return end;
  }
  return undefined;
}

/** Full names written in small letters count after a title or "patient". */
function smallName(tokens: readonly Token[], i: number): boolean {
  const a = tokens[i]!;
  const b = tokens[i + 1];
  if (a.capital || b?.gap !== Gap.Soft || isFunctionWord(a.word) || isFunctionWord(b.word)) return false;
  if (!names().first.has(a.word) || !names().last.has(b.word)) return false;
  return cue('title').before(tokens, i, 2) || cue('patientName').before(tokens, i, 2);
}

/** "Albert Einstein Straße": the street or house, not the person. */
function endsAsPlace(tokens: readonly Token[], run: Run, lastIndex: number): boolean {
  const after = cue('placeAfter');
  return (
    run.words.length > 2 && (after.has(tokens[lastIndex]!.word) || after.has(tokens[run.words.at(-2)!]!.word))
  );
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
    // A place cue inside the run ("Via Giuseppe Verdi") takes the rest of the run with it.
    const place =
      cue('placeBefore').before(tokens, i, 3) ||
      run.words.some((k) => cue('placeBefore').has(tokens[k]!.word));
    if (place || endsAsPlace(tokens, run, lastIndex)) {
      i = lastIndex;
      continue;
    }
    const patient = cue('patientName').before(tokens, i, 2);
    const end = isName(tokens, run, { person: patient || cue('title').before(tokens, i, 2), patient });
    if (end === undefined) continue;
    report(run.words[0]!, run.words[end]!, 0.85);
    i = run.words[end]!;
  }
  return found;
}
