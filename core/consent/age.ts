import type { Relation } from '../registry/types';

/** A data subject of a contact, as far as a decision rests on it. */
export interface SubjectFact {
  readonly id: string;
  readonly relation: Relation;
  /** ms since epoch of the 18th birthday; null: not told. */
  readonly adultAt: number | null;
}

const FULL_AGE = 18;
/** Nobody is older: a birth date before that is a slip of the pen, and would make an adult of a child. */
const OLDEST = 130;

const utc = (year: number, month: number, day: number): number => Date.UTC(year, month - 1, day);

/**
 * The day on which somebody comes of age: the 18th birthday at 00:00 UTC, ms since epoch. Who was born on 29
 * February comes of age on 1 March, the later of the two days that the laws know.
 *
 * @param birthDate `YYYY-MM-DD`
 * @returns null when that is no day of the calendar
 */
export function adultAt(birthDate: string): number | null {
  const parts = /^(\d{4})-(\d{2})-(\d{2})$/.exec(birthDate);
  if (!parts) return null;
  const [year = 0, month = 0, day = 0] = parts.slice(1).map(Number);
  const isDay = new Date(utc(year, month, day)).toISOString().startsWith(birthDate);
  // In a year without 29 February the calendar rolls over to 1 March by itself.
  return isDay ? utc(year + FULL_AGE, month, day) : null;
}

/**
 * Whether somebody can have been born on that day.
 * @param now ms since epoch
 */
export function isBirthDate(birthDate: string, now: number): boolean {
  if (adultAt(birthDate) === null) return false;
  const born = Date.parse(`${birthDate}T00:00:00Z`);
  const today = new Date(now);
  return born <= now && born >= utc(today.getUTCFullYear() - OLDEST, 1, 1);
}

/**
 * Whether the contact, or the data subject that a message is about, counts as under age. A contact is written to by
 * its own will and counts as adult unless its age was told; a child counts as under age until its age was told, and
 * so does a data subject that is not on record.
 *
 * @param now ms since epoch
 */
export function isUnderAge(
  contact: { readonly adultAt: number | null; readonly subjects: readonly SubjectFact[] },
  subjectId: string | null,
  now: number,
): boolean {
  if (contact.adultAt !== null && now < contact.adultAt) return true;
  if (subjectId === null) return false;
  const subject = contact.subjects.find(({ id }) => id === subjectId);
  if (!subject) return true;
  return subject.adultAt === null ? subject.relation !== 'caredFor' : now < subject.adultAt;
}
