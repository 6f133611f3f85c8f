/* eslint-disable @typescript-eslint/no-non-null-assertion -- hot loops: every index comes from the bounds of its own list */
/**
 * Brings text into one plain alphabet and remembers where every character came from, so that a span found
 * in the folded text can be pointed at in the text as it was given.
 */
export interface Folded {
  /** Lower case, without accents; ß is `ss`, full-width and look-alike letters are Latin. */
  readonly text: string;
  /** UTF-16 offset in the original of each folded character, plus the original length at the end. */
  readonly origin: Uint32Array;
}

const LATIN_TABLE_END = 0x250;
const SPECIAL: Readonly<Record<string, string>> = {
  ß: 'ss', ẞ: 'ss', œ: 'oe', Œ: 'oe', æ: 'ae', Æ: 'ae', ø: 'o', Ø: 'o', ł: 'l', Ł: 'l', đ: 'd', Đ: 'd', ı: 'i',
  '´': "'", '`': "'", '’': "'", '‘': "'", 'ʼ': "'", '′': "'", '‛': "'", '“': '"', '”': '"', '„': '"', '«': '"', '»': '"',
  '‐': '-', '‑': '-', '‒': '-', '–': '-', '—': '-', '−': '-', '\u00a0': ' ', '\u00ad': '', '…': '.', '·': '.', '•': '.',
  '№': 'n', '␣': ' ', '¿': '?', '¡': '!',
}; // prettier-ignore

/** Cyrillic and Greek letters that look like Latin ones: used to slip a word past a filter. */
const LOOK_ALIKES: Readonly<Record<string, string>> = Object.fromEntries(
  [...'аa вb еe кk мm нh оo рp сc тt уy хx іi јj ѕs ԁd ԛq ԝw αa βb εe ηn ιi κk νv οo ρp τt υu χx ѵv һh ґr ɡg ɑa'.split(' ')]
    .map((pair) => [pair[0]!, pair[1]!]),
); // prettier-ignore

function isInvisible(code: number): boolean {
  return (
    (code >= 0x300 && code <= 0x36f) || (code >= 0x200b && code <= 0x200f) || (code >= 0x202a && code <= 0x202e) ||
    (code >= 0x2060 && code <= 0x2064) || (code >= 0xfe00 && code <= 0xfe0f) || code === 0xfeff || code === 0x00ad ||
    code === 0x180e || code === 0x034f
  ); // prettier-ignore
}

function foldOne(char: string): string {
  const special = SPECIAL[char];
  if (special !== undefined) return special;
  const lower = char.toLowerCase();
  const alike = LOOK_ALIKES[lower];
  if (alike !== undefined) return alike;
  const bare = lower
    .normalize('NFKD')
    .replace(/[\u0300-\u036f]/g, '')
    .toLowerCase();
  let out = '';
  for (const part of bare) out += SPECIAL[part] ?? LOOK_ALIKES[part] ?? part;
  // Anything that is still outside the plain alphabet (emoji, other scripts) only separates words.
  return /^[\x20-\x7e€£]{1,4}$/.test(out) ? out : /^\p{L}+$/u.test(out) ? out : ' ';
}

const TABLE: readonly string[] = Array.from({ length: LATIN_TABLE_END }, (_, code) => {
  if (code === 0x0a || code === 0x0d) return '\n';
  if (code < 0x20 || code === 0x7f) return ' ';
  return isInvisible(code) ? '' : foldOne(String.fromCharCode(code));
});

/** Printable ASCII but the accent that stands for an apostrophe: only the case changes. */
const PLAIN = /^[\n\x20-\x5f\x61-\x7e]*$/;

function foldPlain(text: string): Folded {
  const origin = new Uint32Array(text.length + 1);
  for (let i = 0; i <= text.length; i++) origin[i] = i;
  return { text: text.toLowerCase(), origin };
}

/** Folds `text`; linear in its length. */
export function fold(text: string): Folded {
  if (PLAIN.test(text)) return foldPlain(text);
  let origin = new Uint32Array(text.length + 64);
  let length = 0;
  let out = '';
  for (let i = 0; i < text.length;) {
    const code = text.charCodeAt(i);
    let width = 1;
    let folded: string;
    if (code < LATIN_TABLE_END) folded = TABLE[code]!;
    else if (isInvisible(code)) folded = '';
    else {
      const point = text.codePointAt(i)!;
      width = point > 0xffff ? 2 : 1;
      folded = foldOne(String.fromCodePoint(point));
    }
    if (length + folded.length >= origin.length) {
      const wider = new Uint32Array(origin.length * 2);
      wider.set(origin);
      origin = wider;
    }
    // By UTF-16 unit: a letter of two units must not shift what follows.
    let units = folded.length;
    while (units-- > 0) origin[length++] = i;
    out += folded;
    i += width;
  }
  origin[length] = text.length;
  return { text: out, origin: origin.subarray(0, length + 1) };
}

/** Folds one word or phrase of a data file; offsets are not needed there. */
export const foldText = (text: string): string => fold(text).text;
