import {
  ANNA,
  closeAll,
  PLAIN,
  receiver,
  sendPath,
  simulator,
  template,
  templatesPath,
  TOKEN,
  type Harness,
  type Receiver,
} from './support';

afterEach(closeAll);

async function ready(options = {}): Promise<Harness> {
  const sim = await simulator(options);
  await sim.post(templatesPath, PLAIN);
  return sim;
}

async function hooked(): Promise<[Harness, Receiver]> {
  const hook = await receiver();
  const sim = await ready({ webhookUrl: hook.url });
  await sim.webhooksIdle();
  hook.posts.length = 0;
  return [sim, hook];
}

const send = (sim: Harness) => sim.post(sendPath, template(ANNA, 'plain'));

describe('faults of the API', () => {
  it('answers 500 with is_transient and accepts nothing', async () => {
    const sim = await ready({ faults: { errorShare: 1 } });
    const { status, body } = await send(sim);
    expect([status, body.error?.code, body.error?.is_transient]).toEqual([500, 2, true]);
    expect(sim.messages()).toHaveLength(0);
  });

  it('cuts the connection after accepting: the caller sees a hang-up, the message is on its way', async () => {
    const [sim, hook] = await hooked();
    sim.setFaults({ cutShare: 1 });
    await expect(send(sim)).rejects.toThrow('fetch failed');
    await sim.webhooksIdle();
    expect(sim.messages()).toHaveLength(1);
    expect(hook.statuses().map((one) => one.status)).toEqual(['sent', 'delivered']);
  });

  it.each([131031, 368, 131048, 131042, 2, 130472])('refuses with %i on demand', async (code) => {
    const sim = await ready({ faults: { refuse: { code } } });
    expect((await send(sim)).body.error?.code).toBe(code);
    expect(sim.messages()).toHaveLength(0);
  });

  it('fails accepted messages with any code on demand', async () => {
    const [sim, hook] = await hooked();
    sim.setFaults({ fail: { code: 131049 } });
    expect((await send(sim)).status).toBe(200);
    await sim.webhooksIdle();
    expect(hook.statuses()).toMatchObject([{ status: 'failed', errors: [{ code: 131049 }] }]);
  });

  it('waits before it answers', async () => {
    const sim = await ready({ faults: { latencyMs: 60 } });
    const race = await Promise.race([
      send(sim),
      new Promise((resolve) => setTimeout(resolve, 20)).then(() => 'nothing yet'),
    ]);
    expect(race).toBe('nothing yet');
  });

  it('has the message of a caller that went away while it waited', async () => {
    const sim = await ready({ faults: { latencyMs: 150 } });
    const gone = fetch(`${sim.url}${sendPath}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' },
      body: JSON.stringify(template(ANNA, 'plain')),
      signal: AbortSignal.timeout(50),
    });
    await expect(gone).rejects.toThrow('timeout');
    while (sim.messages().length === 0) await new Promise((resolve) => setTimeout(resolve, 10));
    expect(sim.messages()).toMatchObject([{ person: ANNA }]);
  });

  it('repeats itself with the same seed, and only then', async () => {
    const run = async (seed: string) => {
      const sim = await ready({ seed, faults: { errorShare: 0.5 } });
      const statuses: number[] = [];
      for (let i = 0; i < 24; i += 1) statuses.push((await send(sim)).status);
      return statuses.join();
    };
    expect(await run('one')).toBe(await run('one'));
    expect(await run('one')).not.toBe(await run('two'));
  });

  it.each([{ errorShare: 2 }, { latency: 5 }, { webhookBatch: 0 }, { refuse: { code: 'x' } }])(
    'does not take %j',
    async (faults) => {
      const sim = await ready();
      expect((await sim.post('/simulator/faults', faults)).status).toBe(400);
    },
  );

  it('changes only the faults that are named', async () => {
    const sim = await ready();
    sim.setFaults({ errorShare: 1, webhookDelayMs: 5 });
    expect(sim.setFaults({ errorShare: 0 })).toMatchObject({ errorShare: 0, webhookDelayMs: 5 });
  });
});

describe('faults of the webhooks', () => {
  it('sends updates twice', async () => {
    const [sim, hook] = await hooked();
    sim.setFaults({ duplicateShare: 1 });
    await send(sim);
    await sim.webhooksIdle();
    expect(hook.statuses().map((one) => one.status)).toEqual(['sent', 'sent', 'delivered', 'delivered']);
  });

  it('lets a later update overtake an earlier one', async () => {
    const [sim, hook] = await hooked();
    sim.setFaults({ outOfOrderShare: 1 });
    await send(sim);
    sim.setFaults({ outOfOrderShare: 0 });
    sim.read(ANNA);
    while (hook.statuses().length === 0) await new Promise((resolve) => setImmediate(resolve));
    sim.advance(1000);
    await sim.webhooksIdle();
    expect(hook.statuses().map((one) => one.status)[0]).toBe('read');
    expect(hook.statuses()).toHaveLength(3);
  });

  it('holds everything back until told otherwise', async () => {
    const [sim, hook] = await hooked();
    sim.setFaults({ holdWebhooks: true });
    await send(sim);
    await new Promise((resolve) => setImmediate(resolve));
    expect([hook.posts.length, sim.webhooksPending()]).toEqual([0, 2]);
    sim.setFaults({ holdWebhooks: false });
    await sim.webhooksIdle();
    expect(hook.statuses()).toHaveLength(2);
  });

  it('delays by the simulator’s clock', async () => {
    const [sim, hook] = await hooked();
    sim.setFaults({ webhookDelayMs: 60_000 });
    await send(sim);
    sim.advance(59_999);
    await new Promise((resolve) => setImmediate(resolve));
    expect(hook.posts).toHaveLength(0);
    sim.advance(1);
    await sim.webhooksIdle();
    expect(hook.statuses()).toHaveLength(2);
  });

  it('puts several updates in one POST', async () => {
    const [sim, hook] = await hooked();
    sim.setFaults({ holdWebhooks: true, webhookBatch: 100 });
    for (let i = 0; i < 10; i += 1) sim.reply({ person: `+44770090020${i}`, text: 'hello' });
    await new Promise((resolve) => setImmediate(resolve));
    sim.setFaults({ holdWebhooks: false });
    await sim.webhooksIdle();
    expect(hook.posts).toHaveLength(1);
    expect(hook.inbound()).toHaveLength(10);
    expect(hook.badSignatures).toBe(0);
  });

  it('gathers updates that come one after the other into one POST, as far as it holds', async () => {
    const [sim, hook] = await hooked();
    sim.setFaults({ webhookBatch: 6, webhookGatherMs: 200 });
    for (let i = 0; i < 10; i += 1) {
      sim.reply({ person: `+44770090020${i}`, text: 'hello' });
      await new Promise((resolve) => setImmediate(resolve));
    }
    await sim.webhooksIdle();
    expect(hook.posts.map(({ length }) => length)).toEqual([6, 4]);
  });
});
