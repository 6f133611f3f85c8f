import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { ClinicWorld } from './support/clinicWorld';
import { eventually } from './support/eventually';
import { filesBelow, found, needlesOf } from './support/needles';

jest.setTimeout(300_000);

/** A person of the registry and of the simulator only: no table of n8n holds the number. */
const PHONE = '+442079460816';
/** In no dictionary, so that nothing else can bring it. The letter with an accent is escaped in some spellings. */
const WORD = 'quarzopillò';
const WORDS = `Ho dolore al petto ${WORD}`;
/** Without plus, and without country code: that is in every way of writing the number. */
const NEEDLES = [...needlesOf(WORD), ...needlesOf(PHONE.slice(1)), ...needlesOf(PHONE.slice(3))];
/** Long enough to read all files while the answer is under way. */
const LATENCY_MS = 8_000;

let clinic: ClinicWorld;
let contactRef: string;
let n8nFolder: string;

beforeAll(async () => {
  clinic = await ClinicWorld.open();
  n8nFolder = clinic.world.home.n8nFolder;
  clinic.world.simulator.addPersons([{ phone: PHONE, name: 'Planted Person', language: 'it' }]);
  contactRef = await plantContact();
});

afterAll(() => clinic.close());

function plantContact(): Promise<string> {
  const [example] = clinic.world.clinic.contacts.flatMap(({ consents }) => consents);
  if (!example) throw new Error('The sample has no consents');
  const { key } = clinic;
  return clinic.world.withRegistry(async (registry) => {
    const person = { phone: PHONE };
    const profile = { language: 'it', zone: 'Europe/Rome' };
    const [result] = await registry.consent.record(key, [{ ...example, person, profile }], 'e2e');
    if (!result?.ok) throw new Error('The planted consent was refused');
    return result.contactRef;
  });
}

const files = (): string[] => filesBelow(n8nFolder);
const database = (): string[] => files().filter((file) => path.basename(file).startsWith('database.sqlite'));

const writes = (): Promise<void> => {
  clinic.world.simulator.reply({ person: PHONE, text: WORDS });
  return clinic.world.simulator.webhooksIdle();
};

const received = () => clinic.world.simulator.messages().filter(({ person }) => person === PHONE);

/** The pseudonym is in the item that n8n keeps while a run is on: reading it shows that we look in the right place. */
const itemIsStored = (): boolean => found(database(), needlesOf(contactRef)).length > 0;

async function answerUnderWay(): Promise<void> {
  clinic.world.simulator.setFaults({ latencyMs: LATENCY_MS });
  await writes();
  const inbox = clinic.world.workflow('inbox');
  const running = async (): Promise<boolean> => {
    const executions = await clinic.world.n8n.executions.list({ workflowId: inbox });
    const calls = await clinic.world.withRegistry((registry) =>
      registry.outbox.list(clinic.key, { states: ['calling'] }),
    );
    return executions.some(({ status }) => status === 'running') && calls.length > 0;
  };
  expect(await eventually(running, Boolean, 60_000)).toBe(true);
}

describe('words and number of a patient', () => {
  it('are found by this test where they lie in the clear', () => {
    const simulator = [clinic.world.home.simulatorFile];
    expect(found(simulator, needlesOf(PHONE.slice(1)))).toContain('simulator.json: as it is');
    expect(files().map((file) => path.basename(file))).toEqual(
      expect.arrayContaining(['database.sqlite', 'database.sqlite-wal', 'n8n.log', 'registry.sqlite']),
    );
  });

  it('are in no file while the run that answers them is on', async () => {
    await answerUnderWay();
    expect(itemIsStored()).toBe(true);
    expect(found(files(), NEEDLES)).toEqual([]);
    expect(received()).toEqual([]);
  });

  it('are in no file after the run, and the patient has the emergency text', async () => {
    const answers = await eventually(received, (messages) => messages.length > 0, 60_000);
    clinic.world.simulator.setFaults({ latencyMs: 0 });
    await clinic.world.simulator.webhooksIdle();
    expect(answers[0]?.content.body).toContain('112');
    expect(found(files(), NEEDLES)).toEqual([]);
  });

  it('leave no execution to look at: what n8n still holds of it waits for its purge', async () => {
    await eventually(keptData, (rows) => rows.length === 0, 60_000);
    expect(keptData()).toEqual([]);
    expect(await clinic.world.n8n.executions.list()).toEqual([]);
  });

  it('are in no file after a kill -9 in the middle of an answer, nor after the next start', async () => {
    await answerUnderWay();
    await clinic.world.n8n.kill9();
    expect(found(files(), NEEDLES)).toEqual([]);
    clinic.world.simulator.setFaults({ latencyMs: 0 });
    await clinic.world.restartN8n();
    await clinic.world.simulator.webhooksIdle();
    expect(found(files(), NEEDLES)).toEqual([]);
  });

  it('can be read by a named person at the desk, and only there', async () => {
    const tasks = await clinic.tasks();
    const task = tasks.find((one) => one.kind === 'emergency' && one.contactRef === contactRef);
    const entries = await clinic.world.withRegistry((registry) =>
      registry.desk.read(clinic.key, task?.conversationId ?? '', 'Desk Person', 'e2e'),
    );
    expect(entries.filter(({ direction }) => direction === 'in').map(({ text }) => text)).toEqual([
      WORDS,
      WORDS,
    ]);
    expect(found(files(), NEEDLES)).toEqual([]);
  });
});

/** Executions of which n8n's database holds items and that are not deleted. `[]` is what it writes for none. */
function keptData(): unknown[] {
  const db = new DatabaseSync(path.join(n8nFolder, '.n8n', 'database.sqlite'), { readOnly: true });
  try {
    return db
      .prepare(
        `select e.id, e.mode, e.status, length(d.data) as bytes
         from execution_entity e join execution_data d on d.executionId = e.id
         where length(d.data) > 2 and e.deletedAt is null`,
      )
      .all();
  } finally {
    db.close();
  }
}
