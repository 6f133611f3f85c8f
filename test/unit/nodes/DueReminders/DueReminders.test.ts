import type { IDataObject } from 'n8n-workflow';
import { DueReminders } from '../../../../nodes/DueReminders/DueReminders.node';
import { registryFor } from '../../../../nodes/shared/registry';
import { executeFunctions, jsonOf, type FakeRun } from '../../../support/executeFunctions';
import { auroraParameter, auroraRegistry } from '../../../support/nodeRegistry';

jest.mock('../../../../nodes/shared/registry');

const NOW = new Date('2026-11-03T09:00:00Z');

const parameters = {
  controller: auroraParameter,
  idField: 'id',
  startField: 'start',
  statusField: 'status',
  zoneField: 'zone',
  stages: ['reminder48h', 'logistics24h', 'experience2h', 'survey1d'],
  options: {},
};

async function run(items: IDataObject[], done: readonly string[] = [], given: FakeRun = {}) {
  const asked: string[][] = [];
  jest.mocked(registryFor).mockResolvedValue(
    auroraRegistry({
      outbox: {
        done: async (_key, _kind, occurrences) => {
          asked.push([...occurrences]);
          return new Set(done);
        },
      },
    }),
  );
  const context = executeFunctions({ ...given, items, parameters: { ...parameters, ...given.parameters } });
  return { outputs: await new DueReminders().execute.call(context), asked, hints: context.hints };
}

const codes = (items: IDataObject[] | undefined) =>
  items?.map(({ id, care }) => [id, (care as { refusal: { code: string } }).refusal.code]);

describe('Due Reminders', () => {
  beforeEach(() => jest.useFakeTimers({ now: NOW }));
  afterEach(() => jest.useRealTimers());

  it('says for each due message what it is about, and nothing of the person', async () => {
    const { outputs } = await run([{ id: 'A-1', start: '2026-11-05T09:30', phone: 'p', kid: 'S-1' }], [], {
      parameters: { options: { subjectField: 'kid' } },
    });
    expect(outputs).toEqual([
      [
        {
          json: {
            id: 'A-1',
            start: '2026-11-05T09:30',
            phone: 'p',
            kid: 'S-1',
            care: {
              controller: 'aurora',
              kind: 'reminder',
              occurrence: 'A-1@2026-11-05T08:30:00.000Z',
              stage: 'reminder48h',
              purpose: 'appointment',
              template: 'appointment_reminder_48h',
              about: 'A-1',
              at: '2026-11-05T08:30:00.000Z',
              zone: 'Europe/Rome',
              closesAt: '2026-11-04T07:30:00.000Z',
              subjectRef: 'S-1',
            },
          },
          pairedItem: { item: 0 },
        },
      ],
      [],
      [],
      [],
      [],
    ]);
  });

  it('has one output a stage, in a fixed order, and one for what is not due', async () => {
    const { outputs } = await run([
      { id: 1, start: '2026-11-05T09:30' },
      { id: 2, start: '2026-11-04T09:30' },
      { id: 3, start: '2026-11-03T07:30' },
      { id: 4, start: '2026-11-02T09:30' },
      { id: 5, start: '2026-12-24T09:30' },
    ]);
    expect(jsonOf(outputs).map((items) => items.map(({ id }) => id))).toEqual([[1], [2], [3], [4], [5]]);
    expect(new DueReminders().description.outputNames).toEqual([
      'Reminder (T-48h)',
      'Logistics (T-24h)',
      'Experience (T+2h)',
      'Survey (Day After)',
      'Not Due',
    ]);
  });

  it('loses no row: each one left out says why, and a hint counts them', async () => {
    const rows = [
      { id: 'gone', start: '2026-11-05T09:30', status: 'cancelled' },
      { id: 'moved', start: '2026-11-05T09:30', status: 'moveRequested' },
      { id: 'past', start: '2026-10-01T09:30' },
      { id: 'dateless', start: '2026-11-05' },
      { id: 'odd', start: '2026-11-05T09:30', status: 'xyzzy' },
      { start: '2026-11-05T09:30' },
      { id: 'nowhere', start: '2026-11-05T09:30', zone: 'Europe/Nowhere' },
      { id: 'far', start: '2026-12-24T09:30' },
      { id: 'twice', start: '2026-12-24T09:30' },
      { id: 'twice', start: '2026-12-24T09:30' },
    ];
    const { outputs, asked, hints } = await run(rows);
    const [, , , , notDue] = jsonOf(outputs);
    expect(
      new Map(
        codes(notDue)?.map(([id, code], index) => [`${typeof id === 'string' ? id : ''}/${index}`, code]),
      ),
    ).toEqual(
      new Map([
        ['gone/0', 'cancelled'],
        ['moved/1', 'moveRequested'],
        ['past/2', 'stageOver'],
        ['far/3', 'notDueYet'],
        ['twice/4', 'notDueYet'],
        ['twice/5', 'duplicateRow'],
        ['dateless/6', 'startWithoutTime'],
        ['odd/7', 'statusUnknown'],
        ['/8', 'noOccurrence'],
        ['nowhere/9', 'badZone'],
      ]),
    );
    expect(outputs.flat()).toHaveLength(rows.length);
    expect(asked).toEqual([]);
    expect(hints).toMatchObject([
      { message: expect.stringMatching(/^10 not due: 2 × notDueYet, 1 × badZone/) as string },
    ]);
  });

  it('offers nothing a second time, and a moved appointment anew', async () => {
    const done = ['A-1@2026-11-05T08:30:00.000Z\0reminder48h'];
    const same = await run([{ id: 'A-1', start: '2026-11-05T09:30' }], done);
    expect(same.asked).toEqual([['A-1@2026-11-05T08:30:00.000Z']]);
    expect(codes(jsonOf(same.outputs)[4])).toEqual([['A-1', 'alreadySent']]);
    const moved = await run([{ id: 'A-1', start: '2026-11-05T09:45' }], done);
    expect(moved.outputs[0]).toHaveLength(1);
  });

  it('sends no stage that is off', async () => {
    const { outputs } = await run([{ id: 1, start: '2026-11-05T09:30' }], [], {
      parameters: { stages: ['survey1d'] },
    });
    expect(outputs.map((items) => items.length)).toEqual([0, 0, 0, 0, 1]);
  });

  it('reads a start in the row’s own zone, and by default in the one chosen', async () => {
    const rows = [
      { id: 1, start: '2026-11-05T08:30', zone: 'Europe/Lisbon' },
      { id: 2, start: '2026-11-05T09:30' },
    ];
    const { outputs } = await run(rows, [], { parameters: { options: { defaultZone: 'Europe/Helsinki' } } });
    expect(jsonOf(outputs)[0]).toMatchObject([
      { care: { at: '2026-11-05T08:30:00.000Z', zone: 'Europe/Lisbon' } },
      { care: { at: '2026-11-05T07:30:00.000Z', zone: 'Europe/Helsinki' } },
    ]);
  });

  it('understands the clinic’s own words for a status', async () => {
    const statusWords = { words: [{ word: 'xyzzy', status: 'cancelled' }] };
    const { outputs } = await run([{ id: 1, start: '2026-11-05T09:30', status: 'Xyzzy' }], [], {
      parameters: { options: { statusWords } },
    });
    expect(codes(jsonOf(outputs)[4])).toEqual([[1, 'cancelled']]);
  });

  it('puts everything into Not Due when told to continue on failure', async () => {
    jest.mocked(registryFor).mockRejectedValue(new Error('down'));
    const context = executeFunctions({ items: [{ id: 1 }], parameters, continueOnFail: true });
    const outputs = await new DueReminders().execute.call(context);
    expect(outputs.map((items) => items.length)).toEqual([0, 0, 0, 0, 1]);
  });

  it('demands the name of the field that holds the appointment’s id', async () => {
    const context = executeFunctions({ items: [{}], parameters: { ...parameters, idField: '' } });
    await expect(new DueReminders().execute.call(context)).rejects.toMatchObject({
      description: expect.stringContaining('"Appointment ID Field"') as string,
    });
  });
});
