import type { OutboxRow } from '../../../core';
import { APPOINTMENTS_TABLE } from '../../../demo/world';
import type { SentMessage } from '../../../simulator';
import type { ClinicWorld } from './clinicWorld';

const HOUR = 3_600_000;
/** A request of n8n's Data Tables may hold no more than its body limit; this stays far below. */
const ROWS_A_REQUEST = 200;

/** States of a message that the provider took. */
const TAKEN = new Set(['accepted', 'sent', 'delivered', 'read', 'failed']);

export interface Booked {
  readonly phone: string;
  readonly appointmentId: string;
}

/**
 * Many invented people with one appointment each, due for its first reminder. All are where it is day at the
 * clinic's time, so that nothing but the gate decides who gets a message.
 * @param from number of the first person, 200 to 999, so that several cohorts are different people
 */
export async function bookCohort(clinic: ClinicWorld, from: number, count: number): Promise<Booked[]> {
  const people = Array.from({ length: count }, (_, index) => ({
    // The range that Ofcom keeps for drama; the sample's own people begin with 1.
    phone: `+442079460${String(from + index).padStart(3, '0')}`,
    appointmentId: `C-${from + index}`,
  }));
  await consents(clinic, people);
  await appointments(clinic, people);
  return people;
}

async function consents(clinic: ClinicWorld, people: readonly Booked[]): Promise<void> {
  const [example] = clinic.world.clinic.contacts.flatMap((contact) => contact.consents);
  if (!example) throw new Error('The sample has no consents');
  const profile = { language: 'en', zone: 'Europe/Rome' };
  const rows = people.map(({ phone }) => ({ ...example, person: { phone }, profile }));
  const results = await clinic.world.withRegistry((registry) =>
    registry.consent.record(clinic.key, rows, 'e2e'),
  );
  if (results.some(({ ok }) => !ok)) throw new Error('The registry refused consents of the cohort');
}

async function appointments(clinic: ClinicWorld, people: readonly Booked[]): Promise<void> {
  const { n8n, clinic: sample } = clinic.world;
  const table = (await n8n.dataTables.list()).find(({ name }) => name === APPOINTMENTS_TABLE);
  const [example] = sample.appointments;
  if (!table || !example) throw new Error('The sample has no appointments');
  const startsAt = new Date(clinic.now() + 30 * HOUR).toISOString();
  const rows = people.map(({ phone, appointmentId }) => ({
    ...example,
    rowId: appointmentId,
    appointmentId,
    startsAt,
    endsAt: '',
    status: 'booked',
    phone,
    language: 'en',
  }));
  for (let at = 0; at < rows.length; at += ROWS_A_REQUEST)
    await n8n.dataTables.insert(table.id, rows.slice(at, at + ROWS_A_REQUEST));
}

/** Rows of reminders, without those that the sample brings as its past. */
export async function reminderRows(clinic: ClinicWorld): Promise<OutboxRow[]> {
  const past = new Set(clinic.world.clinic.history.map(({ occurrence, stage }) => `${occurrence} ${stage}`));
  const rows = await clinic.world.withRegistry((registry) =>
    registry.outbox.list(clinic.key, { kind: 'reminder', limit: 5000 }),
  );
  return rows.filter(({ occurrence, stage }) => !past.has(`${occurrence} ${stage}`));
}

/** The row of each appointment of a cohort. */
export async function rowsOf(
  clinic: ClinicWorld,
  people: readonly Booked[],
): Promise<(OutboxRow | undefined)[]> {
  const rows = await reminderRows(clinic);
  const byAppointment = new Map(rows.map((row) => [row.occurrence.split('@')[0], row]));
  return people.map(({ appointmentId }) => byAppointment.get(appointmentId));
}

export const messagesTo = (clinic: ClinicWorld, { phone }: Booked): SentMessage[] =>
  clinic.world.simulator.messages().filter(({ person }) => person === phone);

/**
 * Where the registry and the phones disagree: a message without its row, two messages of one row, a row that says
 * the provider took a message of which no phone knows, or the other way round. Empty when they agree to the row.
 */
export function disagreements(
  rows: readonly Pick<OutboxRow, 'id' | 'state'>[],
  messages: readonly SentMessage[],
): string[] {
  const counts = new Map<string, number>();
  for (const { callbackData = 'without id' } of messages)
    counts.set(callbackData, (counts.get(callbackData) ?? 0) + 1);
  const known = new Set(rows.map(({ id }) => id));
  const strangers = [...counts.keys()].filter((id) => !known.has(id)).map((id) => `${id}: no row`);
  const wrong = rows.flatMap(({ id, state }) => {
    const sent = counts.get(id) ?? 0;
    return sent === (TAKEN.has(state) ? 1 : 0) ? [] : [`${id}: ${state}, ${sent} messages`];
  });
  return [...strangers, ...wrong];
}
