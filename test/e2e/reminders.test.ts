import { DateTime } from 'luxon';
import { getTemplate, type Language } from '../../core';
import type { SampleRow } from '../../demo/sample';
import { LEFT_OUT_TABLE } from '../../demo/world';
import type { SentMessage } from '../../simulator';
import type { ManualRun } from '../../tools/n8n';
import { ClinicWorld } from './support/clinicWorld';
import { shown } from './support/patient';

jest.setTimeout(240_000);

const PARENT = 'irene';
/** Messages that tell a time, by stage. */
const TIMED: Readonly<Record<string, string>> = {
  reminder48h: 'appointment_reminder_48h',
  logistics24h: 'appointment_logistics_24h',
};

let clinic: ClinicWorld;
let first: ManualRun;
let received: SentMessage[];

const messages = (): SentMessage[] => clinic.world.simulator.messages();
const messagesOf = ({ patientRef, subjectRef }: SampleRow): SentMessage[] =>
  clinic.patient(subjectRef === '' ? patientRef.replace('P-', '') : PARENT).received();
const setMode = (mode: 'test' | 'live'): Promise<void> =>
  clinic.world.withRegistry((registry) => {
    const { provider, phoneNumberId } = clinic.world.clinic.sender;
    return registry.senders.setMode(provider, phoneNumberId, mode, 'e2e');
  });

beforeAll(async () => {
  clinic = await ClinicWorld.open();
  first = await clinic.run('appointment-reminder');
  received = messages();
});

afterAll(() => clinic.close());

describe('the reminder run', () => {
  it('sends each due reminder and tells of each other row why not', async () => {
    const { reminder } = clinic.expected();
    expect(first.errors).toEqual({});
    expect(await clinic.outcomes(reminder, first)).toEqual(
      reminder.map(({ rowId, stage, code }) => `${rowId} ${String(stage)} ${code}`),
    );
  });

  it('sends one message for each of them, to the right phone, and no other', () => {
    const phones = new Map(clinic.world.clinic.contacts.map(({ ref, phone }) => [`P-${ref}`, phone]));
    // Whoever is not on WhatsApp is found out only by sending.
    const tried = clinic.expected().reminder.filter(({ code }) => ['sent', 'noWhatsApp'].includes(code));
    const wanted = tried.map(({ rowId }) => {
      const { patientRef, subjectRef } = clinic.row(rowId);
      return subjectRef === '' ? phones.get(patientRef) : clinic.patient(PARENT).contact.phone;
    });
    expect(received.map(({ person }) => person).sort()).toEqual(wanted.sort());
  });

  it('keeps a row for each refusal that somebody may want to know, with the reason in words', async () => {
    const silent = ['sent', 'noWhatsApp', 'notDueYet', 'stageOver', 'alreadySent'];
    const wanted = clinic.expected().reminder.filter(({ code }) => !silent.includes(code));
    const rows = await clinic.world.rows(LEFT_OUT_TABLE);
    const told = rows.map(({ appointmentId, code }) => `${String(appointmentId)} ${String(code)}`);
    expect(told.sort()).toEqual(
      wanted.map(({ rowId, code }) => `${clinic.row(rowId).appointmentId} ${code}`).sort(),
    );
    for (const { why } of rows) expect(why).toMatch(/^[A-Z].{15,}\.$/);
  });

  it('writes in the language of the person, with the time that the clock of the location shows', () => {
    const sent = clinic.expected().reminder.filter(({ code }) => code === 'sent');
    const timed = sent.flatMap(({ rowId, stage }) => {
      const template = TIMED[String(stage)];
      return template === undefined ? [] : [{ row: clinic.row(rowId), template }];
    });
    expect(new Set(timed.map(({ row }) => row.language))).toEqual(new Set(['it', 'de', 'en', 'es']));
    for (const { row, template } of timed) {
      const at = DateTime.fromISO(row.startsAt, { zone: row.zone });
      const told = new RegExp(`\\b${at.day}\\b.*\\b0?${at.toFormat('H:mm')}\\b`);
      const own = messagesOf(row).filter((message) => message.template?.name === `care_${template}_v1`);
      expect(own.map((message) => message.template?.language)).toContain(row.language);
      const [opening = ''] = getTemplate(template).texts[row.language as Language]?.body.split('{{') ?? [];
      const fitting = shown(own).filter((body) => body.startsWith(opening) && told.test(body));
      expect([row.rowId, fitting.length]).toEqual([row.rowId, 1]);
      expect(fitting[0]).toContain(row.location);
    }
  });

  it("writes about a child's appointment to the parent, without the child's name", () => {
    const [message, ...more] = clinic.patient(PARENT).received();
    expect(more).toEqual([]);
    expect(message?.content.body).toContain('Aurora Roma Centro');
    expect(message?.content.body).not.toContain('Leo');
  });

  it('lets nothing of the free-text column and no name out, and keeps no number in its own table', async () => {
    const { mustNotLeave, contacts, phones } = clinic.world.clinic;
    const said = JSON.stringify(received.map(({ request }) => request));
    const kept = JSON.stringify(await clinic.world.rows(LEFT_OUT_TABLE));
    expect(received.length).toBeGreaterThan(10);
    for (const word of mustNotLeave)
      expect([said.includes(word), kept.includes(word)]).toEqual([false, false]);
    for (const { firstName } of contacts) {
      const name = new RegExp(`(?<!\\p{L})${firstName}(?!\\p{L})`, 'u');
      expect([firstName, name.test(said), name.test(kept)]).toEqual([firstName, false, false]);
    }
    for (const { phone } of phones) expect(kept).not.toContain(phone.slice(4));
  });
});

describe('run again at once', () => {
  it('sends nothing more', async () => {
    await clinic.run('appointment-reminder');
    expect(messages()).toHaveLength(received.length);
  });
});

describe('what waited for the night to pass', () => {
  it('goes out with a later run, once', async () => {
    // Viola was in New York, where it is night; now she is back.
    expect(clinic.patient('viola').received()).toHaveLength(0);
    await clinic.movesTo('viola', 'Europe/Rome');
    await clinic.run('appointment-reminder');
    await clinic.run('appointment-reminder');
    expect(
      messages()
        .slice(received.length)
        .map(({ person }) => person),
    ).toEqual([clinic.patient('viola').contact.phone]);
  });
});

describe('a sender in Test', () => {
  it('reaches its test numbers only; the others follow once it is live', async () => {
    await setMode('test');
    const before = messages().length;
    const people = ['giulia', 'marco', 'sofia'];
    const newly = (): string[] =>
      messages()
        .slice(before)
        .map(({ person }) => person);
    const phonesOf = (refs: readonly string[]): string[] =>
      refs.map((ref) => clinic.patient(ref).contact.phone);

    const ids = await clinic.book(people, 'T');
    await clinic.run('appointment-reminder');
    expect(newly()).toEqual(phonesOf(['giulia']));
    const codes = [...(await clinic.leftOut())].filter(([key]) => ids.some((id) => key.startsWith(`${id}@`)));
    expect(codes.map(([, code]) => code)).toEqual(['testMode', 'testMode']);

    await setMode('live');
    await clinic.run('appointment-reminder');
    expect(newly().sort()).toEqual(phonesOf(people).sort());
  });
});
