import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** What would show that a secret lies in a file: the bytes, and under which spelling. */
export interface Needle {
  readonly spelling: string;
  readonly bytes: Buffer;
}

/** Base64 of a text as it looks inside a longer one: three ways to be aligned, without the bytes of its neighbours. */
function base64Inside(text: string): string[] {
  const bytes = Buffer.from(text);
  return [0, 1, 2].map((before) => {
    const padded = Buffer.concat([Buffer.alloc(before), bytes]);
    const whole = padded.subarray(0, padded.length - (padded.length % 3));
    return whole.toString('base64').slice(before === 0 ? 0 : 4);
  });
}

const jsonEscaped = (text: string): string =>
  text.replace(/[^ -~]/g, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** The spellings under which software that means no harm leaves a text behind. */
export function needlesOf(text: string): Needle[] {
  const spellings: [string, string | Buffer][] = [
    ['as it is', text],
    ['in UTF-16', Buffer.from(text, 'utf16le')],
    ['escaped as in JSON', jsonEscaped(text)],
    ['escaped as in an address', encodeURIComponent(text)],
    ['in hexadecimal', Buffer.from(text).toString('hex')],
    ...base64Inside(text).map((encoded): [string, string] => ['in base64', encoded]),
    ...base64Inside(text).map((encoded): [string, string] => [
      'in base64 for addresses',
      encoded.replace(/\+/g, '-').replace(/\//g, '_'),
    ]),
  ];
  return spellings.map(([spelling, bytes]) => ({ spelling, bytes: Buffer.from(bytes as string) }));
}

/** Every file below a folder, except installed code. */
export function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.parentPath.includes('node_modules'))
    .map((entry) => path.join(entry.parentPath, entry.name));
}

/** `file: spelling` of each needle in these files. Reads the bytes as they are on the disk now. */
export function found(files: readonly string[], needles: readonly Needle[]): string[] {
  return files.flatMap((file) => {
    const content = readFileSync(file);
    return needles
      .filter(({ bytes }) => content.includes(bytes))
      .map(({ spelling }) => `${path.basename(file)}: ${spelling}`);
  });
}
