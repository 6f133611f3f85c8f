import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ConsentCheck } from '../../../nodes/ConsentCheck/ConsentCheck.node';
import { DueReminders } from '../../../nodes/DueReminders/DueReminders.node';
import { NeutralTemplate } from '../../../nodes/NeutralTemplate/NeutralTemplate.node';
import { PhiFilter } from '../../../nodes/PhiFilter/PhiFilter.node';
import { ReplyRouter } from '../../../nodes/ReplyRouter/ReplyRouter.node';
import { SafeAudience } from '../../../nodes/SafeAudience/SafeAudience.node';
import { registryWith } from '../../../nodes/shared/registry';
import { executeFunctions } from '../../support/executeFunctions';
import { auroraParameter } from '../../support/nodeRegistry';
import { person, PROOF, saveController } from '../../support/registry';
import { runNode, type NodeRun } from '../../support/runNode';

const PHONE = person(11);
const folder = mkdtempSync(path.join(tmpdir(), 'carecampaign-gates-'));
const file = path.join(folder, 'registry.sqlite');
const credential = { database: 'embedded', file };
const credentials = { careCampaignRegistryApi: credential };

const json = (outputs: readonly (readonly { json: unknown }[])[]) =>
  outputs.map((items) => items.map((item) => item.json));

// The first use compiles all lexicons, on a machine that may be busy.
jest.setTimeout(30_000);

beforeAll(async () => {
  const registry = await registryWith(credential);
  await saveController(registry);
  await registry.consent.record(
    'aurora',
    (['appointment', 'prevention'] as const).map((purpose) => ({
      person: { phone: PHONE },
      purpose,
      kind: 'given' as const,
      source: 'desk',
      occurredAt: Date.now() - 86_400_000,
      proof: PROOF,
      verification: 'desk' as const,
      profile: { language: 'de', area: 'north', tags: ['prevention'] },
    })),
    'test',
  );
});

afterAll(async () => {
  await (await registryWith(credential)).close();
  rmSync(folder, { recursive: true, force: true });
});

const run = (node: Parameters<typeof runNode>[0], given: Omit<NodeRun, 'credentials'>) =>
  runNode(node, { ...given, parameters: { controller: auroraParameter, ...given.parameters }, credentials });

describe('the gates in n8n’s own engine, on a registry of their own', () => {
  it('takes a due appointment through to a clean message, and leaves out whom nobody asked', async () => {
    const start = new Date(Date.now() + 47 * 3_600_000).toISOString();
    const rows = [
      { id: 'A-1', start, phone: PHONE, place: 'Centro', department: 'Oncologia' },
      { id: 'A-2', start, phone: person(12), place: 'Centro', department: 'Oncologia' },
    ];
    const due = await run(new DueReminders(), {
      items: rows,
      parameters: { idField: 'id', startField: 'start' },
    });
    expect(due.error).toBeUndefined();
    expect(due.outputs.map((items) => items.length)).toEqual([2, 0, 0, 0, 0]);

    const checked = await run(new ConsentCheck(), {
      items: json(due.outputs)[0] as NodeRun['items'],
      parameters: { phoneField: 'phone' },
    });
    const [allowed = [], blocked = [], later = []] = json(checked.outputs);
    expect(blocked).toMatchObject([{ id: 'A-2', care: { refusal: { code: 'unknownContact' } } }]);
    // By night the same person waits; the day decides which of the two outputs it is.
    const known = [...allowed, ...later];
    expect(known).toMatchObject([{ id: 'A-1', care: { language: 'de', identifiedBy: 'phone' } }]);

    const rendered = await run(new NeutralTemplate(), {
      items: known as NodeRun['items'],
      parameters: { values: { locationField: 'place' } },
    });
    expect(rendered.outputs.map((items) => items.length)).toEqual([1, 0]);

    const filtered = await run(new PhiFilter(), {
      items: json(rendered.outputs)[0] as NodeRun['items'],
      parameters: {},
    });
    expect(json(filtered.outputs)).toMatchObject([
      [{ id: 'A-1', care: { phi: { clean: true }, message: { language: 'de' } } }],
      [],
    ]);
    expect(
      JSON.stringify((filtered.outputs[0]?.[0]?.json.care as { message: object }).message),
    ).not.toContain('Oncologia');
  });

  it('gives an audience by reference alone, with the counts of those left out', async () => {
    const parameters = { campaign: 'autumn-checks', filters: { areas: 'north', interests: 'prevention' } };
    const chosen = await run(new SafeAudience(), { items: [{}], parameters });
    expect(chosen.error).toBeUndefined();
    expect(json(chosen.outputs)[0]).toMatchObject([{ care: { identifiedBy: 'contactRef', language: 'de' } }]);
    expect(JSON.stringify(chosen.outputs)).not.toContain(PHONE.slice(-6));
    const elsewhere = await run(new SafeAudience(), {
      items: [{}],
      parameters: { ...parameters, filters: { areas: 'south' } },
    });
    expect(json(elsewhere.outputs)).toMatchObject([
      [],
      [{ care: { count: 1, refusal: { code: 'otherArea' } } }],
    ]);
    expect(elsewhere.hints).toMatchObject([
      { message: '0 contacts in the audience. 1 left out: 1 × otherArea' },
    ]);
  });

  it('routes an answer with n8n’s own count of outputs', async () => {
    const reply = {
      kind: 'message',
      intent: 'question',
      sensitive: false,
      suspectedStop: false,
      wrongNumber: false,
      deceased: false,
      replyTo: { status: 'none' },
    };
    const routed = await runNode(new ReplyRouter(), { items: [reply], parameters: {} });
    expect(routed.outputs.map((items) => items.length)).toEqual([
      0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0,
    ]);
  });

  it.each([
    ['continueRegularOutput', [0, 1, 0]],
    ['continueErrorOutput', [0, 0, 0, 1]],
  ] as const)('never lets an undecided item through with On Error set to %s', async (onError, counts) => {
    const blocked = await runNode(new ConsentCheck(), {
      items: [{ phone: PHONE }],
      parameters: {
        controller: { ...auroraParameter, value: 'nobody' },
        phoneField: 'phone',
        purpose: 'appointment',
      },
      credentials,
      onError,
    });
    expect(blocked.outputs.map((items) => items.length)).toEqual(counts);
  });

  it.each([
    ['continueRegularOutput', [0, 1]],
    ['continueErrorOutput', [0, 0, 1]],
  ] as const)('lets no unchecked text through with On Error set to %s', async (onError, counts) => {
    const unchecked = await runNode(new PhiFilter(), {
      items: [{ note: 'A domani' }],
      parameters: {
        controller: { ...auroraParameter, value: 'nobody' },
        source: 'fields',
        fields: 'note',
      },
      credentials,
      onError,
    });
    expect(unchecked.outputs.map((items) => items.length)).toEqual(counts);
  });

  it('rewords a field by the policy of the controller', async () => {
    const reworded = await run(new PhiFilter(), {
      items: [{ note: 'Visita cardiologica domani alle 10', care: { language: 'it' } }],
      parameters: {
        operation: 'redact',
        fields: 'note',
        replaceWith: 'neutral',
        options: { language: 'auto' },
      },
    });
    expect(json(reworded.outputs)).toMatchObject([[{ note: 'Appuntamento domani alle 10' }], []]);
  });

  it('stops the workflow with the reason where nothing else was chosen', async () => {
    const stopped = await runNode(new ConsentCheck(), {
      items: [{ phone: PHONE }],
      parameters: {
        controller: { ...auroraParameter, value: 'nobody' },
        phoneField: 'phone',
        purpose: 'appointment',
      },
      credentials,
    });
    expect(stopped.error?.message).toContain('controllerUnknown');
    expect(JSON.stringify(stopped.error)).not.toContain(PHONE);
  });

  it('may not act for a controller that the credential does not name', async () => {
    const stopped = await runNode(new ConsentCheck(), {
      items: [{ phone: PHONE }],
      parameters: { controller: auroraParameter, phoneField: 'phone', purpose: 'appointment' },
      credentials: { careCampaignRegistryApi: { ...credential, controllers: 'borea' } },
    });
    expect(stopped.error?.message).toContain('controllerNotAllowed');
  });

  it('tests the credential by opening the registry', async () => {
    const { methods } = new ConsentCheck();
    const test = (data: object) =>
      methods.credentialTest.testRegistry.call({} as never, {
        id: '1',
        name: 'R',
        type: 'x',
        data: data as never,
      });
    expect(await test(credential)).toMatchObject({ status: 'OK' });
    const wrong = await test({ ...credential, secretKey: 'another key than the file has' });
    expect(wrong).toMatchObject({
      status: 'Error',
      message: expect.stringContaining('registryWrongKey') as string,
    });
    expect(await test({ database: 'other' })).toMatchObject({ status: 'Error' });
  });

  it('lists controllers to choose from', async () => {
    const { listSearch } = new ConsentCheck().methods;
    const context = executeFunctions({ credentials });
    expect(await listSearch.searchControllers.call(context as never, 'auro')).toEqual({
      results: [{ name: 'Aurora (aurora)', value: 'aurora' }],
    });
    expect(await listSearch.searchControllers.call(context as never, 'borea')).toEqual({ results: [] });
  });

  it('keeps the phone number out of every file of the registry', () => {
    const digits = PHONE.replace(/\D/g, '');
    const holding = readdirSync(folder).filter((name) =>
      readFileSync(path.join(folder, name)).toString('latin1').includes(digits),
    );
    expect(holding).toEqual([]);
  });
});
