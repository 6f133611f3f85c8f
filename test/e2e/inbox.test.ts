import { readFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import path from 'node:path';
import { defaultRegistryPath } from '../../core';
import type { SentMessage } from '../../simulator';
import { ClinicWorld } from './support/clinicWorld';
import { eventually } from './support/eventually';
import { post } from './support/forgery';
import { shown, catalogueText } from './support/patient';

jest.setTimeout(240_000);

let clinic: ClinicWorld;

beforeAll(async () => {
  clinic = await ClinicWorld.open();
  await clinic.run('appointment-reminder');
});

afterAll(() => clinic.close());

/** Everything that words from outside could change. */
async function everything(): Promise<Record<string, unknown>> {
  // Statuses of earlier messages are still on their way.
  await clinic.world.simulator.webhooksIdle();
  const file = defaultRegistryPath(path.join(clinic.world.home.n8nFolder, '.n8n'));
  const registry = new DatabaseSync(file, { readOnly: true });
  const count = (table: string): unknown => registry.prepare(`SELECT count(*) AS n FROM ${table}`).get()?.n;
  try {
    const tables = ['contacts', 'suppressions', 'consent_events', 'conversation_entries'];
    return {
      ...Object.fromEntries(tables.map((table) => [table, count(table)])),
      heard: count("inbound_events WHERE kind = 'message'"),
      tasks: await clinic.tasks(),
      statuses: await clinic.statuses(),
      messages: clinic.world.simulator.messages().length,
    };
  } finally {
    registry.close();
  }
}

/** The answers that are in the chat are all that come: another person's later message was answered in between. */
async function quiesced(): Promise<void> {
  await clinic.patient('rosa').hears({ text: 'HELP' });
}

const statusOf = async (appointmentId: string): Promise<unknown[]> => {
  const statuses = await clinic.statuses();
  const rows = clinic.world.clinic.appointments.filter((row) => row.appointmentId === appointmentId);
  return rows.map(({ rowId }) => statuses.get(rowId));
};

const textFor = (ref: string, key: string): string => catalogueText(key, clinic.patient(ref).contact);

describe('a tap on "Move"', () => {
  it('marks that appointment alone, answers neutrally and opens a task', async () => {
    const before = await clinic.statuses();
    const answers = await clinic.patient('giulia').hears({ button: 'Sposto' });
    expect(shown(answers)).toEqual([textFor('giulia', 'appointment_move_noted')]);
    expect(await clinic.task('reschedule', 'giulia')).toMatchObject({ state: 'open', about: 'A-1001' });

    // The row and its duplicate.
    const marked = await eventually(
      () => statusOf('A-1001'),
      (statuses) => statuses.every((status) => status === 'moveRequested'),
    );
    expect(marked).toEqual(['moveRequested', 'moveRequested']);
    const changed = [...(await clinic.statuses())].filter(([rowId, status]) => before.get(rowId) !== status);
    expect(changed.map(([rowId]) => clinic.row(rowId).appointmentId)).toEqual(['A-1001', 'A-1001']);
  });
});

describe('two open appointments', () => {
  it('are asked about after a bare "1"; the chosen one is confirmed and no other', async () => {
    const nadia = clinic.patient('nadia');
    const before = await clinic.statuses();
    const [question, ...more] = await nadia.hears({ text: '1' });
    await quiesced();
    expect(shown([question!, ...more])).toEqual([textFor('nadia', 'which_appointment')]);
    expect(await clinic.statuses()).toEqual(before);

    const rows = question?.content.list?.sections.flatMap((section) => section.rows) ?? [];
    expect(rows).toHaveLength(2);
    const outbox = await clinic.world.withRegistry((registry) =>
      registry.outbox.list(clinic.key, { kind: 'reminder' }),
    );
    const reminder = outbox.find(({ occurrence }) => occurrence.startsWith('A-1010@'));
    const row = rows.find(({ id }) => reminder && id.includes(reminder.id));
    expect(shown(await nadia.hears({ rowId: row?.id ?? '' }))).toEqual([
      textFor('nadia', 'appointment_confirmed'),
    ]);
    const confirmed = await eventually(
      () => statusOf('A-1010'),
      ([status]) => status === 'confirmed',
    );
    expect(confirmed).toEqual(['confirmed']);
    const changed = [...(await clinic.statuses())].filter(([rowId, status]) => before.get(rowId) !== status);
    expect(changed).toHaveLength(1);
  });
});

describe.each([
  ['marco', 'STOP'],
  ['elena', 'non scrivetemi più'],
])('%s writes "%s"', (ref, words) => {
  const confirmations = (): SentMessage[] =>
    clinic
      .patient(ref)
      .received()
      .filter((message) => shown([message]).includes(textFor(ref, 'opt_out_confirmation')));

  it('and the gate is shut before the webhook is answered, for every purpose', async () => {
    expect(await clinic.mayContact(ref)).toMatchObject({ code: 'ok' });
    await clinic.patient(ref).says({ text: words });
    expect(await clinic.mayContact(ref)).toMatchObject({ code: 'suppressed' });
    expect(await clinic.mayContact(ref, 'survey')).toMatchObject({ code: 'suppressed' });
    expect(await clinic.mayContact(ref, 'prevention')).toMatchObject({ code: 'suppressed' });
  });

  it('and gets one confirmation, however often it is said', async () => {
    expect(await eventually(confirmations, ({ length }) => length > 0)).toHaveLength(1);
    const before = await clinic.leftOut();
    await clinic.patient(ref).says({ text: words });
    // The run of the second one ends in the table of what was not answered.
    const told = await eventually(
      async () => [...(await clinic.leftOut())].filter(([key]) => !before.has(key)),
      ({ length }) => length > 0,
    );
    expect(told.map(([, code]) => code)).toEqual(['optOutAlreadyConfirmed']);
    expect(confirmations()).toHaveLength(1);
  });

  it('and the next run leaves the person out, with the reason', async () => {
    const [id = ''] = await clinic.book([ref], 'S');
    const before = clinic.patient(ref).received().length;
    await clinic.run('appointment-reminder');
    expect(clinic.patient(ref).received()).toHaveLength(before);
    const told = [...(await clinic.leftOut())].filter(([key]) => key.startsWith(`${id}@`));
    expect(told.map(([, code]) => code)).toEqual(['suppressed']);
  });
});

describe('a rating', () => {
  it('of 2 is apologised for and opens a task for the manager', async () => {
    const answers = await clinic.patient('ilaria').hears({ text: '2' });
    expect(shown(answers)).toEqual([textFor('ilaria', 'survey_apology')]);
    expect(await clinic.task('lowScore', 'ilaria')).toMatchObject({ state: 'open', about: 'A-1029' });
  });

  it('of 5 gets the link to write a review, and no task', async () => {
    const [answer, ...more] = await clinic.patient('annika').hears({ text: '5' });
    await quiesced();
    expect(more).toEqual([]);
    expect(shown([answer!])).toEqual([textFor('annika', 'review_request')]);
    expect(answer?.content.buttons).toEqual([
      { kind: 'url', text: expect.any(String), url: 'https://www.aurora.example/review' },
    ]);
    const contactRef = await clinic.contactRef('annika');
    expect((await clinic.tasks()).filter((task) => task.contactRef === contactRef)).toEqual([]);
  });
});

describe('"START", then "B"', () => {
  it('brings the menu, then the tag and a consent that the message proves', async () => {
    const paolo = clinic.patient('paolo');
    const person = { phone: paolo.contact.phone };
    const tags = (): Promise<string[]> =>
      clinic.world.withRegistry((registry) => registry.tags.get(clinic.key, person));
    expect(await tags()).toEqual(['prevention']);
    expect(await clinic.mayContact('paolo', 'events')).toMatchObject({ code: 'noConsent' });

    const answers = await paolo.hears({ text: 'START' }, 2);
    expect(shown(answers)).toContain(textFor('paolo', 'preference_menu'));
    expect(shown(await paolo.hears({ text: 'B' }))).toEqual([textFor('paolo', 'preference_saved')]);

    expect(await tags()).toEqual(['events', 'prevention']);
    const decision = await clinic.mayContact('paolo', 'events');
    expect(decision).toMatchObject({ code: 'ok', eventId: expect.any(String) });
    const audit = await clinic.world.withRegistry((registry) => registry.audit.list(clinic.key, 500));
    const changes = audit.filter(({ action }) => action === 'preferences.set');
    expect(changes).toEqual([
      expect.objectContaining({
        object: `contact:${String(decision.contactRef)}`,
        actor: expect.stringMatching(/^workflow:/),
        details: expect.objectContaining({ added: 1, event: expect.any(String) }),
      }),
    ]);
  });
});

describe('"Ho dolore al petto"', () => {
  it('gets the emergency text and a hand-over; a named person can read it, on record', async () => {
    const answers = await clinic.patient('chiara').hears({ text: 'Ho dolore al petto' }, 2);
    expect(shown(answers).sort()).toEqual(
      [textFor('chiara', 'emergency'), textFor('chiara', 'hand_over')].sort(),
    );

    const { conversationId } = await clinic.task('emergency', 'chiara');
    const person = 'Dr. Anna Example';
    const [entries, audit] = await clinic.world.withRegistry(async (registry) => [
      await registry.desk.read(clinic.key, conversationId ?? '', person, 'e2e'),
      await registry.audit.list(clinic.key, 500),
    ]);
    expect(entries.filter(({ direction }) => direction === 'in').map(({ text }) => text)).toEqual([
      'Ho dolore al petto',
    ]);
    const reads = audit.filter(({ action }) => action === 'conversation.read');
    expect(reads).toEqual([
      expect.objectContaining({ object: `conversation:${String(conversationId)}`, details: { person } }),
    ]);
  });
});

describe('a webhook', () => {
  it('with a wrong signature gets 401 and changes nothing', async () => {
    const { phone: from } = clinic.patient('oliver').contact;
    const before = await everything();
    const answer = await post(clinic, { id: 'wamid.forged', from, text: 'STOP', appSecret: 'guessed' });
    expect(answer.status).toBe(401);
    expect(await everything()).toEqual(before);
    expect(await clinic.mayContact('oliver')).toMatchObject({ code: 'ok' });
  });

  it('for a number that nobody registered is refused loudly and changes nothing', async () => {
    const { phone: from } = clinic.patient('oliver').contact;
    const before = await everything();
    const stray = { id: 'wamid.stray', from, text: 'STOP', phoneNumberId: '100000000000009' };
    expect(await post(clinic, stray)).toEqual({ status: 404, text: 'senderUnknown' });
    expect(await everything()).toEqual(before);
    expect(readFileSync(clinic.world.n8n.logFile, 'utf8')).toContain('refused a request: senderUnknown');
  });

  it('that comes twice does its work once', async () => {
    const oliver = clinic.patient('oliver');
    const before = oliver.received().length;
    const heard = Number((await everything()).heard);
    const request = { id: 'wamid.twice', from: oliver.contact.phone, text: 'Can I talk to a person?' };
    expect((await post(clinic, request)).status).toBe(200);
    await clinic.task('person', 'oliver');
    expect((await post(clinic, request)).status).toBe(200);
    expect((await everything()).heard).toBe(heard + 1);

    await quiesced();
    expect(shown(oliver.received().slice(before))).toEqual([textFor('oliver', 'hand_over')]);
    await clinic.task('person', 'oliver');
  });
});
