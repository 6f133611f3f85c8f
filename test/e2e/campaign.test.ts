import { z } from 'zod/v4';
import type { SentMessage } from '../../simulator';
import { ClinicWorld } from './support/clinicWorld';
import { shown, catalogueText } from './support/patient';

jest.setTimeout(240_000);

const REPORT_TABLE = 'care_campaign_report_v1';
const ABROAD = 'marco';

let clinic: ClinicWorld;

beforeAll(async () => {
  clinic = await ClinicWorld.open();
  // Marco is where it is night now.
  await clinic.movesTo(ABROAD, 'America/New_York');
});

afterAll(() => clinic.close());

const messages = (): SentMessage[] => clinic.world.simulator.messages();
const phonesOf = (refs: readonly string[]): string[] => refs.map((ref) => clinic.patient(ref).contact.phone);
const textFor = (ref: string, key: string): string => catalogueText(key, clinic.patient(ref).contact);

async function report(): Promise<Record<string, number>> {
  const rows = await clinic.world.rows(REPORT_TABLE);
  return Object.fromEntries(rows.map(({ code, people }) => [String(code), Number(people)]));
}

/** People of the registry whom the filter or the gate leaves out, by the reason that comes first. */
function leftOut(): Record<string, number> {
  const { contacts, prevention } = clinic.world.clinic;
  const known = contacts.filter(
    ({ consents, ref }) => consents.length > 0 && !prevention.reached.includes(ref),
  );
  const counts: Record<string, number> = {};
  for (const { area, tags, agreed, special, verification } of known) {
    const code = !prevention.filter.areas?.includes(area)
      ? 'otherArea'
      : !tags.includes('prevention')
        ? 'noInterest'
        : special === 'stopped'
          ? 'suppressed'
          : special === 'preventionWithdrawn'
            ? 'consentWithdrawn'
            : !agreed.includes('prevention')
              ? 'noConsent'
              : verification === null
                ? 'notVerified'
                : 'unexplained';
    counts[code] = (counts[code] ?? 0) + 1;
  }
  return counts;
}

/** What a user does in the editor: opens WhatsApp Send and switches Dry Run off. */
async function switchDryRunOff(): Promise<void> {
  const { n8n } = clinic.world;
  const id = clinic.world.workflow('prevention-campaign');
  const { nodes } = await n8n.workflows.get(id);
  const Sending = z.looseObject({ options: z.looseObject({ dryRun: z.literal(true) }) });
  const changed = nodes.map((node) => {
    if (node.name !== 'WhatsApp Send') return node;
    const parameters = Sending.parse(node.parameters);
    return { ...node, parameters: { ...parameters, options: { ...parameters.options, dryRun: false } } };
  });
  await n8n.workflows.update(id, { nodes: changed });
}

const start = () => clinic.run('prevention-campaign', 'Start the Campaign');

describe('the prevention campaign', () => {
  it('sends nothing as it comes, and counts whom it would leave out and why', async () => {
    const run = await start();
    expect(run.errors).toEqual({});
    expect(messages()).toEqual([]);
    const { reached } = clinic.world.clinic.prevention;
    expect(await report()).toEqual({ ...leftOut(), dryRun: reached.length - 1, quietHours: 1 });
  });

  it('reaches those with consent, interest and area, by day, and once', async () => {
    await switchDryRunOff();
    await start();
    await start();
    const reached = clinic.world.clinic.prevention.reached.filter((ref) => ref !== ABROAD);
    expect(
      messages()
        .map(({ person }) => person)
        .sort(),
    ).toEqual(phonesOf(reached).sort());
    for (const { template } of messages()) expect(template?.name).toBe('care_prevention_invitation_v1');
  });

  it('asks for the location after a yes, and hands the choice to the staff', async () => {
    const giulia = clinic.patient('giulia');
    const questions = await giulia.hears({ button: 'Sì, grazie' });
    expect(shown(questions)).toEqual([textFor('giulia', 'prevention_location')]);
    const rows = questions[0]?.content.list?.sections.flatMap((section) => section.rows) ?? [];
    expect(rows.map(({ title }) => title)).toEqual(
      clinic.world.clinic.controller.locations.map(({ name }) => name),
    );

    const milano = rows.find(({ title }) => title === 'Aurora Milano');
    expect(shown(await giulia.hears({ rowId: milano?.id ?? '' }))).toEqual([
      textFor('giulia', 'prevention_booked'),
    ]);
    expect(await clinic.task('other', 'giulia')).toMatchObject({ state: 'open', about: 'autumn-prevention' });
  });

  it('answers a no, and opens no task', async () => {
    expect(shown(await clinic.patient('elena').hears({ button: 'No, grazie' }))).toEqual([
      textFor('elena', 'prevention_declined'),
    ]);
    const contactRef = await clinic.contactRef('elena');
    expect((await clinic.tasks()).filter((task) => task.contactRef === contactRef)).toEqual([]);
  });
});

describe('the survey of the day after', () => {
  it('asks whoever agreed to it, once, and tells of each other row why not', async () => {
    const { survey } = clinic.expected();
    const before = messages().length;
    const run = await clinic.run('satisfaction-survey');
    expect(run.errors).toEqual({});
    expect(await clinic.outcomes(survey, run)).toEqual(
      survey.map(({ rowId, stage, code }) => `${rowId} ${String(stage)} ${code}`),
    );
    const asked = survey.filter(({ code }) => code === 'sent').map(({ rowId }) => clinic.row(rowId));
    const wanted = phonesOf(asked.map(({ patientRef }) => patientRef.replace('P-', '')));
    const newly = (): SentMessage[] => messages().slice(before);
    expect(
      newly()
        .map(({ person }) => person)
        .sort(),
    ).toEqual(wanted.sort());
    expect(new Set(newly().map(({ template }) => template?.name))).toEqual(new Set(['care_survey_score_v1']));

    await clinic.run('satisfaction-survey');
    expect(newly()).toHaveLength(wanted.length);
  });
});
