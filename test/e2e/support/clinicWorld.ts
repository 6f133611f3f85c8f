import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import getPort from 'get-port';
import { occurrenceOf, parseStart, type Task } from '../../../core';
import { expectationsAt } from '../../../demo/sample/expected';
import type { SampleExpectation, SampleRow } from '../../../demo/sample';
import { APPOINTMENTS_TABLE, LEFT_OUT_TABLE, World, type WorldOptions } from '../../../demo/world';
import type { Item, ManualRun } from '../../../tools/n8n';
import { tuesdayMorning } from '../../support/clock';
import { eventually } from './eventually';
import { Patient } from './patient';

/** The sample clinic in a real n8n of its own, on a Tuesday morning, with what tests ask it. */
export class ClinicWorld {
  private constructor(
    readonly world: World,
    readonly now: () => number,
    private readonly home: string,
  ) {}

  /** Only the inbox listens by itself: schedules would run in between. */
  static async open({ env, registry }: Pick<WorldOptions, 'env' | 'registry'> = {}): Promise<ClinicWorld> {
    const tarball = process.env.CARECAMPAIGN_PACKED;
    if (tarball === undefined) throw new Error('The package was not packed: run this with the project e2e.');
    const home = mkdtempSync(path.join(tmpdir(), 'carecampaign-e2e-'));
    const clock = tuesdayMorning();
    const world = await World.open({
      home,
      n8nPort: await getPort(),
      simulatorPort: await getPort(),
      root: process.cwd(),
      tarball,
      env: { ...clock.env, ...env },
      publish: ['inbox'],
      clock,
      ...(registry ? { registry } : {}),
    });
    return new ClinicWorld(world, () => clock.now(), home);
  }

  async close(): Promise<void> {
    await this.world.close();
    rmSync(this.home, { recursive: true });
  }

  get key(): string {
    return this.world.clinic.controller.key;
  }

  patient(ref: string): Patient {
    const contact = this.world.clinic.contacts.find((one) => one.ref === ref);
    if (!contact) throw new Error(`The sample has no person "${ref}"`);
    return new Patient(this.world.simulator, contact);
  }

  /** Runs a workflow by hand, as a user would, and waits until Meta's statuses are in. */
  async run(name: Parameters<World['workflow']>[0], trigger = 'Run Now'): Promise<ManualRun> {
    const run = await this.world.n8n.run(this.world.workflow(name), { trigger });
    if (run.status !== 'success') throw new Error(`${name} ended with ${run.status}: ${errorsOf(run)}`);
    await this.world.simulator.webhooksIdle();
    return run;
  }

  /** What the first run does at this instant, as the sample says. */
  expected(): ReturnType<typeof expectationsAt> {
    const { appointments, controller } = this.world.clinic;
    return expectationsAt(this.now(), appointments, { version: 1, ...controller.policy });
  }

  /** What became of each row: the stage and `sent`, or the code that the registry or the tables give. */
  async outcomes(
    rows: readonly Pick<SampleExpectation, 'rowId' | 'stage'>[],
    run: ManualRun,
  ): Promise<string[]> {
    const notDue = codesByRow(run.outputs['Due Reminders']?.[4] ?? []);
    const leftOut = await this.leftOut();
    const outbox = await this.world.withRegistry((registry) =>
      registry.outbox.list(this.key, { kind: 'reminder' }),
    );
    return rows.map(({ rowId, stage }) => {
      const occurrence = occurrenceOfRow(this.row(rowId));
      const sent = outbox.find((one) => one.occurrence === occurrence && one.stage === stage);
      const reached = sent && sent.state !== 'refused' ? (sent.code ?? 'sent') : undefined;
      const code = notDue.get(rowId) ?? leftOut.get(`${occurrence}|${String(stage)}`) ?? reached;
      return `${rowId} ${String(stage)} ${code ?? 'nothing'}`;
    });
  }

  row(rowId: string): SampleRow {
    const row = this.world.clinic.appointments.find((one) => one.rowId === rowId);
    if (!row) throw new Error(`The sample has no ${rowId}`);
    return row;
  }

  /** Codes of the table "who was left out", by its key. */
  async leftOut(): Promise<Map<string, string>> {
    const rows = await this.world.rows(LEFT_OUT_TABLE);
    return new Map(rows.map(({ leftOutKey, code }) => [String(leftOutKey), String(code)]));
  }

  /** `row id: status` of the clinic's own table. */
  async statuses(): Promise<Map<string, unknown>> {
    const rows = await this.world.rows(APPOINTMENTS_TABLE);
    return new Map(rows.map(({ rowId, status }) => [String(rowId), status]));
  }

  /** Books one more appointment for each of these people, due for its first reminder; answers with their ids. */
  async book(refs: readonly string[], prefix: string): Promise<string[]> {
    const tables = await this.world.n8n.dataTables.list();
    const table = tables.find(({ name }) => name === APPOINTMENTS_TABLE);
    const [example] = this.world.clinic.appointments;
    if (!table || !example) throw new Error('The sample has no appointments');
    const startsAt = new Date(this.now() + 30 * 3_600_000).toISOString();
    const rows = refs.map((ref) => {
      const id = `${prefix}-${ref}`;
      const { phone, language } = this.patient(ref).contact;
      return { ...example, rowId: id, appointmentId: id, startsAt, endsAt: '', phone, language };
    });
    await this.world.n8n.dataTables.insert(table.id, rows);
    return rows.map(({ appointmentId }) => appointmentId);
  }

  /** The desk notes that a person now lives in another zone. */
  async movesTo(ref: string, zone: string): Promise<void> {
    const [consent] = this.patient(ref).contact.consents;
    if (!consent) throw new Error(`${ref} has no consent to renew`);
    const row = { ...consent, kind: 'renewed', occurredAt: this.now(), profile: { zone } } as const;
    const [result] = await this.world.withRegistry((registry) =>
      registry.consent.record(this.key, [row], 'e2e'),
    );
    if (!result?.ok) throw new Error(`The registry refused: ${result?.code ?? 'nothing'}`);
  }

  tasks(): Promise<Task[]> {
    return this.world.withRegistry((registry) => registry.desk.listTasks(this.key, { limit: 500 }));
  }

  /** The one task of this kind that this person's words opened; waits for it. */
  async task(kind: Task['kind'], ref: string): Promise<Task> {
    const contactRef = await this.contactRef(ref);
    const ofPerson = async (): Promise<Task[]> =>
      (await this.tasks()).filter((task) => task.kind === kind && task.contactRef === contactRef);
    const [task, ...more] = await eventually(ofPerson, (tasks) => tasks.length > 0);
    if (!task || more.length > 0) throw new Error(`${1 + more.length} tasks of kind ${kind} instead of one`);
    return task;
  }

  async contactRef(ref: string): Promise<string | null> {
    return (await this.mayContact(ref)).contactRef;
  }

  /** The gate's answer to "may this person get this purpose now". */
  async mayContact(
    ref: string,
    purpose: 'appointment' | 'survey' | 'prevention' | 'events' = 'appointment',
  ): Promise<{ code: string; contactRef: string | null; eventId: string | null }> {
    const { phone } = this.patient(ref).contact;
    const [decision] = await this.world.withRegistry((registry) =>
      registry.consent.mayContact(this.key, [{ person: { phone }, purpose }]),
    );
    if (!decision) throw new Error('The registry gave no decision');
    return decision;
  }
}

const errorsOf = (run: ManualRun): string => JSON.stringify(run.errors);

function codesByRow(items: readonly Item[]): Map<string, string> {
  return new Map(
    items.map(({ json }) => {
      const { refusal } = json.care as { refusal: { code: string } };
      return [String(json.rowId), refusal.code];
    }),
  );
}

export function occurrenceOfRow({ appointmentId, startsAt, zone }: SampleRow): string {
  const start = parseStart(startsAt, zone);
  if (!start.ok) throw new Error(`${appointmentId} has no start`);
  return occurrenceOf({ id: appointmentId, startsAt: start.at, status: 'booked' });
}
