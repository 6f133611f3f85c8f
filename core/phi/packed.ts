import { analyse, type Doc } from './text/tokens';

/**
 * A stretch of the text that packs words together, a link or the name of a file, and how a person reads it:
 * "referto_mario_rossi.pdf" as "Referto Mario Rossi", `?t=visita%20ginecologica` as it shows once it is opened.
 */
export interface Packed {
  readonly doc: Doc;
  /** Span in the text as given, of a span in the text as given to `doc`. */
  readonly span: (start: number, end: number) => { start: number; end: number };
}

interface Reading {
  readonly text: string;
  /** Where each character came from, and the end of the piece. */
  readonly origin: readonly number[];
}

const FILE_ENDING =
  'pdf|docx?|odt|rtf|txt|xlsx?|csv|pptx?|jpe?g|png|gif|webp|heic|tiff?|mp4|mp3|ogg|opus|zip|xml|json|dcm|ics|vcf|html?';
/** Brackets stay outside, so that the placeholders of redaction are never part of a piece. */
const PIECE = /[^\s[\]<>"]+/g;
const PACKS = new RegExp(
  `://|^www\\.|^wa\\.me/|^(?:mailto|tel|sms):|%[0-9a-f]{2}|\\.(?:${FILE_ENDING})$`,
  'i',
);
/** Nearly every message holds none of these; looking for plain signs is faster than one pattern for all. */
const SIGNS = ['://', '%', 'www.', 'wa.me/', 'mailto:', 'tel:', 'sms:', 'WWW.', 'WA.ME/'];
const FILE = new RegExp(`\\.(?:${FILE_ENDING})`, 'i');
const mayPack = (text: string): boolean =>
  SIGNS.some((sign) => text.includes(sign)) || (text.includes('.') && FILE.test(text));
const SCHEME_AND_HOST = /^(?:[a-z]{2,12}:\/\/)?[^/?#%]*(?=[/?#])/i;
const PUNCTUATION_AFTER = /[.,;:!?)'»”]+$/;
/** Doubly encoded addresses exist; deeper nesting hides something and is read no further. */
const DECODINGS = 3;
const OWN_CHAT = 'whatsapp +';
const LONGEST_PIECE = 2_000;

/** One character behind percent signs, by the first byte of its UTF-8; any other sign stands for itself. */
const ENCODED = /%[0-7][0-9a-f]|%[cd][0-9a-f]%[0-9a-f]{2}|%e[0-9a-f](?:%[0-9a-f]{2}){2}|%f[0-9a-f](?:%[0-9a-f]{2}){3}|[^%]+|%/gi; // prettier-ignore

function decodeOnce({ text, origin }: Reading): Reading {
  let out = '';
  const from: number[] = [];
  for (const { 0: part, index } of text.matchAll(ENCODED)) {
    const encoded = part.startsWith('%') && part.length > 1;
    const read = encoded ? decoded(part) : part;
    for (let i = 0; i < read.length; i++) from.push(origin[index + (read === part ? i : 0)] ?? 0);
    out += read;
  }
  from.push(origin.at(-1) ?? 0);
  return { text: out, origin: from };
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

function decode(reading: Reading): Reading {
  let current = reading;
  for (let round = 0; round < DECODINGS && current.text.includes('%'); round++) current = decodeOnce(current);
  return current;
}

/** A random code ("aB3dRX9k") is one word; "BloodTest2024" is three. */
function joints(word: string): Set<number> {
  const found = new Set<number>();
  for (const { index, 0: before } of word.matchAll(/\p{L}{4,}(?=\d)|\p{Lu}?\p{Ll}{2,}(?=\p{Lu}\p{Ll}{2})/gu))
    found.add(index + before.length);
  for (const { index, 0: before } of word.matchAll(/\d{4,}(?=\p{L}{4})/gu)) found.add(index + before.length);
  return found;
}

/** Small words begin with a capital, as names do where they are not packed. Signs that part words become blanks. */
function unpack({ text, origin }: Reading): Reading {
  let out = '';
  const from: number[] = [];
  const push = (char: string, at: number): void => {
    from.push(...Array.from({ length: char.length }, () => at));
    out += char;
  };
  for (const part of text.matchAll(/[\p{L}\p{M}\d]+|[^\p{L}\p{M}\d]/gu)) {
    const word = part[0];
    const at = (offset: number): number => origin[part.index + offset] ?? 0;
    if (!/[\p{L}\d]/u.test(word)) {
      push(separator(text, part.index, word), at(0));
      continue;
    }
    const splits = joints(word);
    const small = word === word.toLowerCase();
    Array.from(word).reduce((offset, char) => {
      if (splits.has(offset)) push(' ', at(offset));
      push(offset === 0 && small ? char.toUpperCase() : char, at(offset));
      return offset + char.length;
    }, 0);
  }
  from.push(origin.at(-1) ?? 0);
  return { text: out, origin: from };
}

const DIGIT = /\d/;

/** Inside a number or a mailbox the signs mean something. */
function separator(text: string, at: number, char: string): string {
  const between = DIGIT.test(text[at - 1] ?? '') && DIGIT.test(text[at + 1] ?? '');
  if (between || char === '@' || (char === '.' && text.includes('@'))) return char;
  if (char === '+' && DIGIT.test(text[at + 1] ?? '')) return char;
  return /[/?#;]/.test(char) ? '\n' : ' ';
}

function pieceAt(start: number, raw: string): Reading | undefined {
  const piece = raw.replace(PUNCTUATION_AFTER, '');
  if (piece.length > LONGEST_PIECE || !PACKS.test(piece)) return undefined;
  // The host is read where it stands; in small letters it never looks like a person.
  const host = /:\/\/|^www\.|^wa\.me/i.test(piece) ? (SCHEME_AND_HOST.exec(piece)?.[0] ?? piece) : '';
  const skipped = host.length;
  const rest = piece.slice(skipped).replace(new RegExp(`\\.(?:${FILE_ENDING})$`, 'i'), '');
  if (rest === '') return undefined;
  const origin = Array.from({ length: rest.length + 1 }, (_, i) => start + skipped + i);
  const reading = unpack(decode({ text: rest, origin }));
  if (!/(?:^|\/)wa\.me$/i.test(host)) return reading;
  // The path is a number in international form without its plus: the clinic's own chat.
  const text = `${OWN_CHAT}${reading.text.trimStart()}`;
  const shift = reading.text.length - reading.text.trimStart().length;
  return {
    text,
    origin: [...Array.from(OWN_CHAT, () => reading.origin[shift] ?? start), ...reading.origin.slice(shift)],
  };
}

/** All pieces of a text that pack words; none for nearly every message, which costs one search. */
export function packedPieces(text: string): Packed[] {
  if (!mayPack(text)) return [];
  return [...text.matchAll(PIECE)].flatMap(({ 0: raw, index }) => {
    const reading = pieceAt(index, raw);
    if (reading === undefined) return [];
    const span = (start: number, end: number): { start: number; end: number } => {
      const first = reading.origin[start] ?? index;
      return { start: first, end: Math.max(reading.origin[end] ?? first, first + 1) };
    };
    return [{ doc: analyse(reading.text), span }];
  });
}
