import { randomBytes } from 'node:crypto';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout } from 'node:timers/promises';
import { openRegistry, type Registry } from '../../core';
import { Dice } from '../../simulator/model/random';
import { damages } from './afterKill';
import type { TestDatabase } from './database';
import type { ChildOrder, ChildProgram, Line } from './registryChild';
import { NOW, registerAurora } from './registry';

/** Acknowledgements that a child lives to hear at most, and the time until the kill after the last one. */
const MOST_HEARD = 40;
const LAST_MS = 30;
/** Of the children, so many are killed while they still open and migrate, which takes about so long. */
const KILLED_AT_BIRTH = 0.2;
const BIRTH_MS = 600;

export interface KillRun {
  readonly database: TestDatabase;
  readonly program: ChildProgram;
  readonly kills: number;
  /** The same seed gives the same writes and the same moments. */
  readonly seed: string;
  /** Kills the server instead of the child, and starts it again. */
  readonly crashServer?: () => Promise<void>;
}

export interface KillResult {
  /** One line for each thing that is wrong, with the number of the kill after which it was found. */
  readonly wrong: readonly string[];
  readonly acknowledged: number;
}

/** Lets children write to one registry and kills them one after the other; after each the registry is looked through. */
export async function killAgainAndAgain(run: KillRun): Promise<KillResult> {
  const { database, kills, seed } = run;
  const dice = new Dice(seed, seed);
  const masterKey = randomBytes(32);
  const open = (): Promise<Registry> => openAgain(database, masterKey);
  const heard: Line[] = [];
  const wrong: string[] = [];

  const first = await open();
  await registerAurora(first);
  await first.close();
  for (let kill = 1; kill <= kills; kill += 1) {
    const order = {
      database: database.options,
      masterKey: masterKey.toString('base64'),
      work: 'write',
    } as const;
    heard.push(...(await oneLife(run, { ...order, seed: `${seed}/${kill}` }, dice)));
    const registry = await open();
    const found = [...brokenPages(database), ...(await damages(registry, database, heard))];
    wrong.push(...found.map((what) => `kill ${kill}: ${what}`));
    await registry.close();
  }
  return { wrong, acknowledged: heard.length };
}

async function oneLife(run: KillRun, order: ChildOrder, dice: Dice): Promise<readonly Line[]> {
  const child = run.program.start(order);
  if (dice.chance(KILLED_AT_BIRTH)) {
    await setTimeout(dice.fraction() * BIRTH_MS);
  } else {
    const heard = dice.fraction() * MOST_HEARD;
    await child.until(() => child.lines.length > heard);
    await setTimeout(dice.fraction() * LAST_MS);
  }
  if (run.crashServer) await run.crashServer();
  child.kill();
  await child.ended();
  return child.lines;
}

function openAgain(database: TestDatabase, masterKey: Buffer): Promise<Registry> {
  return openRegistry({
    database: database.options,
    masterKey,
    clock: { now: () => NOW },
    random: { bytes: (length) => randomBytes(length) },
    // Whoever wrote is dead.
    ownerAlive: () => false,
  });
}

/** What SQLite itself finds broken in its file. */
function brokenPages({ options }: TestDatabase): string[] {
  if (options.kind !== 'embedded') return [];
  const database = new DatabaseSync(options.file);
  try {
    const said = database.prepare('pragma integrity_check').all();
    const lost = database.prepare('pragma foreign_key_check').all();
    return [
      ...said.map((row) => String(row.integrity_check)).filter((line) => line !== 'ok'),
      ...lost.map(() => 'a reference leads nowhere'),
    ];
  } finally {
    database.close();
  }
}
