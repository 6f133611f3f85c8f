import { z } from 'zod/v4';
import { refusal } from '../../../policy';
import type { Db, RegistryContext } from '../../context';
import {
  type PersonQuery,
  SETTABLE_VERIFICATIONS,
  type SettableVerification,
  type Vouched,
} from '../../rightsApi';
import type { Actor, Controller } from '../../types';
import { appendAudit } from '../audit';
import { parseInput } from '../controllers';
import { chosenHandles, handlesOf } from './handles';
import { locate } from './locate';
import { vouched } from './vouched';

export type VerificationChange = Vouched & {
  readonly state: SettableVerification;
  readonly handleId?: string;
};

const schema = z.object({ state: z.enum(SETTABLE_VERIFICATIONS), handleId: z.string().optional() });

/** Somebody said that the number is not the person's: only a check that the person took part in brings it back. */
const LOST: readonly string[] = ['void', 'disputed'];
const FROM_LOST: readonly SettableVerification[] = ['doubleOptIn', 'desk', 'disputed', 'void'];

export async function setVerification(
  ctx: RegistryContext,
  tx: Db,
  controller: Controller,
  person: PersonQuery,
  change: VerificationChange,
  actor: Actor,
): Promise<string> {
  const { state, handleId } = parseInput(schema, change);
  const proof = vouched(ctx, change);
  const contactId = await locate(ctx, tx, controller, person);
  const handles = chosenHandles(ctx, controller, person, await handlesOf(tx, contactId), handleId);
  if (handles.some((handle) => LOST.includes(handle.state)) && !FROM_LOST.includes(state)) {
    throw refusal('verificationProofNeeded', { field: 'state' });
  }
  const ids = handles.map((handle) => handle.id);
  await tx
    .updateTable('handles')
    .set({ state, changed_at: ctx.clock.now() })
    .where('id', 'in', ids)
    .execute();
  await appendAudit(ctx, tx, controller.id, {
    actor,
    action: 'handle.verify',
    object: `contact:${contactId}`,
    outcome: state,
    details: { handle: ids[0] ?? '', person: proof.recordedBy, reference: proof.reference },
  });
  return contactId;
}
