/** Tables of consents of any length, made while they are read: the same for the same length. */
import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** What the import is to find. */
export interface TableCounts {
  readonly rows: number;
  readonly recorded: number;
  readonly repeated: number;
  readonly refused: number;
  readonly byCode: Readonly<Record<string, number>>;
}

export interface TableOptions {
  /** Columns with age, area and interests beside what a consent needs. */
  readonly profiles: boolean;
  /** Some rows are wrong or stand there twice, as in the exports of practices. */
  readonly flawed: boolean;
}

const PROOF = [
  'I want to get messages of Aurora about my appointments on WhatsApp. I can say STOP at any time.',
  '2025-01',
  'it',
] as const;
const COLUMNS = [
  'phone',
  'purpose',
  'kind',
  'source',
  'occurredAt',
  'textShown',
  'textVersion',
  'language',
  'reference',
  'recordedBy',
  'businessNamed',
  'privacyNoticeVersion',
  'verification',
];
const PROFILE_COLUMNS = ['birthDate', 'area', 'tags'];
const AREAS = ['north', 'south', 'east', 'west'];
const LINES_AT_ONCE = 500;
const DAY = 86_400_000;
const FIRST_DAY = Date.parse('2025-01-01T00:00:00Z');

/** Italian mobile numbers of a range that no network holds. */
export const numberOf = (row: number): string => `+3932${String(10_000_000 + row)}`;

type Flaw = 'badPhone' | 'proofMissing' | 'repeated';

/** What is wrong with a row, which begin with 0. */
function flawOf(row: number): Flaw | null {
  switch (row % 200) {
    case 7:
      return 'badPhone';
    case 107:
      return 'proofMissing';
    case 57:
      return 'repeated';
    default:
      return null;
  }
}

/** Whether the table has a consent of the person whose number is that of the row. */
export const isGood = (row: number): boolean => flawOf(row) === null;

const dayOf = (row: number): string => new Date(FIRST_DAY + (row % 200) * DAY).toISOString().slice(0, 10);

/** Numbers as three practices write them. */
function written(row: number): string {
  const number = numberOf(row);
  if (row % 3 === 0) return number;
  const national = number.slice(3);
  return row % 3 === 1 ? `${national.slice(0, 3)} ${national.slice(3)}` : `0039${national}`;
}

function profileOf(row: number): string[] {
  const born = `${1940 + (row % 60)}-${String(1 + (row % 12)).padStart(2, '0')}-15`;
  return [born, AREAS[row % 4] ?? '', row % 3 === 0 ? 'prevention' : ''];
}

function lineOf(row: number, { profiles, flawed }: TableOptions): string {
  const flaw = flawed ? flawOf(row) : null;
  // The row before, once more.
  const said = flaw === 'repeated' ? row - 1 : row;
  const phone = flaw === 'badPhone' ? `12-${row}` : written(said);
  const proof = flaw === 'proofMissing' ? ['', '', ''] : PROOF;
  const event = [phone, 'appointment', 'given', 'practice software', dayOf(said), ...proof];
  const taken = [`form-${said}`, 'desk', 'Aurora', '2025-01', 'desk'];
  return [...event, ...taken, ...(profiles ? profileOf(said) : [])].join(';');
}

/** The table, in pieces of some hundred lines. */
export function* consentTable(rows: number, options: TableOptions): Generator<string> {
  yield `${[...COLUMNS, ...(options.profiles ? PROFILE_COLUMNS : [])].join(';')}\n`;
  for (let start = 0; start < rows; start += LINES_AT_ONCE) {
    const count = Math.min(LINES_AT_ONCE, rows - start);
    const lines = Array.from({ length: count }, (_, index) => lineOf(start + index, options));
    yield `${lines.join('\n')}\n`;
  }
}

export async function writeConsentTable(file: string, rows: number, options: TableOptions): Promise<void> {
  await pipeline(Readable.from(consentTable(rows, options)), createWriteStream(file));
}

/** What the import of a flawed table finds. */
export function countsOf(rows: number): TableCounts {
  const flaws = { badPhone: 0, proofMissing: 0, repeated: 0 };
  for (let row = 0; row < rows; row += 1) {
    const flaw = flawOf(row);
    if (flaw) flaws[flaw] += 1;
  }
  const { repeated, ...byCode } = flaws;
  const refused = byCode.badPhone + byCode.proofMissing;
  return { rows, recorded: rows - refused - repeated, repeated, refused, byCode };
}
