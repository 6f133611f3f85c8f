import { gathered } from '../../../core/messaging/gather';

/** Answers a group only when told to. */
function desk() {
  const groups: number[][] = [];
  const open: (() => void)[] = [];
  const ask = gathered<number, string>(async (items) => {
    groups.push([...items]);
    await new Promise<void>((resolve) => open.push(resolve));
    if (items.includes(13)) throw new Error('down');
    return items.map((item) => `answer ${item}`);
  });
  const answerAll = async () => {
    while (open.length > 0) {
      open.shift()?.();
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  return { ask, groups, answerAll };
}

describe('questions that are asked one by one and answered in groups', () => {
  it('puts into one group what comes while another is under way, and gives each its own answer', async () => {
    const { ask, groups, answerAll } = desk();
    const answers = Promise.all([1, 2, 3].map(ask));
    await answerAll();
    expect(await answers).toEqual(['answer 1', 'answer 2', 'answer 3']);
    expect(groups).toEqual([[1], [2, 3]]);
  });

  it('makes no group so large that others wait long for the registry', async () => {
    const { ask, groups, answerAll } = desk();
    const answers = Promise.all(Array.from({ length: 250 }, (_, index) => ask(1_000 + index)));
    await answerAll();
    await answers;
    expect(groups.map((group) => group.length)).toEqual([1, 100, 100, 49]);
  });

  it('fails each of a group that fails, and goes on', async () => {
    const { ask, answerAll } = desk();
    const results = Promise.allSettled([1, 13, 2].map(ask));
    await answerAll();
    expect((await results).map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected']);
    const later = ask(4);
    await answerAll();
    expect(await later).toBe('answer 4');
  });
});
