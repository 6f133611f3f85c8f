const opened = new Map<string, Promise<unknown>>();

/**
 * Keeps what `open` gives for as long as the process lives, one per key. It sits in core because core is one
 * file that all nodes share, while every node bundle has its own copy of what lies under `nodes`. A failed
 * attempt is forgotten, so that the next run tries again. All callers of one key must open the same type.
 */
export function openOnce<T>(key: string, open: () => Promise<T>): Promise<T> {
  const known = opened.get(key) as Promise<T> | undefined;
  if (known) return known;
  const opening = open().catch((error: unknown) => {
    opened.delete(key);
    throw error;
  });
  opened.set(key, opening);
  return opening;
}
