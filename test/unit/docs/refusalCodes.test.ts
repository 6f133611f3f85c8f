import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { REASONS, type Reason } from '../../../core';
import errors from '../../../core/messaging/providers/metaCloud/errors.json';

const ROOT = path.resolve(__dirname, '../../..');
const README = readFileSync(path.join(ROOT, 'README.md'), 'utf8');

/** Every way in which the sources write a code down: an error, a refusal, a table from a number to a code. */
const WRITTEN = [
  /\bnew CareError\(\s*'(\w+)'/g,
  /\b(?:refusal|refuse|refused|released|no|later|notTried|reasonFor|stop)\(\s*'(\w+)'/g,
  /\bcode: '(\w+)'/g,
  /^ +\d+: \[\s*'(\w+)'/gm,
];
/** Words that stand where codes do and are none: "yes", a column type, zod's own kind of issue. */
const NO_CODES = ['ok', 'text', 'custom'];

const sources = ['core', 'nodes', 'credentials']
  .flatMap((folder) =>
    readdirSync(path.join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map((file) =>
      path.join(folder, file),
    ),
  )
  .filter((file) => /\.m?ts$/.test(file) && !file.endsWith(path.join('policy', 'reasons.ts')))
  .map((file) => readFileSync(path.join(ROOT, file), 'utf8'));

const written = new Set([
  ...sources
    .flatMap((text) => WRITTEN.flatMap((pattern) => [...text.matchAll(pattern)].map(([, code]) => code!)))
    .filter((code) => !NO_CODES.includes(code)),
  ...Object.values(errors.codes).map(({ code }) => code),
  ...errors.ranges.map(({ code }) => code),
  errors.unknown.code,
]);

const isUnused = (code: string): boolean =>
  !written.has(code) && !sources.some((text) => text.includes(`'${code}'`));

/** The rows `| `code` | … |` below a heading, up to the next heading of the same or a higher rank. */
function rowsBelow(heading: string): Map<string, string> {
  const rank = heading.indexOf(' ');
  const [, after = ''] = README.split(`\n${heading}\n`);
  const [section = ''] = after.split(new RegExp(`\\n#{1,${rank}} `));
  return new Map(
    [...section.matchAll(/^\| `(\w+)` +\| (.+?) +\|$/gm)].map(([, code, text]) => [code!, text!]),
  );
}

const refusals = rowsBelow('### Codes of a refused item');
const stops = rowsBelow('### Codes of a stopped node');

describe('the codes that users meet', () => {
  it('says of each code of a refused item in the README what the node says, and whether it comes again', () => {
    const said = Object.entries(REASONS as Record<string, Reason>).map(
      ([code, { sentence, final, later }]) => {
        const again = final ? 'never' : later ? 'by itself' : 'when put right';
        return [code, `${sentence} | ${again}`];
      },
    );
    const explained = [...refusals].map(([code, text]) => [code, text.replace(/ +\| /, ' | ')]);
    expect(Object.fromEntries(explained)).toEqual(Object.fromEntries(said));
  });

  it('explains every code that the sources use, in one of the two tables', () => {
    const explained = (code: string) => Object.hasOwn(REASONS, code) || stops.has(code);
    expect([...written].filter((code) => !explained(code))).toEqual([]);
  });

  it('keeps the two tables apart, and explains nothing that does not exist', () => {
    expect([...stops.keys()].filter((code) => Object.hasOwn(REASONS, code))).toEqual([]);
    expect([...stops.keys(), ...refusals.keys()].filter(isUnused)).toEqual([]);
  });

  it('reads the sources at all', () => {
    expect([...written]).toEqual(
      expect.arrayContaining([
        'badPhone',
        'runCancelled',
        'registryBusy',
        'providerHalted',
        'hostNotAllowed',
      ]),
    );
  });
});
