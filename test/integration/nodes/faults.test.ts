import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import getPort from 'get-port';
import type { IDataObject, INodeParameters, INodeType } from 'n8n-workflow';
import { renderTemplate } from '../../../core';
import { ConsentCheck } from '../../../nodes/ConsentCheck/ConsentCheck.node';
import { WhatsAppSend } from '../../../nodes/WhatsAppSend/WhatsAppSend.node';
import { registryWith } from '../../../nodes/shared/registry';
import { emptySchema } from '../../support/database';
import { auroraParameter } from '../../support/nodeRegistry';
import { startPostgres, type TestPostgres } from '../../support/postgres';
import { consent, message, person, PHONE_NUMBER_ID, registerAurora } from '../../support/registry';
import { runNode, type NodeRunResult } from '../../support/runNode';
import { graph, type GraphCall } from '../../unit/nodes/WhatsAppSend/graph';

jest.setTimeout(120_000);

const folder = mkdtempSync(path.join(tmpdir(), 'care-node-faults-'));
const at = (name: string): string => path.join(folder, name);
const environment = { ...process.env };

let host: Awaited<ReturnType<typeof graph>>;

beforeEach(async () => {
  host = await graph();
});
afterEach(async () => {
  await host.close();
  process.env = { ...environment };
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function run(
  type: INodeType,
  registry: object,
  origin: string,
  items: IDataObject[],
  given: INodeParameters,
  onError?: 'continueRegularOutput',
) {
  return runNode(type, {
    items,
    parameters: { controller: auroraParameter, ...given },
    credentials: {
      careCampaignRegistryApi: { ...registry },
      careCampaignWhatsAppApi: {
        accessToken: 'planted-token',
        phoneNumberId: PHONE_NUMBER_ID,
        businessAccountId: '900',
        appSecret: 'secret',
        verifyToken: 'verify',
        baseUrl: origin,
        apiVersion: 'v25.0',
        simulator: true,
      },
    },
    ...(onError ? { onError } : {}),
  });
}

const BY_PHONE = { phoneField: 'phone', purpose: 'appointment' };
const AS_REPLY = {
  basis: 'reply',
  personFrom: 'contactRef',
  eventField: 'eventId',
  options: { concurrency: 5, batchSize: 5 },
};

function answer(item: object): IDataObject {
  const rendered = renderTemplate('help', 'en', {}, { now: Date.now(), allowedDomains: [] });
  if (!rendered.ok) throw new Error(rendered.code);
  return { ...item, care: { message: rendered.message as unknown as IDataObject } };
}

const ITEM = answer({ phone: person(1), contactRef: 'c1', eventId: 'e1' });

const CODE = /code "(\w+)"/;

/** The code of each item of an output, or that of the node that stopped. Of an item that failed n8n keeps the error. */
function codesAt(result: NodeRunResult, output: number): unknown[] {
  if (result.error) return [CODE.exec(result.error.message)?.[1]];
  return (result.outputs[output] ?? []).map(({ json }) => {
    if (typeof json.error === 'string') return CODE.exec(json.error)?.[1];
    return ((json.care as IDataObject).refusal as IDataObject).code;
  });
}

/** A registry in which the person of the item may be written to. */
async function madeBy(secretKey: string): Promise<object> {
  const credential = { database: 'embedded', file: at('made.sqlite'), secretKey };
  const registry = await registryWith(credential);
  await registerAurora(registry);
  await registry.consent.record('aurora', [consent(1)], 'test');
  return credential;
}

const SECRET = 'the secret it was made with';

describe('a registry that does not answer, in the nodes of n8n', () => {
  const faults: [string, string, () => Promise<object>][] = [
    [
      'lies below a file',
      'registryUnreachable',
      async () => {
        writeFileSync(at('a-file'), '');
        return { database: 'embedded', file: at('a-file/registry.sqlite'), secretKey: SECRET };
      },
    ],
    [
      'is another kind of file',
      'registryDamaged',
      async () => {
        writeFileSync(at('letter'), 'This is a letter and not a database. '.repeat(100));
        return { database: 'embedded', file: at('letter'), secretKey: SECRET };
      },
    ],
    [
      'was made with another key',
      'registryWrongKey',
      async () => ({ ...(await madeBy(SECRET)), secretKey: 'quite another secret' }),
    ],
    ['has lost its key file', 'registryWrongKey', async () => ({ ...(await madeBy(SECRET)), secretKey: '' })],
    [
      'has a key file that is a folder',
      'registryKeyUnreadable',
      async () => {
        process.env.CARECAMPAIGN_KEY_FILE = folder;
        return { database: 'embedded', file: at('new.sqlite') };
      },
    ],
    [
      'is embedded under queue mode',
      'embeddedRegistryInQueueMode',
      async () => {
        process.env.EXECUTIONS_MODE = 'queue';
        return { database: 'embedded', file: at('queue.sqlite'), secretKey: SECRET };
      },
    ],
    [
      'has no shared key under queue mode',
      'registryKeyNotShared',
      async () => {
        process.env.EXECUTIONS_MODE = 'queue';
        return server({ port: 1 });
      },
    ],
    [
      'is on a server that does not run',
      'registryUnreachable',
      async () => server({ port: await getPort(), secretKey: SECRET }),
    ],
    ['has a secret that is too short', 'secretTooShort', async () => server({ port: 1, secretKey: 'short' })],
    [
      'has a schema that is none',
      'registryCredentialInvalid',
      async () => server({ port: 1, schema: 'No Schema' }),
    ],
  ];

  it.each(faults)('%s: %s, and nothing is allowed or sent', async (_what, code, fault) => {
    const credential = await fault();
    const checks = new ConsentCheck();
    const check = await run(checks, credential, host.origin, [ITEM, ITEM], BY_PHONE);
    const send = await run(new WhatsAppSend(), credential, host.origin, [ITEM, ITEM], AS_REPLY);
    expect(new Set([...codesAt(check, 1), ...codesAt(send, 1)])).toEqual(new Set([code]));
    expect([check.outputs[0] ?? [], check.outputs[2] ?? [], send.outputs[0] ?? []]).toEqual([[], [], []]);

    const goesOn = 'continueRegularOutput';
    const checked = await run(checks, credential, host.origin, [ITEM, ITEM], BY_PHONE, goesOn);
    const sent = await run(new WhatsAppSend(), credential, host.origin, [ITEM, ITEM], AS_REPLY, goesOn);
    expect(checked.outputs.map((items) => items.length)).toEqual([0, 2, 0]);
    expect(sent.outputs.map((items) => items.length)).toEqual([0, 2]);
    expect([...codesAt(checked, 1), ...codesAt(sent, 1)]).toEqual([code, code, code, code]);

    const tested = await checks.methods.credentialTest.testRegistry.call({} as never, {
      id: '1',
      name: 'Registry',
      type: 'careCampaignRegistryApi',
      data: credential as never,
    });
    expect(tested).toMatchObject({
      status: 'Error',
      message: expect.stringContaining(`(${code})`) as string,
    });
    expect(host.calls).toEqual([]);
    expect(JSON.stringify([check.error, send.error, tested])).not.toContain(person(1).slice(1));
  });
});

const server = (change: object) => ({
  database: 'postgres',
  host: '127.0.0.1',
  databaseName: 'postgres',
  user: 'carecampaign',
  password: 'x',
  ssl: 'off',
  ...change,
});

describe('a registry on PostgreSQL, in the nodes of n8n', () => {
  let postgres: TestPostgres;
  let credential: object;
  beforeAll(async () => {
    postgres = await startPostgres();
    const { options } = emptySchema(postgres.url);
    if (options.kind !== 'postgres') throw new Error('not PostgreSQL');
    const { kind: _kind, database, ...rest } = options;
    credential = { ...rest, database: 'postgres', databaseName: database, secretKey: SECRET };
    await registerAurora(await registryWith(credential));
  });
  afterAll(async () => {
    await (await registryWith(credential)).close();
    await postgres.stop();
  });

  it('opens with a key file that is made once, and is not made anew where it got lost', async () => {
    const withoutSecret = { ...credential, schema: 'with_key_file', secretKey: '' };
    process.env.CARECAMPAIGN_KEY_FILE = at('shared.key');
    const registry = await registryWith(withoutSecret);
    await registry.close();
    // Another n8n of the same registry, on a machine that lacks the file.
    process.env.CARECAMPAIGN_KEY_FILE = at('elsewhere.key');
    const elsewhere = registryWith({ ...withoutSecret, host: 'localhost' });
    await expect(elsewhere).rejects.toMatchObject({
      code: 'registryWrongKey',
      message: expect.stringContaining('missing on this machine') as string,
    });
    expect(existsSync(at('elsewhere.key'))).toBe(false);
    expect(existsSync(at('shared.key'))).toBe(true);
  });

  it('that goes away in the middle of a run costs the rest its messages, each with its code, and the next run has them', async () => {
    const PEOPLE = 30;
    const registry = await registryWith(credential);
    const heard = await registry.inbox.receive(
      'metaCloud',
      Array.from({ length: PEOPLE }, (_, number) =>
        message(number, { at: Date.now(), text: 'Where do I park?' }),
      ),
    );
    const items = heard.map(({ eventId, contactRef }) => answer({ eventId, contactRef }));
    let calls = 0;
    await host.close();
    host = await graph((_call: GraphCall, response: ServerResponse) => {
      calls += 1;
      const done = calls === 7 ? postgres.halt('SIGKILL') : Promise.resolve();
      void done.then(() => {
        response.setHeader('content-type', 'application/json');
        response.end(JSON.stringify({ messages: [{ id: `wamid.${calls}` }] }));
      });
    });
    const first = await run(new WhatsAppSend(), credential, host.origin, items, AS_REPLY);
    const inFirst = host.calls.length;
    expect(first.error).toBeUndefined();
    expect(first.outputs.flat()).toHaveLength(PEOPLE);
    expect(inFirst).toBeLessThan(PEOPLE);
    const left =
      first.outputs[1]?.filter((_item, index) => codesAt(first, 1)[index] === 'registryUnreachable') ?? [];
    expect(left.length).toBeGreaterThanOrEqual(PEOPLE - inFirst);

    await postgres.start();
    const again = await run(
      new WhatsAppSend(),
      credential,
      host.origin,
      left.map(({ json }) => json),
      AS_REPLY,
    );
    expect(again.error).toBeUndefined();
    const to = host.calls.map(({ body }) => body.to);
    expect(new Set(to).size).toBe(to.length);
  });
});
