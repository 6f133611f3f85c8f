import { createServer, type IncomingMessage, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { N8nPublicApi } from '../../../cli/n8nPublicApi';
import { SAVE_NOTHING, setSaveSettings } from '../../../cli/saveSettings';
import { setupCommand } from '../../../cli/setup';

const KEY = 'key-that-must-not-be-printed';

interface Stored {
  id: string;
  name: string;
  active: boolean;
  isArchived?: boolean;
  nodes: { type: string; name: string }[];
  connections: object;
  settings?: Record<string, unknown>;
}

const sendNode = { type: 'n8n-nodes-carecampaign.whatsAppSend', name: 'Send' };

const workflow = (
  id: string,
  settings: Record<string, unknown> = {},
  extra: Partial<Stored> = {},
): Stored => ({
  id,
  name: `Workflow ${id}`,
  active: true,
  nodes: [sendNode],
  connections: { Send: { main: [] } },
  settings: { executionOrder: 'v1', ...settings },
  ...extra,
});

let server: Server;
let stored: Stored[];
let puts: { id: string; query: string; body: Record<string, unknown> }[];
let refuseWith: { status: number; message: string } | undefined;
let out: string;

beforeEach(async () => {
  process.exitCode = 0;
  [stored, puts, refuseWith, out] = [[], [], undefined, ''];
  server = createServer((request, response) => {
    void answer(request).then(({ status, body }) => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  jest.spyOn(console, 'log').mockImplementation((line: string) => void (out += `${line}\n`));
});

afterEach(() => {
  process.exitCode = 0;
  server.close();
});

const url = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

/** Two workflows a page, and PUT as strict as n8n's. */
async function answer(request: IncomingMessage): Promise<{ status: number; body: unknown }> {
  const { pathname, search, searchParams } = new URL(request.url ?? '', 'http://n8n.example');
  if (request.headers['x-n8n-api-key'] !== KEY) return { status: 401, body: { message: 'unauthorized' } };
  const id = /^\/api\/v1\/workflows\/(.+)$/.exec(pathname)?.[1];
  if (pathname === '/api/v1/workflows')
    return { status: 200, body: page(Number(searchParams.get('cursor') ?? 0)) };
  if (!id) return { status: 200, body: '<!doctype html>' };
  const found = stored.find((candidate) => candidate.id === id);
  if (!found) return { status: 404, body: { message: 'Not Found' } };
  if (request.method === 'GET') return { status: 200, body: found };
  if (refuseWith) return { status: refuseWith.status, body: { message: refuseWith.message } };
  const body = JSON.parse(Buffer.concat(await request.toArray()).toString()) as Record<string, unknown>;
  puts.push({ id, query: search, body });
  Object.assign(found, body);
  return { status: 200, body: found };
}

const page = (start: number) => ({
  data: stored.slice(start, start + 2),
  nextCursor: start + 2 < stored.length ? String(start + 2) : null,
});

const all = (options: Partial<Parameters<typeof setSaveSettings>[1]> = {}) =>
  setSaveSettings(new N8nPublicApi(url(), KEY), { ids: undefined, dryRun: false, ...options });

describe('setSaveSettings', () => {
  it('switches saving off in our workflows on every page, and leaves others alone', async () => {
    const other = workflow('3', {}, { nodes: [{ type: 'n8n-nodes-base.set', name: 'Set' }] });
    stored = [workflow('1'), workflow('2', SAVE_NOTHING), other, workflow('4')];
    const reports = await all();
    expect(reports.map(({ id, outcome }) => [id, outcome])).toEqual([
      ['1', 'changed'],
      ['2', 'as it should be'],
      ['4', 'changed'],
    ]);
    expect(puts.map(({ id }) => id)).toEqual(['1', '4']);
  });

  it('keeps nodes, connections and the other settings, and publishes no draft', async () => {
    stored = [workflow('1', { timezone: 'Europe/Rome' })];
    await all();
    expect(puts).toEqual([
      {
        id: '1',
        query: '?publishIfActive=false',
        body: {
          name: 'Workflow 1',
          nodes: [sendNode],
          connections: { Send: { main: [] } },
          settings: { executionOrder: 'v1', timezone: 'Europe/Rome', ...SAVE_NOTHING },
        },
      },
    ]);
  });

  it('leaves out settings that the API would refuse the whole request for', async () => {
    stored = [workflow('1', { binaryMode: 'combined', somethingNewer: 1 })];
    await all();
    expect(puts[0]?.body.settings).toEqual({ executionOrder: 'v1', ...SAVE_NOTHING });
  });

  it('says what would change on a dry run, and changes nothing', async () => {
    stored = [workflow('1', { saveManualExecutions: true })];
    const [report] = await all({ dryRun: true });
    expect(report).toMatchObject({
      outcome: 'would change',
      changes: {
        saveManualExecutions: { from: true, to: false },
        saveExecutionProgress: { from: null, to: false },
      },
    });
    expect(puts).toEqual([]);
  });

  it('skips archived workflows among all, and names them where asked for by id', async () => {
    stored = [workflow('1', {}, { isArchived: true })];
    await expect(all()).resolves.toEqual([]);
    await expect(all({ ids: ['1'] })).resolves.toMatchObject([{ outcome: 'archived' }]);
  });

  it('does not touch a workflow without our nodes that was asked for by id', async () => {
    stored = [workflow('1', {}, { nodes: [] })];
    await expect(all({ ids: ['1'] })).resolves.toMatchObject([{ outcome: 'not ours', changes: {} }]);
    expect(puts).toEqual([]);
  });

  it('goes on after a refusal and gives its reason', async () => {
    stored = [workflow('1'), workflow('2', SAVE_NOTHING)];
    refuseWith = { status: 400, message: 'nodes/0 must NOT have additional properties' };
    await expect(all()).resolves.toMatchObject([
      { outcome: 'refused', reason: 'n8n answered 400: nodes/0 must NOT have additional properties' },
      { outcome: 'as it should be' },
    ]);
  });

  it('sets the other workflows when one of the ids does not exist', async () => {
    stored = [workflow('2')];
    await expect(all({ ids: ['1', '2'] })).resolves.toMatchObject([
      { id: '1', outcome: 'refused', reason: 'n8n answered 404: Not Found' },
      { id: '2', outcome: 'changed' },
    ]);
  });

  it.each([
    ['a wrong key', () => new N8nPublicApi(url(), 'other'), 'n8n refused the API key'],
    [
      'nobody there',
      () => new N8nPublicApi('http://127.0.0.1:1', KEY),
      'n8n cannot be reached (ECONNREFUSED)',
    ],
    ['a path that is not n8n', () => new N8nPublicApi(`${url()}/x/`, KEY), 'give the address of the editor'],
  ])('says what to do about %s, without the key', async (_case, api, message) => {
    const failure = await setSaveSettings(api(), { ids: undefined, dryRun: false }).catch(
      (error: unknown) => error,
    );
    expect(String(failure)).toContain(message);
    expect(`${String(failure)}${JSON.stringify(failure)}`).not.toContain(KEY);
  });
});

describe('carecampaign setup', () => {
  const run = (...args: string[]) =>
    setupCommand()
      .exitOverride()
      .parseAsync(['--url', url(), '--api-key', KEY, ...args], { from: 'user' });

  it('prints a table with each change, never the key', async () => {
    stored = [workflow('1', { saveManualExecutions: true })];
    await run();
    expect(out).toContain('Workflow 1');
    expect(out).toContain('saveManualExecutions: true -> false');
    expect(out).not.toContain(KEY);
    expect(process.exitCode).toBe(0);
  });

  it('prints JSON for scripts', async () => {
    stored = [workflow('1'), workflow('2')];
    await run('--json', '--dry-run', '--workflow', '2');
    expect(JSON.parse(out)).toMatchObject([{ id: '2', outcome: 'would change' }]);
  });

  it('exits with 1 when a workflow was refused', async () => {
    stored = [workflow('1')];
    refuseWith = { status: 403, message: 'Forbidden' };
    await run();
    expect(out).toContain('it needs workflow:list');
    expect(process.exitCode).toBe(1);
  });

  it('says so when there is nothing to set', async () => {
    await run();
    expect(out).toBe('No workflow with CareCampaign nodes was found.\n');
  });

  it('refuses --all together with --workflow', async () => {
    jest.spyOn(process.stderr, 'write').mockReturnValue(true);
    await expect(run('--all', '--workflow', '1')).rejects.toThrow('cannot be used with');
  });
});
