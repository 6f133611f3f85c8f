import fc from 'fast-check';
import { CareError } from '../../../core/errors';
import { dispatchAll } from '../../../core/messaging/sendBatch';
import type { CallOutcome } from '../../../core/registry/types';
import { accept, dispatch, rendered, world } from './world';

const rows = (count: number) => Array.from({ length: count }, (_, index) => dispatch(`a${index}`));
const released = (code: string): CallOutcome => ({ state: 'released', code });
const codes = (results: readonly { sent: boolean; code?: string }[]) =>
  results.map((result) => (result.sent ? 'sent' : result.code));

describe('dispatchAll', () => {
  it('marks a row before the call and settles it after, so that a kill leaves a truthful row', async () => {
    const { ports, log } = world();
    await expect(dispatchAll(ports, rows(1))).resolves.toEqual([
      { sent: true, outboxId: 'ob-a0-1', contactRef: 'c-a0', state: 'accepted' },
    ]);
    expect(log).toEqual(['claim 1', 'calling ob-a0-1', 'settle ob-a0-1 accepted']);
  });

  it('claims at most fifty at once, whatever the option says, and keeps the order of the results', async () => {
    const { ports, log } = world({ batchSize: 5000, concurrency: 200 });
    const results = await dispatchAll(ports, rows(120));
    expect(log.filter((line) => line.startsWith('claim'))).toEqual(['claim 50', 'claim 50', 'claim 20']);
    expect(results.map((result) => result.contactRef)).toEqual(rows(120).map((_, index) => `c-a${index}`));
  });

  it('claims one batch ahead of the calls and no more, so that a STOP waits behind few', async () => {
    const { ports, log } = world({ batchSize: 5, concurrency: 2 });
    await dispatchAll(ports, rows(40));
    let ahead = 0;
    const aheadAtClaims: number[] = [];
    for (const line of log) {
      if (line.startsWith('claim')) aheadAtClaims.push(ahead);
      if (line.startsWith('claim')) ahead += 5;
      if (line.startsWith('calling')) ahead -= line.split(',').length;
    }
    expect(aheadAtClaims).toHaveLength(8);
    expect(Math.max(...aheadAtClaims)).toBeLessThan(5);
  });

  it('never has more calls under way than may be', async () => {
    let underWay = 0;
    let most = 0;
    const { ports } = world({ batchSize: 5, concurrency: 3 });
    const send = async () => {
      underWay += 1;
      most = Math.max(most, underWay);
      await new Promise((resolve) => setImmediate(resolve));
      underWay -= 1;
      return { state: 'accepted', messageId: 'wamid.x' } as const;
    };
    await dispatchAll({ ...ports, provider: { ...ports.provider, send } }, rows(30));
    expect(most).toBe(3);
  });

  it("passes the gate's refusal on with its sentence and its next permitted time", async () => {
    const refusal = {
      claimed: false,
      code: 'quietHours',
      sentence: 'Later.',
      contactRef: 'c-a1',
      outboxId: null,
      nextPermittedAt: 99,
    } as const;
    const { ports, sent } = world({ refuse: ({ occurrence }) => (occurrence === 'a1' ? refusal : null) });
    const results = await dispatchAll(ports, rows(3));
    expect(codes(results)).toEqual(['sent', 'quietHours', 'sent']);
    expect(results[1]).toEqual({
      sent: false,
      code: 'quietHours',
      sentence: 'Later.',
      contactRef: 'c-a1',
      outboxId: null,
      state: 'refused',
      nextPermittedAt: 99,
    });
    expect(sent).toHaveLength(2);
  });

  it('tries a throttled message again with growing waits, asking the gate each time', async () => {
    const { ports, log, slept } = world({
      answer: (occurrence, attempt) => (attempt < 4 ? released('rateLimited') : accept(occurrence, attempt)),
    });
    expect(codes(await dispatchAll(ports, rows(1)))).toEqual(['sent']);
    expect(log.filter((line) => line.startsWith('claim'))).toHaveLength(4);
    expect(slept).toEqual([1_000, 2_000, 4_000]);
  });

  it('asks again at the time given while the instants of the sender are taken, and tries nothing meanwhile', async () => {
    let asked = 0;
    const { ports, sent, slept } = world({
      refuse: () => {
        asked += 1;
        const spaced = { claimed: false, code: 'rateLimited', sentence: 'S.', contactRef: null } as const;
        return asked > 3 ? null : { ...spaced, outboxId: null, nextPermittedAt: asked * 500 };
      },
    });
    expect(codes(await dispatchAll(ports, rows(1)))).toEqual(['sent']);
    expect(slept).toEqual([500, 500, 500]);
    expect(sent).toHaveLength(1);
  });

  it('fails for good a message that the provider has refused by an unknown code three times more', async () => {
    const { ports, sent, settled } = world({
      answer: () => ({ state: 'released', code: 'providerFault', providerCode: '999999', retry: 'few' }),
    });
    const [result] = await dispatchAll(ports, rows(1));
    expect(result).toMatchObject({ sent: false, state: 'failed', code: 'providerRefused' });
    expect(sent).toHaveLength(4);
    expect([...settled.values()].at(-1)).toEqual({
      state: 'failed',
      code: 'providerRefused',
      providerCode: '999999',
    });
  });

  it.each(['rateLimited', 'providerUnreachable', 'pairRateLimited'])(
    'tries nothing again by itself on %s where no status would tell two copies apart',
    async (code) => {
      const { ports, sent } = world({ answer: () => released(code) });
      const capabilities = { ...ports.provider.capabilities, callbackId: false };
      const provider = { ...ports.provider, capabilities };
      expect(codes(await dispatchAll({ ...ports, provider }, rows(1)))).toEqual([code]);
      expect(sent).toHaveLength(1);
    },
  );

  it('leaves for the next run what the provider wants no earlier than tomorrow', async () => {
    const { ports, sent, settled } = world({
      answer: () => ({ state: 'released', code: 'marketingHeld', retryAfterMs: 86_400_000 }),
    });
    expect(await dispatchAll(ports, rows(1))).toMatchObject([
      { code: 'marketingHeld', nextPermittedAt: 86_400_000 },
    ]);
    expect(sent).toHaveLength(1);
    expect([...settled.values()]).toMatchObject([{ state: 'released', retryAfterMs: 86_400_000 }]);
  });

  it('stops at the first claim that finds the sender halted, and asks for no other', async () => {
    const halted = { claimed: false, code: 'senderHalted', sentence: 'S.', contactRef: null } as const;
    const { ports, log } = world({
      refuse: () => ({ ...halted, outboxId: null, nextPermittedAt: null }),
    });
    const results = await dispatchAll(ports, rows(120));
    expect(new Set(codes(results))).toEqual(new Set(['senderHalted']));
    expect(log.filter((line) => line.startsWith('claim'))).toHaveLength(1);
  });

  it('starts no campaign whose people do not fit, and claims nothing of it', async () => {
    const { ports, log } = world();
    const begin = async () =>
      ({ starts: false, code: 'portfolioBudget', sentence: 'Too many.', nextPermittedAt: 77 }) as const;
    const campaign = [dispatch('a0', {}, { campaignKey: 'autumn' }), dispatch('a1')];
    expect(await dispatchAll({ ...ports, begin }, campaign)).toMatchObject(
      Array(2).fill({ code: 'portfolioBudget', sentence: 'Too many.', nextPermittedAt: 77 }),
    );
    expect(log).toEqual([]);
  });

  it.each([
    ['rateLimited', 6],
    ['pairRateLimited', 4],
    ['providerUnreachable', 3],
  ])('gives up on %s after %i calls and leaves the row free', async (code, calls) => {
    const { ports, sent, settled } = world({ answer: () => released(code) });
    const [result] = await dispatchAll(ports, rows(1));
    expect(result).toMatchObject({ sent: false, state: 'released', code });
    expect(sent).toHaveLength(calls);
    expect([...settled.values()].every(({ state }) => state === 'released')).toBe(true);
  });

  it('does not send a retry that the gate refuses in the meantime, such as after a STOP', async () => {
    let claims = 0;
    const { ports, sent } = world({
      answer: () => released('rateLimited'),
      refuse: () => {
        claims += 1;
        return claims === 1
          ? null
          : {
              claimed: false,
              code: 'suppressed',
              sentence: 'S.',
              contactRef: 'c-a0',
              outboxId: null,
              nextPermittedAt: null,
            };
      },
    });
    expect(codes(await dispatchAll(ports, rows(1)))).toEqual(['suppressed']);
    expect(sent).toHaveLength(1);
  });

  it.each(['providerAuth', 'providerHalted'])(
    'stops the run on %s and frees what was claimed',
    async (code) => {
      const { ports, sent, settled } = world({ answer: () => released(code), batchSize: 5, concurrency: 1 });
      const results = await dispatchAll(ports, rows(20));
      expect(new Set(codes(results))).toEqual(new Set([code]));
      expect(sent).toHaveLength(1);
      expect([...settled.values()].every(({ state }) => state === 'released')).toBe(true);
    },
  );

  it('never sends a message again whose answer was lost', async () => {
    const { ports, sent } = world({ answer: () => ({ state: 'unknown' }) });
    const results = await dispatchAll(ports, rows(2));
    expect(results).toMatchObject([
      { state: 'unknown', code: 'answerLost' },
      { state: 'unknown', code: 'answerLost' },
    ]);
    expect(sent).toHaveLength(2);
  });

  it('sends nothing when the registry cannot be reached', async () => {
    const { ports, sent } = world({ outbox: { claim: async () => Promise.reject(new Error('down')) } });
    expect(codes(await dispatchAll(ports, rows(3)))).toEqual(Array(3).fill('registryUnreachable'));
    expect(sent).toHaveLength(0);
  });

  it("gives the registry's own reason where it has one", async () => {
    const claim = async () => Promise.reject(new CareError('senderUnknown', 'Register the sender.'));
    const { ports } = world({ outbox: { claim } });
    expect(await dispatchAll(ports, rows(1))).toMatchObject([
      { code: 'senderUnknown', sentence: 'Register the sender.' },
    ]);
  });

  it('sends nothing that it could not mark as being called', async () => {
    const { ports, sent } = world({ outbox: { markCalling: async () => Promise.reject(new Error('down')) } });
    expect(codes(await dispatchAll(ports, rows(3)))).toEqual(Array(3).fill('registryUnreachable'));
    expect(sent).toHaveLength(0);
  });

  it('tells the registry again what became of a call before it calls the message unknown', async () => {
    let calls = 0;
    const settleCall = async () => {
      calls += 1;
      if (calls < 3) throw new Error('hiccup');
    };
    const { ports } = world({ outbox: { settleCall } });
    expect(codes(await dispatchAll(ports, rows(1)))).toEqual(['sent']);
  });

  it('says answerLost when the registry never learned what became of the call', async () => {
    const { ports } = world({ outbox: { settleCall: async () => Promise.reject(new Error('down')) } });
    expect(await dispatchAll(ports, rows(1))).toMatchObject([{ state: 'unknown', code: 'answerLost' }]);
  });

  it('stops before the next claim when the user cancels, and says so for the rest', async () => {
    const stop = new AbortController();
    const { ports } = world({ batchSize: 2, concurrency: 1 });
    const results = await dispatchAll(ports, rows(8), {
      signal: stop.signal,
      onProgress: () => stop.abort(),
    });
    expect(codes(results).filter((code) => code === 'sent').length).toBeLessThanOrEqual(4);
    expect(codes(results).at(-1)).toBe('runCancelled');
  });

  it('sends nothing in a dry run', async () => {
    const { ports, sent, log } = world({ context: { dryRun: true } });
    expect(codes(await dispatchAll(ports, rows(2)))).toEqual(['dryRun', 'dryRun']);
    expect(sent).toHaveLength(0);
    expect(log).toEqual(['claim 2']);
  });

  it.each([
    ['a template by itself as an answer', { use: 'template' }, { basis: { kind: 'reply', eventId: 'e1' } }],
    ['an answer without a question', { use: 'reply' }, {}],
  ] as const)('refuses %s without asking for a claim', async (_name, message, request) => {
    const { ports, log } = world();
    expect(codes(await dispatchAll(ports, [dispatch('a0', message, request)]))).toEqual([
      'templateUseMismatch',
    ]);
    expect(log).toEqual([]);
  });

  it('keeps the words of an answer, and of nothing else', async () => {
    const { ports, log } = world();
    await dispatchAll(ports, [
      dispatch('a0'),
      dispatch('a1', {}, { basis: { kind: 'reply', eventId: 'e1' } }),
    ]);
    expect(log.filter((line) => line.startsWith('keep'))).toEqual(['keep ob-a1-1']);
  });

  it('gives one result for each message whatever the provider answers', async () => {
    const outcome = fc.oneof(
      fc.constant<CallOutcome>({ state: 'accepted', messageId: 'wamid.x' }),
      fc.constant<CallOutcome>({ state: 'unknown' }),
      fc.constantFrom('rateLimited', 'providerAuth', 'templateNotApproved').map(released),
      fc.constant<CallOutcome>({ state: 'failed', code: 'noWhatsApp', providerCode: '131026' }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(outcome, { minLength: 1, maxLength: 12 }), async (outcomes) => {
        const { ports, sent } = world({
          batchSize: 3,
          answer: (occurrence) => outcomes[Number(occurrence.slice(1))] ?? { state: 'unknown' },
        });
        const results = await dispatchAll(ports, rows(outcomes.length));
        const accepted = results.filter((result) => result.sent);
        expect(results.filter(Boolean)).toHaveLength(outcomes.length);
        expect(accepted.length).toBeLessThanOrEqual(sent.length);
      }),
      { numRuns: 30 },
    );
  });
});

describe('the emergency answer while the registry is down', () => {
  const fixed = rendered({ template: 'emergency', use: 'reply', text: 'Call 112.', parameters: [] });
  const down = { claim: async () => Promise.reject(new Error('down')) };
  const answer = (person: object) =>
    dispatch(
      'a0',
      { template: 'emergency', use: 'reply', text: 'tampered' },
      {
        basis: { kind: 'reply', eventId: 'e1' },
        person: person as never,
      },
    );

  it('leaves with the words of the catalogue, never with those of the item', async () => {
    const { ports, sent } = world({ outbox: down });
    const [result] = await dispatchAll({ ...ports, emergencyText: () => fixed }, [
      answer({ phone: '+12025550143' }),
    ]);
    expect(result).toMatchObject({ sent: true });
    expect(sent).toMatchObject([
      { to: { kind: 'phone', e164: '+12025550143' }, message: { text: 'Call 112.' } },
    ]);
  });

  it.each([
    ['a person known by pseudonym only', answer({ contactRef: 'c1' }), fixed],
    [
      'another template',
      dispatch(
        'a0',
        { use: 'reply' },
        { basis: { kind: 'reply', eventId: 'e1' }, person: { phone: '+12025550143' } },
      ),
      fixed,
    ],
    [
      'a message that answers nothing',
      dispatch('a0', { template: 'emergency' }, { person: { phone: '+12025550143' } }),
      fixed,
    ],
    [
      'a text with variables',
      answer({ phone: '+12025550143' }),
      { ...fixed, parameters: [{ name: 'x', value: 'y' }] },
    ],
    ['a number that cannot be', answer({ phone: '123' }), fixed],
  ])('does not leave for %s', async (_name, one, text) => {
    const { ports, sent } = world({ outbox: down });
    const results = await dispatchAll({ ...ports, emergencyText: () => text }, [one]);
    expect(results).toMatchObject([{ sent: false, code: 'registryUnreachable' }]);
    expect(sent).toHaveLength(0);
  });
});
