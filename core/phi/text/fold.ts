/* eslint-disable @typescript-eslint/no-non-null-assertion -- hot loops: every index comes from the bounds of its own list */
/**
 * Brings text into one plain alphabet and remembers where every character came from, so that a span found
 * in the folded text can be pointed at in the text as it was given.
 */
export class Folded {
  private whole: Uint32Array | undefined;

  constructor(
    /** Lower case, without accents; ß is `ss`, full-width and look-alike letters are Latin. */
    readonly text: string,
    /** Absent where every character kept its place, as in most texts. */
    private readonly places: Uint32Array | undefined,
  ) {}

  /** UTF-16 offset in the original of a folded character. */
  originOf(at: number): number {
    return this.places === undefined ? at : this.places[at]!;
  }

  /** The offsets of all folded characters, plus the length of the original at the end. */
  get origin(): Uint32Array {
    this.whole ??= this.places ?? Uint32Array.from({ length: this.text.length + 1 }, (_, i) => i);
    return this.whole;
  }
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
const isPlain = (code: number): boolean => (code >= 0x20 && code <= 0x7e && code !== 0x60) || code === 0x0a;

/** Signs beyond the table come again and again in one text or none; there are few of them in a language. */
const MOST_REMEMBERED = 4096;
const remembered = new Map<number, string>();

function foldPoint(point: number): string {
  if (point < LATIN_TABLE_END) return TABLE[point]!;
  if (isInvisible(point)) return '';
  let folded = remembered.get(point);
  if (folded === undefined) {
    folded = foldOne(String.fromCodePoint(point));
    if (remembered.size < MOST_REMEMBERED) remembered.set(point, folded);
  }
  return folded;
}

/** Where folded characters came from, kept from the first one on whose place differs. */
class Origin {
  private places: Uint32Array | undefined;
  private length = 0;

  constructor(private readonly size: number) {}

  /** `units` folded characters stand for the `width` characters at `from`. */
  add(from: number, width: number, units: number): void {
    if (this.places === undefined) {
      if (units === 1 && width === 1) return;
      this.places = new Uint32Array(this.size + 64);
      for (; this.length < from; this.length++) this.places[this.length] = this.length;
    }
    if (this.length + units >= this.places.length) this.grow(units);
    while (units-- > 0) this.places[this.length++] = from;
  }

  /** The characters from `from` to `to` stand for themselves. */
  addRun(from: number, to: number): void {
    if (this.places === undefined) return;
    if (this.length + to - from >= this.places.length) this.grow(to - from);
    for (let i = from; i < to; i++) this.places[this.length++] = i;
  }

  private grow(by: number): void {
    const wider = new Uint32Array((this.length + by) * 2);
    wider.set(this.places!);
    this.places = wider;
  }

  end(at: number): Uint32Array | undefined {
    if (this.places === undefined) return undefined;
    this.places[this.length] = at;
    return this.places.subarray(0, this.length + 1);
  }
}

/** Folds `text`; linear in its length. */
export function fold(text: string): Folded {
  if (PLAIN.test(text)) return new Folded(text.toLowerCase(), undefined);
  const origin = new Origin(text.length);
  let out = '';
  let plainFrom = 0;
  for (let i = 0; i < text.length;) {
    if (isPlain(text.charCodeAt(i))) {
      i++;
      continue;
    }
    if (plainFrom < i) out += text.slice(plainFrom, i).toLowerCase();
    origin.addRun(plainFrom, i);
    const point = text.codePointAt(i)!;
    const width = point > 0xffff ? 2 : 1;
    const folded = foldPoint(point);
    out += folded;
    // By UTF-16 unit: a letter of two units must not shift what follows.
    origin.add(i, width, folded.length);
    i += width;
    plainFrom = i;
  }
  if (plainFrom < text.length) out += text.slice(plainFrom).toLowerCase();
  origin.addRun(plainFrom, text.length);
  return new Folded(out, origin.end(text.length));
}

/** Folds one word or phrase of a data file; offsets are not needed there. */
export const foldText = (text: string): string => fold(text).text;
