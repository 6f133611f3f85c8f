import { hostname } from 'node:os';

/** Names this process in the claims that it makes: `<host>/<pid>/<start>`. */
export function processOwner(startedAt: number): string {
  return `${hostname()}/${process.pid}/${startedAt}`;
}

/**
 * Whether the process behind a claim still runs. Of another machine nothing can be said: then its lease decides,
 * so the answer is yes.
 */
export function processAlive(owner: string): boolean {
  const [host, pid] = owner.split('/');
  if (host !== hostname()) return true;
  const id = Number(pid);
  // A container gives every start the same process id, so this one under another start is a former life.
  if (id === process.pid) return false;
  try {
    process.kill(id, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
