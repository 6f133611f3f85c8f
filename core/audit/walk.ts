import type { Keyring } from '../registry/keyring';
import { type Anchor, follows, type Link } from './chain';
import type { AuditHead, ChainProblem, ChainVerdict } from './types';
import { broken } from './verdict';

export interface Walk {
  readonly keys: Keyring;
  readonly controllerId: string;
  readonly start: Anchor;
  /** Its signature is checked already. */
  readonly head: AuditHead | null;
}

/** Why a row does not follow; `next` is the one that stands behind it. */
function problemOf(walk: Walk, before: Anchor, row: Link, next: Link | undefined): ChainProblem {
  const expected = before.seq + 1;
  if (row.seq !== expected) return row.seq > expected ? 'missing' : 'inserted';
  const nextCameHere = next && follows(walk.keys, walk.controllerId, before.mac, next, expected);
  if (!nextCameHere) return 'changed';
  const thenThisOne = follows(walk.keys, walk.controllerId, next.mac, row, expected + 1);
  return thenThisOne ? 'reordered' : 'inserted';
}

/** What the head says of a place in the chain: nothing, unless it is its own. */
const contradicts = ({ head, keys }: Walk, at: Anchor): boolean =>
  head !== null && head.seq === at.seq && !keys.sameMac(head.mac, at.mac);

/**
 * Follows a chain from its start, page by page, up to the first row that is not right. Holds two pages at most.
 * @param pages ordered by `seq`; none is empty
 */
export async function walkChain(walk: Walk, pages: AsyncIterator<readonly Link[]>): Promise<ChainVerdict> {
  const { keys, controllerId, start, head } = walk;
  if (head !== null && head.seq < start.seq) return broken('headTooOld', head.seq);
  if (contradicts(walk, start)) return broken('replaced', start.seq);
  let before = start;
  for (let page = await pages.next(); !page.done; page = await pages.next()) {
    const links = page.value;
    for (const [index, row] of links.entries()) {
      if (row.seq !== before.seq + 1 || !follows(keys, controllerId, before.mac, row)) {
        const next = links[index + 1] ?? ((await pages.next()).value as readonly Link[] | undefined)?.[0];
        const problem = problemOf(walk, before, row, next);
        return broken(problem, problem === 'missing' ? before.seq + 1 : row.seq);
      }
      if (contradicts(walk, row)) return broken('replaced', row.seq);
      before = row;
    }
  }
  // Saving a controller is its first row: a chain without any was taken away.
  if (before.seq === 0) return broken('missing', 1);
  if (head !== null && head.seq > before.seq) return broken('cutTail', before.seq + 1);
  return { ok: true, rows: before.seq - start.seq, from: start.seq + 1, to: before.seq };
}
