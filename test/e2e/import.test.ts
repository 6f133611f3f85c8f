import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { promisify } from 'node:util';
import { pickCredentials, readWorkflow } from '../../demo/workflows';
import { Editor } from './support/browser';
import { ClinicWorld } from './support/clinicWorld';
import { disagreements, reminderRows } from './support/cohort';

jest.setTimeout(420_000);

const run = promisify(execFile);
const ROOT = process.cwd();
const FILE = path.join(ROOT, 'workflows', 'appointment-reminder.json');
const SAVE_NOTHING = {
  saveDataSuccessExecution: 'none',
  saveDataErrorExecution: 'none',
  saveManualExecutions: false,
  saveExecutionProgress: false,
};
const KEPT =
  /executionDataKept.*"Save successful production executions", "Save failed production executions", "Save manual executions"/;

const shipped = readWorkflow(ROOT, 'appointment-reminder');
/** Notes are no nodes on the canvas. */
const shownNodes = shipped.nodes.filter(({ type }) => !type.endsWith('.stickyNote')).length;

let clinic: ClinicWorld;
let editor: Editor;

beforeAll(async () => {
  clinic = await ClinicWorld.open();
  editor = await Editor.open(clinic.world.n8n);
});

afterAll(async () => {
  await editor.close();
  await clinic.close();
});

const messages = () => clinic.world.simulator.messages();

/** What the user does after an import: picks a credential in every node that asks for one. */
async function pick(id: string): Promise<void> {
  const picked = await clinic.world.credentials();
  await clinic.world.n8n.workflows.update(id, { nodes: pickCredentials(shipped, picked).nodes });
}

const setup = (apiKey: string, ...ids: string[]) =>
  run(process.execPath, [path.join(ROOT, 'dist/cli/index.js'), 'setup', '--workflow', ...ids], {
    env: {
      ...process.env,
      CARECAMPAIGN_N8N_URL: clinic.world.n8n.url,
      CARECAMPAIGN_N8N_API_KEY: apiKey,
    },
  });

describe('the shipped workflow, imported in the editor', () => {
  const ids: string[] = [];

  it.each([
    ['by paste', () => editor.paste(readFileSync(FILE, 'utf8'), shownNodes)],
    ['from a file', () => editor.importFile(FILE, shownNodes)],
  ])('%s, loses its settings, and Send refuses while n8n would keep the numbers', async (_way, add) => {
    await editor.newWorkflow();
    const id = await add();
    ids.push(id);
    await pick(id);
    const { nodes, settings } = await clinic.world.n8n.workflows.get(id);
    expect(nodes.map(({ name }) => name).sort()).toEqual(shipped.nodes.map(({ name }) => name).sort());
    expect(shipped.settings).toMatchObject(SAVE_NOTHING);
    expect(Object.keys(settings ?? {})).not.toEqual(expect.arrayContaining([expect.stringMatching(/^save/)]));

    const refused = await clinic.world.n8n.run(id, { trigger: 'Run Now' });
    expect(refused.status).toBe('error');
    expect(refused.errors['WhatsApp Send']).toMatch(KEPT);
    expect(messages()).toEqual([]);
  });

  it('sends as soon as "carecampaign setup" has set what was lost', async () => {
    const scopes = ['workflow:list', 'workflow:read', 'workflow:update'];
    const { stdout } = await setup(await clinic.world.n8n.createApiKey('setup', scopes), ...ids);
    expect(stdout.match(/changed/g)).toHaveLength(ids.length);
    const [id = ''] = ids;
    expect((await clinic.world.n8n.workflows.get(id)).settings).toMatchObject(SAVE_NOTHING);

    const sent = await clinic.world.n8n.run(id, { trigger: 'Run Now' });
    expect(sent.errors).toEqual({});
    expect(messages().length).toBeGreaterThan(0);
    await clinic.world.simulator.webhooksIdle();
    expect(disagreements(await reminderRows(clinic), messages())).toEqual([]);
  });
});

describe("n8n's own HTTP Request node", () => {
  let server: Server;
  let calls = 0;

  beforeAll(async () => {
    server = createServer((_request, response) => {
      calls += 1;
      response.end('{}');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });

  afterAll(() => new Promise((resolve) => server.close(resolve)));

  const elsewhere = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const provider = () =>
    `${clinic.world.simulator.url}/v23.0/${clinic.world.clinic.sender.phoneNumberId}/messages`;

  it.each([
    ['the provider', provider],
    ['anybody else', elsewhere],
  ])('cannot use our credential towards %s: n8n does not even save it', async (_whom, url) => {
    const before = messages().length;
    await expect(clinic.world.n8n.workflows.create(await aroundTheGate(url()))).rejects.toThrow(
      'cannot use credential type "careCampaignWhatsAppApi"',
    );
    expect(messages()).toHaveLength(before);
    expect(calls).toBe(0);
  });

  /** A message that the provider would take, sent without asking the gate. */
  async function aroundTheGate(url: string) {
    const { careCampaignWhatsAppApi } = await clinic.world.credentials();
    const body = {
      messaging_product: 'whatsapp',
      to: clinic.patient('giulia').contact.phone,
      type: 'text',
      text: { body: 'Hello' },
    };
    return {
      name: 'Around the gate',
      nodes: [
        {
          id: 'run-now',
          name: 'Run Now',
          type: 'n8n-nodes-base.manualTrigger',
          typeVersion: 1,
          position: [0, 0],
          parameters: {},
        },
        {
          id: 'request',
          name: 'Around the Gate',
          type: 'n8n-nodes-base.httpRequest',
          typeVersion: 4.2,
          position: [220, 0],
          parameters: {
            method: 'POST',
            url,
            authentication: 'predefinedCredentialType',
            nodeCredentialType: 'careCampaignWhatsAppApi',
            sendBody: true,
            specifyBody: 'json',
            jsonBody: JSON.stringify(body),
          },
          credentials: { careCampaignWhatsAppApi },
        },
      ],
      connections: { 'Run Now': { main: [[{ node: 'Around the Gate', type: 'main', index: 0 }]] } },
    };
  }
});
