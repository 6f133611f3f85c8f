import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { IDataObject, INodeParameters, INodeType } from 'n8n-workflow';
import { RegistryAdmin } from '../../../../nodes/RegistryAdmin/RegistryAdmin.node';
import { WhatsAppSend } from '../../../../nodes/WhatsAppSend/WhatsAppSend.node';
import { registryWith } from '../../../../nodes/shared/registry';
import { renderTemplate } from '../../../../core';
import { consent, person, PHONE_NUMBER_ID, registerAurora } from '../../../support/registry';
import { runNode } from '../../../support/runNode';
import { graph, type GraphCall } from '../../../unit/nodes/WhatsAppSend/graph';

const controller = { __rl: true, mode: 'key', value: 'aurora' };
const HALTED = 131_042;

const folder = mkdtempSync(join(tmpdir(), 'care-limits-'));
const registryCredential = {
  database: 'embedded',
  file: join(folder, 'registry.sqlite'),
  secretKey: Buffer.alloc(32, 7).toString('base64'),
};
const registry = () => registryWith(registryCredential);
let host: Awaited<ReturnType<typeof graph>>;
let answers: (call: GraphCall) => object;

const accept = () => ({ messages: [{ id: `wamid.${Math.random()}` }] });

beforeAll(async () => {
  host = await graph(
    (call, response) => {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify(answers(call)));
    },
    { account: () => ({ whatsapp_business_manager_messaging_limit: 'TIER_2K' }) },
  );
  await registerAurora(await registry());
  const rows = Array.from({ length: 10 }, (_, number) => consent(number));
  await (await registry()).consent.record('aurora', rows, 'test');
});
beforeEach(() => void (answers = accept));
afterAll(async () => {
  await host.close();
  await (await registry()).close();
  rmSync(folder, { recursive: true, force: true });
});

async function run(type: INodeType, items: IDataObject[], parameters: IDataObject) {
  const result = await runNode(type, {
    items,
    parameters: parameters as INodeParameters,
    credentials: {
      careCampaignRegistryApi: registryCredential,
      careCampaignWhatsAppApi: {
        accessToken: 'planted-token',
        phoneNumberId: PHONE_NUMBER_ID,
        businessAccountId: '900',
        appSecret: 'secret',
        verifyToken: 'verify',
        baseUrl: host.origin,
        apiVersion: 'v25.0',
        simulator: true,
      },
    },
  });
  if (result.error) throw result.error;
  return { outputs: result.outputs.map((output) => output.map(({ json }) => json)), hints: result.hints };
}

async function reminders(numbers: readonly number[], occurrence: string): Promise<IDataObject[]> {
  const found = await Promise.all(
    numbers.map(async (number) => (await registry()).people.find('aurora', { phone: person(number) })),
  );
  const at = Date.now() + 48 * 3_600_000;
  const rendered = renderTemplate(
    'appointment_reminder_48h',
    'en',
    { at, zone: 'Europe/Rome', clinicName: 'Aurora', location: 'Centro' },
    { now: Date.now(), allowedDomains: [], locations: ['Centro'] },
  );
  if (!rendered.ok) throw new Error(rendered.code);
  const message = rendered.message as unknown as IDataObject;
  return found.map(({ contactRef }, index) => ({
    care: {
      contactRef,
      kind: 'reminder',
      occurrence: `${occurrence}-${index}`,
      stage: 'reminder48h',
      purpose: 'appointment',
      message,
    },
  }));
}

const send = (items: IDataObject[], options: IDataObject = {}) =>
  run(new WhatsAppSend(), items, {
    controller,
    basis: 'purpose',
    personFrom: 'contactRef',
    purpose: 'fromItem',
    campaignKey: '',
    options,
  });
const admin = (resource: string, operation: string, parameters: IDataObject = {}) =>
  run(new RegistryAdmin(), [{}], { resource, operation, controller, ...parameters });
const codes = (items: readonly IDataObject[] | undefined) =>
  items?.map((item) => ((item.care as IDataObject).send as IDataObject).code);

/** Reminders are for the day as well: the suite may run at night, when the gate would say so first. */
jest.mock('../../../../core/schedule', () => ({
  ...jest.requireActual<object>('../../../../core/schedule'),
  inQuietHours: () => false,
}));

describe('the limits of the provider, in n8n with a real registry', () => {
  it('reads the portfolio’s limit from Meta and keeps it for the gate', async () => {
    const { outputs } = await send(await reminders([1, 2], 'limit'));
    expect(outputs[0]).toHaveLength(2);
    const sender = await (await registry()).senders.get('metaCloud', PHONE_NUMBER_ID);
    expect(sender).toMatchObject({ portfolioLimit: 2_000 });
    expect(sender.portfolioLimitAt).toBeGreaterThan(Date.now() - 60_000);
  });

  it('tells in a dry run what would leave and what it would cost by the user’s own table', async () => {
    const before = host.calls.length;
    const rateTable = {
      source: 'card',
      validFrom: '2026-10-01',
      currency: 'EUR',
      markets: { GB: { utility: 0.25 } },
    };
    const { outputs, hints } = await send(await reminders([1, 2, 3], 'dry'), {
      dryRun: true,
      rateTable: JSON.stringify(rateTable),
    });
    expect(codes(outputs[1])).toEqual(['dryRun', 'dryRun', 'dryRun']);
    expect(outputs[1]?.[0]?.care).toMatchObject({
      estimate: { currency: 'EUR', amount: 0.25, category: 'utility', market: 'GB' },
    });
    expect(hints.map(({ message }) => message).join('\n')).toContain('3 would be sent, about 0.75 EUR');
    expect(host.calls).toHaveLength(before);
  });

  it('says "unknown" of a price that no table has', async () => {
    const { outputs, hints } = await send(await reminders([1], 'dry'), { dryRun: true });
    expect(outputs[1]?.[0]?.care).toMatchObject({ estimate: { amount: null, market: 'GB' } });
    expect(hints.map(({ message }) => message).join('\n')).toContain('no rate for them');
  });

  it('warns where nobody hears answers, and lets service messages out all the same', async () => {
    const { senders } = await registry();
    await senders.stampInbox('metaCloud', PHONE_NUMBER_ID, null);
    const { outputs, hints } = await send(await reminders([6], 'deaf'));
    expect(outputs[0]).toHaveLength(1);
    expect(hints.filter(({ type }) => type === 'warning')).toMatchObject([
      { message: expect.stringContaining('Inbox Trigger') as string },
    ]);
    await senders.stampInbox('metaCloud', PHONE_NUMBER_ID, Date.now());
  });

  it('stops everything when Meta blocks the sender, says once what to do, and goes on when a person lifts it', async () => {
    answers = () => ({ error: { code: HALTED, message: 'planted' } });
    const items = await reminders([1, 2, 3, 4], 'halt');
    const { outputs, hints } = await send(items, { concurrency: 1 });
    expect(new Set(codes(outputs[1]))).toEqual(new Set(['providerHalted']));
    expect(hints.filter(({ type }) => type === 'warning')).toHaveLength(1);
    answers = accept;
    const calls = host.calls.length;
    const again = await send(items);
    expect(new Set(codes(again.outputs[1]))).toEqual(new Set(['senderHalted']));
    expect(again.hints.find(({ type }) => type === 'warning')?.message).toContain('lift the halt');
    expect(host.calls).toHaveLength(calls);
    await admin('sender', 'liftHalt', { phoneNumberId: PHONE_NUMBER_ID });
    expect((await send(items)).outputs[0]).toHaveLength(4);
  });

  it('lists what nobody knows the fate of, and lets nobody decide while a status may come', async () => {
    answers = () => ({});
    const { outputs } = await send(await reminders([5], 'lost'));
    const { outboxId } = (outputs[1]?.[0]?.care as IDataObject).send as IDataObject;
    const { outputs: listed } = await admin('message', 'listUnknown', { filterBy: 'all' });
    expect(listed[0]).toMatchObject([{ id: outboxId, phoneNumberId: PHONE_NUMBER_ID }]);
    const { outputs: settled } = await admin('message', 'settle', {
      decision: 'sendAgain',
      filterBy: 'messages',
      outboxIds: outboxId as string,
    });
    expect(settled[0]).toEqual([{ settled: 0, tooEarly: 1 }]);
  });
});
