/** As much as one transaction may hold without making others wait. */
const MOST_AT_ONCE = 100;

interface Waiting<T, R> {
  readonly item: T;
  readonly resolve: (result: R) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Asks one by one what is answered in groups: what comes while one group is under way makes the next. A group that
 * fails fails for each of its members.
 * @param answer gives one result for each item, in order
 */
export function gathered<T, R>(
  answer: (items: readonly T[]) => Promise<readonly R[]>,
): (item: T) => Promise<R> {
  const waiting: Waiting<T, R>[] = [];
  let busy = false;

  async function next(group: readonly Waiting<T, R>[]): Promise<void> {
    try {
      const results = await answer(group.map(({ item }) => item));
      group.forEach(({ resolve }, index) => {
        resolve(results[index] as R);
      });
    } catch (error) {
      for (const { reject } of group) reject(error);
    }
  }

  async function run(): Promise<void> {
    busy = true;
    while (waiting.length > 0) await next(waiting.splice(0, MOST_AT_ONCE));
    busy = false;
  }

  return (item) =>
    new Promise<R>((resolve, reject) => {
      waiting.push({ item, resolve, reject });
      if (!busy) void run();
    });
}
