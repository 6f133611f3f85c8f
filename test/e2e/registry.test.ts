import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { defaultRegistryPath } from '../../core';
import type { ManualRun } from '../../tools/n8n';
import { ClinicWorld } from './support/clinicWorld';
import { filesBelow, found, needlesOf } from './support/needles';
import { asking, itemsOf, runSteps, type Step } from './support/throwaway';

jest.setTimeout(240_000);

/** Known to the clinic's own software alone, until the workflow records it. */
const PHONE = '+442079460823';
/** In no dictionary, so that nothing else can bring it. */
const WORD = 'quarzopillò';
const PERSON = { phone: PHONE, formId: 'form-12', language: 'en', note: `wegen ${WORD} hier` };
const NEEDLES = [...needlesOf(WORD), ...needlesOf(PHONE.slice(1)), ...needlesOf(PHONE.slice(3))];

let clinic: ClinicWorld;
let software: Server;
let answers: string;

beforeAll(async () => {
  clinic = await ClinicWorld.open();
  software = createServer((_request, response) => {
    response.setHeader('Content-Type', 'application/json');
    response.end(JSON.stringify([PERSON]));
  });
  await new Promise<void>((resolve) => software.listen(0, '127.0.0.1', resolve));
  answers = `http://127.0.0.1:${(software.address() as AddressInfo).port}/`;
});

afterAll(async () => {
  await new Promise((resolve) => software.close(resolve));
  await clinic.close();
});

const record: Step = {
  name: 'Record',
  type: 'consentRegistry',
  parameters: {
    resource: 'consent',
    operation: 'record',
    personFrom: 'phone',
    phoneField: 'phone',
    purpose: 'appointment',
    kind: 'given',
    source: 'registration form',
    referenceField: 'formId',
    proof: {
      businessNamed: 'Poliambulatorio Aurora',
      language: 'en',
      privacyNoticeVersion: '2026-09',
      recordedBy: 'front desk',
      textShown: 'May we remind you of your appointments by WhatsApp?',
      textVersion: '3',
    },
    options: { languageField: 'language', verification: 'desk' },
  },
};
const ofPerson = (name: string, operation: string, parameters: Step['parameters'] = {}): Step => ({
  name,
  type: 'consentRegistry',
  parameters: { resource: 'person', operation, personFrom: 'phone', phoneField: 'phone', ...parameters },
});
const check = (name: string): Step => ({
  name,
  type: 'consentCheck',
  parameters: { personFrom: 'phone', phoneField: 'phone', purpose: 'appointment' },
});
const audit = (name: string, operation: string, parameters: Step['parameters'] = {}): Step => ({
  name,
  type: 'auditTrail',
  parameters: { operation, ...parameters },
});

async function run(...steps: Step[]): Promise<ManualRun> {
  const done = await runSteps(clinic, steps);
  expect(done.errors).toEqual({});
  expect(done.status).toBe('success');
  return done;
}
const jsonOf = (done: ManualRun, node: string, output = 0) =>
  itemsOf(done, node, output).map(({ json }) => json);

/** What somebody with the file and without the key can do, while n8n has it open. */
function behindTheBack(statements: string): Record<string, unknown>[] {
  const file = defaultRegistryPath(path.join(clinic.world.home.n8nFolder, '.n8n'));
  const registry = new DatabaseSync(file, { timeout: 5_000 });
  try {
    const [last = '', ...before] = statements.split(';').reverse();
    for (const statement of before.reverse()) registry.exec(statement);
    return registry.prepare(last).all();
  } finally {
    registry.close();
  }
}

describe('a person', () => {
  let person: unknown;

  it('is recorded, found without the number, and may be written to', async () => {
    const done = await run(asking(answers), record, ofPerson('Find', 'find'), check('May We Write'));
    person = (jsonOf(done, 'Find')[0]?.care as { contactRef: string }).contactRef;
    expect(jsonOf(done, 'Record')).toMatchObject([{ care: { consent: { ok: true } } }]);
    expect(jsonOf(done, 'Find')).toMatchObject([
      { care: { contactRef: person, person: { handles: [{ kind: 'phone', state: 'desk' }] } } },
    ]);
    expect(jsonOf(done, 'May We Write')).toHaveLength(1);
  });

  it.each([
    ['fhir', 'application/fhir+json'],
    ['person', 'application/json'],
  ])('gets a file of the form %s', async (form, mimeType) => {
    const done = await run(asking(answers), ofPerson('Export', 'export', { form }));
    const [item] = itemsOf(done, 'Export');
    expect(item).toMatchObject({
      json: { care: { contactRef: person, export: { form } } },
      binary: { data: { mimeType, fileExtension: 'json' } },
    });
    const { data } = (item as unknown as { binary: { data: { data: string } } }).binary;
    expect(JSON.parse(Buffer.from(data.data, 'base64').toString())).toEqual(expect.any(Object));
  });

  it('is erased, and the number stays refused although the software brings the consent once more', async () => {
    const blocked = (done: ManualRun): string[] => {
      expect(jsonOf(done, 'May We Write')).toEqual([]);
      const refused = jsonOf(done, 'May We Write', 1);
      return refused.map(({ care }) => (care as { refusal: { code: string } }).refusal.code);
    };
    const reason = { reason: 'consentWithdrawn', recordedBy: 'Paola Neri', confirm: true };
    const erased = await run(asking(answers), ofPerson('Erase', 'erase', reason), check('May We Write'));
    expect(jsonOf(erased, 'Erase')).toMatchObject([
      { care: { contactRef: person, erasure: { dryRun: false, repeated: false } } },
    ]);
    expect(blocked(erased)).toEqual(['suppressed']);
    expect(blocked(await run(asking(answers), record, check('May We Write')))).toEqual(['suppressed']);
  });

  it('has left neither number nor words in any file of n8n and of the registry', () => {
    expect(found([__filename], needlesOf(WORD))).toContain(`${path.basename(__filename)}: as it is`);
    expect(found(filesBelow(clinic.world.home.n8nFolder), NEEDLES)).toEqual([]);
  });
});

describe('a reminder run', () => {
  it('tells with Why Not Sent what did not go out, and why', async () => {
    await clinic.run('appointment-reminder');
    const wanted = clinic.expected().reminder.filter(({ code }) => code === 'noWhatsApp');
    const done = await run(audit('Why Not Sent', 'whyNotSent', { returnAll: true }));
    expect(jsonOf(done, 'Why Not Sent')).toMatchObject(wanted.map(({ code }) => ({ code })));
  });

  it('sends nothing for a sender that is paused, says so, and sends once it is resumed', async () => {
    const { phoneNumberId } = clinic.world.clinic.sender;
    const admin = (operation: string) =>
      run({
        name: 'Admin',
        type: 'registryAdmin',
        parameters: { resource: 'sender', operation, phoneNumberId },
      });
    const [id = ''] = await clinic.book(['marco'], 'P');
    const before = clinic.patient('marco').received().length;

    await admin('pause');
    await clinic.run('appointment-reminder');
    expect(clinic.patient('marco').received()).toHaveLength(before);
    const told = [...(await clinic.leftOut())].filter(([key]) => key.startsWith(`${id}@`));
    expect(told.map(([, code]) => code)).toEqual(['senderPaused']);
    const why = await run(audit('Why Not Sent', 'whyNotSent', { filters: { code: 'senderPaused' } }));
    expect(jsonOf(why, 'Why Not Sent')).toMatchObject([{ code: 'senderPaused', final: false }]);

    await admin('resume');
    await clinic.run('appointment-reminder');
    expect(clinic.patient('marco').received()).toHaveLength(before + 1);
  });
});

describe('the audit', () => {
  const HEADS = 'care_audit_heads_v1';
  const daily = (): Promise<ManualRun> =>
    clinic.world.n8n.run(clinic.world.workflow('audit-head-daily'), { trigger: 'Run Now' });

  it('is whole; its head is kept every day and known again the next', async () => {
    const verified = await run(audit('Verify', 'verify'), audit('Export Head', 'exportHead'));
    expect(jsonOf(verified, 'Verify')).toMatchObject([{ ok: true }]);
    const [first, second] = [await daily(), await daily()];
    expect(jsonOf(first, 'Verify First Time')).toMatchObject([{ ok: true, withHead: false }]);
    expect(jsonOf(second, 'Verify with Kept Head')).toMatchObject([{ ok: true, withHead: true }]);
    const [head] = jsonOf(verified, 'Export Head');
    const { controller, mac } = head as { controller: string; mac: string };
    expect(await clinic.world.rows(HEADS)).toMatchObject([{ controller, mac }, { controller }]);
  });

  it('that somebody changed in the file names the row, and the daily run fails with that sentence', async () => {
    const [row] = behindTheBack(
      `drop trigger audit_entries_append_only;
       update audit_entries set actor = 'nobody' where seq = 7 and actor <> 'nobody' returning seq`,
    );
    expect(row).toEqual({ seq: 7 });
    const done = await run(audit('Verify', 'verify'));
    expect(jsonOf(done, 'Verify')).toMatchObject([{ ok: false, seq: 7, problem: 'changed' }]);

    const alarmed = await daily();
    expect(alarmed.status).toBe('error');
    expect(alarmed.errors['Raise the Alarm']).toContain('Row 7 is not as it was written');
    expect(await clinic.world.rows(HEADS)).toHaveLength(2);
  });
});
