import type { Registry } from '../../../core';
import { Dice } from '../../../simulator/model/random';
import type { Acknowledged } from '../registryChild';
import { consent, context, message, person, request } from '../registry';

const PEOPLE = 300;
const MOST_ROWS = 20;
const CLAIMED_AT_ONCE = 5;

type Say = (line: Acknowledged) => void;

const between = (dice: Dice, from: number, below: number): number =>
  from + Math.floor(dice.fraction() * (below - from));

const anybody = (dice: Dice): number => between(dice, 0, PEOPLE);

async function recordsSome(registry: Registry, dice: Dice, round: string, say: Say): Promise<void> {
  const rows = Array.from({ length: between(dice, 1, MOST_ROWS) }, (_, index) =>
    consent(anybody(dice), { source: `form ${round}/${index}` }),
  );
  const results = await registry.consent.record('aurora', rows, 'test');
  say({ consents: results.flatMap((row) => (row.ok && row.eventId !== null ? [row.eventId] : [])) });
}

async function hearsStop(registry: Registry, dice: Dice, round: string, say: Say): Promise<void> {
  const number = anybody(dice);
  const said = message(number, { text: 'STOP', dedupeKey: `message:${round}` });
  const [item] = await registry.inbox.receive('metaCloud', [said]);
  if (item) say({ stop: { eventId: item.eventId, phone: person(number) } });
}

async function claimsSome(registry: Registry, dice: Dice, round: string, say: Say): Promise<void> {
  const requests = Array.from({ length: CLAIMED_AT_ONCE }, (_, index) =>
    request(anybody(dice), { occurrence: `${round}/${index}`, asks: null }),
  );
  const claims = await registry.outbox.claim(context({ owner: `child/${process.pid}/1` }), requests);
  const claimed = claims.flatMap((claim) => (claim.claimed ? [claim.outboxId] : []));
  say({ claimed });
  if (dice.chance(0.3)) return;
  await registry.outbox.markCalling(claimed);
  say({ calling: claimed });
  for (const id of claimed.filter(() => dice.chance(0.7))) {
    await registry.outbox.settleCall(id, { state: 'accepted', messageId: `wamid.${id}` });
    say({ accepted: id });
  }
}

/** Consents, STOPs and claims in an order that the seed decides; each is said when the registry has acknowledged it. */
export async function writesForEver(registry: Registry, seed: string, say: Say): Promise<never> {
  const dice = new Dice(seed, seed);
  for (let count = 0; ; count += 1) {
    const round = `${seed}/${count}`;
    const chance = dice.fraction();
    if (chance < 0.5) await recordsSome(registry, dice, round, say);
    else if (chance < 0.6) await hearsStop(registry, dice, round, say);
    else await claimsSome(registry, dice, round, say);
  }
}
