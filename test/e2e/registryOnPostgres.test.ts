import { Client } from 'pg';
import { startPostgres, type TestPostgres } from '../support/postgres';
import { ClinicWorld } from './support/clinicWorld';
import { disagreements, reminderRows } from './support/cohort';
import { credentialFor } from './support/registryServer';

jest.setTimeout(300_000);

let server: TestPostgres;
let clinic: ClinicWorld;
let fields: ReturnType<typeof credentialFor>;

beforeAll(async () => {
  server = await startPostgres();
  fields = credentialFor(server.url);
  clinic = await ClinicWorld.open({ registry: fields });
});

afterAll(() => clinic.close());
afterAll(() => server.stop());

const messages = () => clinic.world.simulator.messages();
const runNow = () =>
  clinic.world.n8n.run(clinic.world.workflow('appointment-reminder'), { trigger: 'Run Now' });

/** What the Test button of a credential says that differs from the right one in this. */
async function testOf(change: Record<string, unknown>) {
  const { credentials } = clinic.world.n8n;
  const data = { ...fields, ...change };
  const { id } = await credentials.create('Another', 'careCampaignRegistryApi', data);
  return credentials.test(id);
}

describe('the credential', () => {
  it('works, and the test says what the registry holds', async () => {
    const { careCampaignRegistryApi } = await clinic.world.credentials();
    expect(await clinic.world.n8n.credentials.test(careCampaignRegistryApi?.id ?? '')).toEqual({
      status: 'OK',
      message: 'The registry is open; it holds 1 controller for this credential',
    });
  });

  it.each([
    ['a wrong password', { password: 'guessed' }, 'registryAccessDenied'],
    ['a port where nobody listens', { port: 1 }, 'registryUnreachable'],
    ['another secret key', { secretKey: 'another-secret-key-that-is-long-enough' }, 'registryWrongKey'],
    ['a server without SSL', { ssl: 'verify' }, 'registryUnreachable'],
  ])('is told in plain words of %s', async (_what, change, code) => {
    const { status, message } = await testOf(change);
    expect({ status, message }).toEqual({
      status: 'Error',
      message: expect.stringMatching(new RegExp(`^[A-Z][^{}]{20,}\\. \\(${code}\\)$`)) as string,
    });
    for (const value of Object.values(change)) expect(message).not.toContain(String(value));
  });
});

describe('the shipped reminder', () => {
  it('sends each due reminder once', async () => {
    const { reminder } = clinic.expected();
    const first = await clinic.run('appointment-reminder');
    expect(await clinic.outcomes(reminder, first)).toEqual(
      reminder.map(({ rowId, stage, code }) => `${rowId} ${String(stage)} ${code}`),
    );
    expect(disagreements(await reminderRows(clinic), messages())).toEqual([]);
  });

  it('sends nothing when it is run again', async () => {
    const before = messages().length;
    await clinic.run('appointment-reminder');
    expect(messages()).toHaveLength(before);
  });

  it('sends nothing without the server, says so, and works again with it without a restart of n8n', async () => {
    await clinic.book(['marco', 'sofia'], 'D');
    const before = messages().length;

    await server.halt('SIGINT');
    const down = await runNow();
    expect(down.status).toBe('error');
    expect(Object.values(down.errors).join()).toContain('registryUnreachable');
    expect(messages()).toHaveLength(before);

    await server.start();
    await clinic.run('appointment-reminder');
    const phones = messages()
      .slice(before)
      .map(({ person }) => person);
    const wanted = ['marco', 'sofia'].map((ref) => clinic.patient(ref).contact.phone);
    expect(phones.sort()).toEqual(wanted.sort());
    expect(disagreements(await reminderRows(clinic), messages())).toEqual([]);
  });
});

describe('what the server holds', () => {
  it('shows no number of the sample', async () => {
    const client = new Client({ connectionString: server.url });
    await client.connect();
    try {
      const tables = await client.query<{ name: string }>(
        "select table_name as name from information_schema.tables where table_schema = 'carecampaign'",
      );
      const texts: string[] = [];
      for (const { name } of tables.rows)
        texts.push(JSON.stringify((await client.query(`select * from carecampaign.${name}`)).rows));
      const all = texts.join('\n');
      expect(all).toContain('appointment_reminder_48h');
      const shown = clinic.world.clinic.phones.filter(({ phone }) => all.includes(phone.slice(3)));
      expect(shown).toEqual([]);
    } finally {
      await client.end();
    }
  });
});
