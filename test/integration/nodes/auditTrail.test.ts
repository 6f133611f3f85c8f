import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { IDataObject } from 'n8n-workflow';
import { AuditTrail } from '../../../nodes/AuditTrail/AuditTrail.node';
import { ConsentRegistry } from '../../../nodes/ConsentRegistry/ConsentRegistry.node';
import { registryWith } from '../../../nodes/shared/registry';
import { auroraParameter } from '../../support/nodeRegistry';
import { person, saveController } from '../../support/registry';
import { runNode, type NodeRun } from '../../support/runNode';

const USER = '0b9d3c1e-1111-4222-8333-123456789012';
const folder = mkdtempSync(path.join(tmpdir(), 'carecampaign-audit-'));
const credential = { database: 'embedded', file: path.join(folder, 'registry.sqlite') };
const credentials = { careCampaignRegistryApi: credential };

jest.setTimeout(30_000);

beforeAll(async () => saveController(await registryWith(credential)));
afterAll(async () => {
  await (await registryWith(credential)).close();
  rmSync(folder, { recursive: true, force: true });
});

const run = (operation: string, parameters: NodeRun['parameters'] = {}, items: IDataObject[] = [{}]) =>
  runNode(new AuditTrail(), {
    items,
    parameters: { controller: auroraParameter, operation, ...parameters },
    credentials,
  });
const jsonOf = ({ outputs }: Awaited<ReturnType<typeof run>>) => outputs[0]!.map(({ json }) => json);

const withdraw = (source?: NodeRun['source'], item: IDataObject = {}) =>
  runNode(new ConsentRegistry(), {
    items: [{ phone: person(1), ...item }],
    parameters: {
      controller: auroraParameter,
      operation: 'withdraw',
      personFrom: 'phone',
      phoneField: 'phone',
      scope: 'all',
      source: 'desk',
    },
    credentials,
    ...(source ? { source } : {}),
  });

describe('Audit Trail in n8n’s own engine', () => {
  it('shows which n8n user filled in the form that started the run', async () => {
    const form = { type: 'n8n-nodes-base.formTrigger', parameters: { authentication: 'n8nUserAuth' } };
    expect((await withdraw(form, { user: { id: USER } })).error).toBeUndefined();
    const rows = jsonOf(await run('query', { filters: { action: 'suppress' } }));
    expect(rows.map(({ actor }) => actor)).toEqual([`workflow:wf1/execution:7/user:${USER}`]);
  });

  it('takes an item’s word for no user', async () => {
    await withdraw(undefined, { phone: person(2), user: { id: USER } });
    const [row] = jsonOf(await run('query', { returnAll: false, limit: 1 }));
    expect(row?.actor).toBe('workflow:wf1/execution:7/unattended');
  });

  it('verifies with the head that it exported before', async () => {
    const [head] = jsonOf(await run('exportHead'));
    const verified = jsonOf(await run('verify', { headFrom: 'item' }, [head!]));
    expect(verified).toMatchObject([{ ok: true, from: 1, to: head!.seq, withHead: true }]);
    const edited = jsonOf(
      await run('verify', { headFrom: 'pasted', head: JSON.stringify({ ...head, seq: 1 }) }),
    );
    expect(edited).toMatchObject([{ ok: false, problem: 'headUnknown' }]);
  });

  it('writes the audit into a file that can be verified by itself', async () => {
    const result = await run('export', { format: 'jsonl' });
    expect(result.error).toBeUndefined();
    const { data, mimeType, fileName } = result.outputs[0]![0]!.binary!.data!;
    expect({ mimeType, fileName }).toEqual({
      mimeType: 'application/x-ndjson',
      fileName: 'audit-aurora.jsonl',
    });
    const lines = Buffer.from(data, 'base64').toString('utf8').split('\n').slice(0, -1);
    const { audit } = await registryWith(credential);
    expect(await audit.verifyExport('aurora', lines)).toMatchObject({ ok: true, rows: lines.length });
  });

  it('says why nothing was sent, and reports, also when there is nothing to tell', async () => {
    expect(jsonOf(await run('whyNotSent'))).toEqual([]);
    const report = jsonOf(await run('report', { since: '2026-01-01T00:00:00Z', breakDownBy: 'area' }));
    expect(report.map(({ purpose }) => purpose)).toEqual([
      'appointment',
      'survey',
      'review',
      'prevention',
      'events',
      'screening',
    ]);
  });

  it('refuses a controller that the credential may not act for', async () => {
    const other = { careCampaignRegistryApi: { ...credential, controllers: 'borea' } };
    const refused = await runNode(new AuditTrail(), {
      items: [{}],
      parameters: { controller: auroraParameter, operation: 'query' },
      credentials: other,
    });
    expect(refused.error).toMatchObject({
      message: expect.stringContaining('controllerNotAllowed') as string,
    });
  });
});
