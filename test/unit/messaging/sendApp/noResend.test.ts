import { capabilitiesOf, dispatchAll, type CallOutcome } from '../../../../core';
import { dispatch, world } from '../world';

/** A run of two messages at a provider that says no to the first and yes to all after it. */
async function run(first: CallOutcome, provider: 'metaCloud' | 'sendAppAgent') {
  let calls = 0;
  const { ports, sent } = world({
    batchSize: 1,
    concurrency: 1,
    answer: () => (calls++ === 0 ? first : { state: 'accepted', messageId: null }),
  });
  const results = await dispatchAll(
    { ...ports, provider: { ...ports.provider, capabilities: capabilitiesOf(provider) } },
    [dispatch('one'), dispatch('two')],
  );
  return { results, asked: sent.map(({ outboxId }) => outboxId.split('-')[1]) };
}

describe('a provider that returns no id of ours', () => {
  it.each([
    ['rateLimited', 'two'],
    ['pairRateLimited', 'two'],
  ])('is not asked again for one message after %s, and takes the others', async (code, next) => {
    const { results, asked } = await run({ state: 'released', code }, 'sendAppAgent');
    expect(asked).toEqual(['one', next]);
    expect(results).toMatchObject([{ sent: false, code }, { sent: true }]);
  });

  it('is not asked again after a code that nobody knows, which Meta would be', async () => {
    const fault = { state: 'released', code: 'providerFault', providerCode: '999999', retry: 'few' } as const;
    const { results, asked } = await run(fault, 'sendAppAgent');
    expect(asked).toEqual(['one', 'two']);
    expect(results).toMatchObject([{ state: 'failed', code: 'providerRefused' }, { sent: true }]);
  });

  it('ends the run when it stays away, so that nothing is tried blindly', async () => {
    const { results, asked } = await run({ state: 'released', code: 'providerUnreachable' }, 'sendAppAgent');
    expect(asked).toEqual(['one']);
    expect(results).toMatchObject([{ code: 'providerUnreachable' }, { code: 'providerUnreachable' }]);
  });

  it('is left alone after a lost answer', async () => {
    const { results, asked } = await run({ state: 'unknown' }, 'sendAppAgent');
    expect(asked).toEqual(['one', 'two']);
    expect(results).toMatchObject([{ code: 'answerLost' }, { sent: true }]);
  });

  it('differs in that from Meta, which certainly did not take a message that it refuses for its rate', async () => {
    const { results, asked } = await run({ state: 'released', code: 'rateLimited' }, 'metaCloud');
    expect(asked.toSorted()).toEqual(['one', 'one', 'two']);
    expect(results).toMatchObject([{ sent: true }, { sent: true }]);
  });
});
