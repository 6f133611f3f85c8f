/** A process of its own with a registry, for tests that kill it. Bundled by `../registryChild.ts`; speaks JSON lines. */
import { randomBytes } from 'node:crypto';
import { writeSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { CareError, classifyReply, openRegistry, type Registry } from '../../../core';
import type { ChildOrder } from '../registryChild';
import { NOW } from '../registry';
import { asksEverything } from '../yes';
import { claimsPaced } from './claims';
import { writesForEver } from './writes';

/** Written through at once: what stands there was acknowledged, also when the next instruction never comes. */
const say = (line: object): void => void writeSync(1, `${JSON.stringify(line)}\n`);

const codeOf = (error: unknown): string =>
  error instanceof CareError ? error.code : `no code: ${String(error)}`;

const NOBODY = 65_534;

async function open({ database, masterKey }: ChildOrder): Promise<Registry> {
  // The lexicons take longer to load than some of these processes live.
  classifyReply('');
  const registry = await openRegistry({
    database,
    masterKey: Buffer.from(masterKey, 'base64'),
    // No quiet hours anywhere near.
    clock: { now: () => NOW },
    random: { bytes: (length) => randomBytes(length) },
  });
  say({ opened: true });
  return registry;
}

/** Goes on asking whatever happens to the database, until its standard input is closed. */
async function asksForEver(registry: Registry): Promise<void> {
  process.stdin.resume();
  while (!process.stdin.readableEnded) {
    say({ outcomes: await asksEverything(registry) });
    await setTimeout(20);
  }
}

async function work(order: ChildOrder): Promise<void> {
  // Root may write what is read-only.
  if (order.unprivileged && process.getuid?.() === 0) process.seteuid?.(NOBODY);
  const registry = await open(order);
  if (order.work === 'write') await writesForEver(registry, order.seed, say);
  if (order.work === 'ask') await asksForEver(registry);
  if (order.work === 'claim') await claimsPaced(registry, order.seed, say);
  if (order.work === 'askOnce') say({ outcomes: await asksEverything(registry) });
  await registry.close();
}

const order = JSON.parse(process.argv[2] ?? '{}') as ChildOrder;
work(order).catch((error: unknown) => say({ failed: codeOf(error) }));
