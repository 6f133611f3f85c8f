import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Faults } from '../../../simulator';
import {
  ANNA,
  closeAll,
  PLAIN,
  receiver,
  sendPath,
  simulator,
  template,
  templatesPath,
  text,
} from './support';

let folder: string;
let stateFile: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'simulator-'));
  stateFile = join(folder, 'deep', 'state.jsonl');
});
afterEach(async () => {
  await closeAll();
  rmSync(folder, { recursive: true });
});

it('comes back with chats, templates, persons and its open service window', async () => {
  const first = await simulator({ stateFile });
  await first.post(templatesPath, PLAIN);
  await first.post(sendPath, template(ANNA, 'plain'));
  first.reply({ person: ANNA, text: 'hello' });
  first.addPersons([{ phone: '+447700900150', name: 'Nora Neu', language: 'de', online: false }]);
  const before = [first.messages(), first.chat(ANNA), first.persons()];
  await closeAll();

  const second = await simulator({ stateFile });
  expect([second.messages(), second.chat(ANNA), second.persons()]).toEqual(before);
  expect((await second.get(templatesPath)).body.data).toHaveLength(1);
  await second.post(sendPath, text(ANNA));
  expect(second.messages().at(-1)?.status).toBe('delivered');
});

it('gives new ids after a restart, so that no receiver drops a message as a repeat', async () => {
  const first = await simulator({ stateFile });
  const id = first.reply({ person: ANNA, text: 'hello' });
  first.advance(1);
  await closeAll();
  const second = await simulator({ stateFile });
  expect(second.reply({ person: ANNA, text: 'hello' })).not.toBe(id);
});

it('keeps its clock ahead and sends what no receiver had confirmed', async () => {
  const hook = await receiver();
  const first = await simulator({ stateFile, webhookUrl: hook.url, faults: { holdWebhooks: true } });
  first.advance(60_000);
  first.reply({ person: ANNA, text: 'hello' });
  const [now, url] = [first.now(), hook.url];
  await first.close();

  const second = await simulator({ stateFile, webhookUrl: url });
  expect(second.now()).toBe(now);
  await second.webhooksIdle();
  expect(hook.inbound()).toHaveLength(1);
});

it('finishes a review that was pending', async () => {
  const review = { templateReview: { delayMs: 1000 } };
  const first = await simulator({ stateFile, faults: review });
  const { id } = (await first.post(templatesPath, PLAIN)).body;
  await closeAll();
  const second = await simulator({ stateFile });
  second.advance(1000);
  expect((await second.get(`/v23.0/${id}?fields=status`)).body.status).toBe('APPROVED');
});

it('overlooks a last line that was cut, and says so when the middle is broken', async () => {
  const first = await simulator({ stateFile });
  first.reply({ person: ANNA, text: 'hello' });
  await closeAll();
  appendFileSync(stateFile, '["messages","wamid.cut",{"direc');
  const second = await simulator({ stateFile });
  expect(second.chat(ANNA)).toHaveLength(1);
  await closeAll();
  writeFileSync(stateFile, `["meta","x",1]\nbroken\n${readFileSync(stateFile, 'utf8')}`);
  await expect(simulator({ stateFile })).rejects.toThrow('damaged in line 2');
});

it('does not touch the file of another simulator that has the port', async () => {
  const first = await simulator({ stateFile });
  await expect(simulator({ stateFile, port: first.port })).rejects.toThrow('EADDRINUSE');
  first.reply({ person: ANNA, text: 'still kept' });
  await closeAll();
  expect((await simulator({ stateFile })).chat(ANNA)).toHaveLength(1);
});

it('forgets all but the persons of its options on reset', async () => {
  const sim = await simulator({ stateFile });
  const persons = sim.persons();
  await sim.post(templatesPath, PLAIN);
  await sim.post(sendPath, template('+447700900160', 'plain'));
  sim.setFaults({ errorShare: 1 });
  sim.reset();
  expect([sim.messages(), sim.persons()]).toEqual([[], persons]);
  expect((await sim.get(templatesPath)).body.data).toEqual([]);
  expect((await sim.get<{ faults: Faults }>('/simulator/state')).body.faults.errorShare).toBe(0);
});
