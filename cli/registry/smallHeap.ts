import { execve, execArgv, execPath, argv, env, platform } from 'node:process';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** MB; V8 would take 64 on its own, twice, and touch all of it over and over. */
const YOUNG = '--max-semi-space-size=4';

/**
 * Starts this command again in the same process with little room for objects that are young: V8 takes its size only at
 * the start. Where a process cannot be replaced (Windows) it goes on as it is.
 */
export function inSmallHeap(): void {
  if (platform === 'win32' || typeof execve !== 'function' || execArgv.includes(YOUNG)) return;
  execve(execPath, [execPath, ...execArgv, YOUNG, ...argv.slice(1)], env);
}

/** V8 by itself collects what has grown old only when it is several times as much as what is in use. */
export function garbageCollector(): () => void {
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc') as () => void;
}
