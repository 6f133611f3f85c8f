import fc from 'fast-check';
import { parsePhoneNumberFromString } from 'libphonenumber-js';
import { DateTime } from 'luxon';
import { effectiveQuietHours, isReasonCode } from '../../../core/policy';
import {
  DEFAULT_STAGES,
  dueNow,
  inQuietHours,
  occurrenceOf,
  parseStart,
  parseStatus,
} from '../../../core/schedule';
import type { Appointment, Stage } from '../../../core/schedule';
import { renderTemplate } from '../../../core/templates';
import {
  sampleClinic,
  type SampleClinic,
  type SampleExpectation,
  type SampleRow,
} from '../../../demo/sample';

const NOW = Date.UTC(2026, 10, 3, 9, 0);
const instants = fc.integer({ min: Date.UTC(2026, 0, 1), max: Date.UTC(2028, 0, 1) });
const runs = { numRuns: 40 };

function appointmentOf(row: SampleRow): Appointment {
  const start = parseStart(row.startsAt, row.zone);
  const end = row.endsAt === '' ? null : parseStart(row.endsAt, row.zone);
  const status = parseStatus(row.status);
  if (!start.ok || !status.ok) throw new Error(`unreadable ${row.rowId}`);
  return {
    id: row.appointmentId,
    startsAt: start.at,
    status: status.status,
    ...(end?.ok ? { endsAt: end.at } : {}),
  };
}

/** What the sample says of the schedule alone: codes that the gate gives stand for "due". */
function scheduleView({ rowId, stage, code }: SampleExpectation): string {
  return stage !== null && code !== 'alreadySent' ? `${rowId} due ${stage}` : `${rowId} ${code}`;
}

function scheduleSays(clinic: SampleClinic, now: number, stages: readonly Stage[]): string[] {
  const rules = DEFAULT_STAGES.filter(({ stage }) => stages.includes(stage));
  const done = new Set(clinic.history.map(({ occurrence, stage }) => `${occurrence}|${stage}`));
  return dueNow(clinic.appointments.map(appointmentOf), rules, now, (occurrence, stage) =>
    done.has(`${occurrence}|${stage}`),
  ).map((verdict) => {
    const rowId = clinic.appointments[verdict.row]?.rowId ?? '';
    return verdict.due ? `${rowId} due ${verdict.stage}` : `${rowId} ${verdict.code}`;
  });
}

describe('the sample clinic', () => {
  it('is due as it says, whenever it is made', () => {
    fc.assert(
      fc.property(instants, (now) => {
        const clinic = sampleClinic(now);
        expect(scheduleSays(clinic, now, ['reminder48h', 'logistics24h', 'experience2h'])).toEqual(
          clinic.expected.reminder.map(scheduleView),
        );
        expect(scheduleSays(clinic, now, ['survey1d'])).toEqual(clinic.expected.survey.map(scheduleView));
      }),
      runs,
    );
  });

  it('sends something at every stage at any hour of any day', () => {
    fc.assert(
      fc.property(instants, (now) => {
        const { reminder, survey } = sampleClinic(now).expected;
        const sent = [...reminder, ...survey].filter(({ code }) => code === 'sent').map(({ stage }) => stage);
        expect(new Set(sent)).toEqual(new Set(DEFAULT_STAGES.map(({ stage }) => stage)));
      }),
      runs,
    );
  });

  it('stays due for half an hour, so that a slow first start does not empty it', () => {
    fc.assert(
      fc.property(instants, (now) => {
        const clinic = sampleClinic(now);
        const stages = DEFAULT_STAGES.map(({ stage }) => stage);
        expect(scheduleSays(clinic, now + 1_800_000, stages)).toEqual(scheduleSays(clinic, now, stages));
      }),
      runs,
    );
  });

  it('holds every kind of row that must be left out, once at least', () => {
    const { reminder, survey } = sampleClinic(NOW).expected;
    const codes = new Set([...reminder, ...survey].map(({ code }) => code));
    for (const code of [
      'noConsent',
      'unknownContact',
      'suppressed',
      'consentExpired',
      'badPhone',
      'noWhatsApp',
      'cancelled',
      'moveRequested',
      'noShow',
      'alreadySent',
      'duplicateRow',
      'notDueYet',
      'stageOver',
    ]) {
      expect([code, codes.has(code)]).toEqual([code, true]);
    }
    for (const code of codes) expect([code, code === 'sent' || isReasonCode(code)]).toEqual([code, true]);
  });

  it('is as varied as it claims', () => {
    const { appointments, contacts } = sampleClinic(NOW);
    expect(appointments.length).toBeGreaterThanOrEqual(36);
    expect(new Set(appointments.map(({ language }) => language))).toEqual(new Set(['it', 'de', 'en', 'es']));
    expect(new Set(appointments.map(({ zone }) => zone)).size).toBeGreaterThanOrEqual(3);
    expect(new Set(appointments.map(({ rowId }) => rowId)).size).toBe(appointments.length);
    expect(appointments.filter(({ subjectRef }) => subjectRef !== '')).toHaveLength(1);
    const abroad = contacts.find(({ ref }) => ref === 'viola');
    expect([abroad?.country, abroad?.zone]).toEqual(['IT', 'America/New_York']);
  });

  it('has one appointment in a night when the clocks change, and it can be read', () => {
    fc.assert(
      fc.property(instants, (now) => {
        const row = sampleClinic(now).appointments.find(({ appointmentId }) => appointmentId === 'A-1045');
        const start = parseStart(row?.startsAt, row?.zone ?? null);
        if (!start.ok) throw new Error('unreadable');
        const day = DateTime.fromMillis(start.at, { zone: row?.zone ?? 'utc' }).startOf('day');
        expect(day.plus({ days: 1 }).offset).not.toBe(day.offset);
      }),
      runs,
    );
  });

  it('uses only fictional numbers that a phone library takes for real ones', () => {
    const fictional =
      /^\+(?:39320000\d{4}|4917139200\d{2}|346000000\d{2}|44207946\d{4}|120255501\d{2}|658100\d{4})$/;
    for (const { phone, country } of sampleClinic(NOW).contacts) {
      const parsed = parsePhoneNumberFromString(phone);
      expect([phone, parsed?.isValid(), parsed?.country]).toEqual([phone, true, country]);
      expect(phone).toMatch(fictional);
    }
  });

  it('gives two people never the same number and nobody two appointments at one time', () => {
    fc.assert(
      fc.property(instants, (now) => {
        const { contacts, appointments } = sampleClinic(now);
        expect(new Set(contacts.map(({ phone }) => phone)).size).toBe(contacts.length);
        const original = appointments.filter(({ rowId }) => rowId !== 'row-21');
        const slots = original.map(({ patientRef, startsAt }) => `${patientRef} ${startsAt}`);
        expect(new Set(slots).size).toBe(slots.length);
      }),
      runs,
    );
  });

  it('keeps the private note in the notes column alone', () => {
    const clinic = sampleClinic(NOW);
    expect(clinic.appointments.filter(({ notes }) => notes.includes('Valdarno'))).toHaveLength(1);
    const rest = JSON.stringify({
      ...clinic,
      mustNotLeave: [],
      appointments: clinic.appointments.map((row) => ({ ...row, notes: '' })),
    });
    for (const word of clinic.mustNotLeave) expect(rest).not.toContain(word);
  });

  it('has a neutral text for each message that goes out, without the private note', () => {
    const clinic = sampleClinic(NOW);
    const locations = clinic.controller.locations.map(({ name }) => name);
    for (const { rowId, stage } of [...clinic.expected.reminder, ...clinic.expected.survey]) {
      const row = clinic.appointments.find((candidate) => candidate.rowId === rowId);
      const rule = DEFAULT_STAGES.find((candidate) => candidate.stage === stage);
      if (!row || !rule) continue;
      const result = renderTemplate(
        rule.template,
        row.language,
        {
          at: appointmentOf(row).startsAt,
          zone: row.zone,
          location: row.location,
          clinicName: clinic.controller.name,
        },
        { now: NOW, allowedDomains: clinic.controller.allowedDomains, locations },
      );
      const said = result.ok ? JSON.stringify(result.message) : result.code;
      expect([rowId, result.ok]).toEqual([rowId, true]);
      for (const word of clinic.mustNotLeave) expect(said).not.toContain(word);
    }
  });

  it('names who of the campaign is reached: the interest, the area, a verified consent', () => {
    const { prevention, contacts } = sampleClinic(NOW);
    expect(prevention.reached).toEqual(['giulia', 'marco', 'elena', 'annika', 'sofia']);
    const almost = contacts.filter(({ ref }) => ['carla', 'ilaria', 'pietro', 'rosa'].includes(ref));
    expect(almost).toHaveLength(4);
    for (const { ref, tags } of almost) {
      expect(tags).toContain('prevention');
      expect(prevention.reached).not.toContain(ref);
    }
  });

  it('counts quiet hours in the zone of the person, not of the clinic', () => {
    const clinic = sampleClinic(NOW);
    const policy = { version: 1, ...clinic.controller.policy };
    // 10:00 in Rome is 04:00 in New York, where Viola is.
    const row = clinic.appointments.find(({ appointmentId }) => appointmentId === 'A-1008');
    expect(inQuietHours(NOW, ['America/New_York'], effectiveQuietHours(policy, 'appointment'))).toBe(true);
    expect(clinic.expected.reminder.find(({ rowId }) => rowId === row?.rowId)?.code).toBe('quietHours');
  });

  it('gives the same sample for the same instant', () => {
    expect(sampleClinic(NOW)).toEqual(sampleClinic(NOW));
    const { appointments, history } = sampleClinic(NOW);
    const reminded = appointments
      .filter(({ appointmentId }) => appointmentId === 'A-1020')
      .map(appointmentOf);
    expect(history.map(({ occurrence }) => occurrence)).toEqual(reminded.map(occurrenceOf));
  });
});
