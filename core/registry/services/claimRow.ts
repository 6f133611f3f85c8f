import { reasonFor } from '../../policy';
import type { Db, RegistryContext } from '../context';
import { newId } from '../ids';
import type { NewRow, Row } from '../schema';
import type { ClaimContext, SendRequest } from '../types';
import type { Batch } from './claimBatch';
import type { GateVerdict } from './gate';

/** Longer than any call may take; after it a claim of a process that is gone is taken up by others. */
export const LEASE_MS = 120_000;

/** The row of a decision: a claim, or a refusal with its reason. */
export function newRow(
  ctx: RegistryContext,
  batch: Batch,
  context: ClaimContext,
  request: SendRequest,
  contactId: string | null,
  subjectId: string | null,
  verdict: GateVerdict,
): NewRow<'outbox'> {
  const { now } = batch.gate;
  const ok = verdict.code === 'ok';
  const asks = request.asks;
  return {
    id: newId(ctx.random),
    controller_id: batch.controller.id,
    sender_id: batch.sender.id,
    contact_id: contactId,
    subject_id: subjectId,
    campaign_id: request.campaignKey ? (batch.campaigns.get(request.campaignKey)?.id ?? null) : null,
    event_id: request.basis.kind === 'reply' ? request.basis.eventId : null,
    basis: request.basis.kind,
    kind: request.kind,
    occurrence: request.occurrence,
    stage: request.stage,
    purpose: request.purpose,
    template: request.template,
    template_version: request.templateVersion,
    language: request.language,
    state: ok ? 'claimed' : 'refused',
    code: ok ? null : verdict.code,
    final: !ok && reasonFor(verdict.code).final ? 1 : 0,
    question: asks?.question ?? null,
    about: asks?.about ?? null,
    about_at: asks?.at ?? null,
    about_zone: asks?.zone ?? null,
    choices: asks?.choices ?? null,
    answered_event_id: null,
    message_lookup: null,
    provider_code: null,
    policy_version: batch.gate.policy.version,
    consent_event_id: verdict.consentEventId,
    owner: ok ? context.owner : null,
    lease_until: ok ? now + LEASE_MS : null,
    closes_at: request.closesAt,
    not_before: null,
    actor: context.actor,
    created_at: now,
    claimed_at: ok ? now : null,
    calling_at: null,
    accepted_at: null,
    sent_at: null,
    delivered_at: null,
    read_at: null,
    settled_at: ok ? null : now,
  };
}

/** The rows of one claim, written by one statement for those that are new and one for those that are not. */
export class ClaimRows {
  private readonly made: NewRow<'outbox'>[] = [];
  private readonly changed: Omit<NewRow<'outbox'>, 'created_at'>[] = [];

  /** Takes a row on; answers with the id under which it will stand. */
  add(row: NewRow<'outbox'>, before: Row<'outbox'> | undefined): string {
    if (!before) {
      this.made.push(row);
      return row.id;
    }
    // A refusal that was not final is judged again and keeps its place and its id.
    const { created_at: _createdAt, ...changed } = row;
    this.changed.push({ ...changed, id: before.id });
    return before.id;
  }

  async write({ engine }: RegistryContext, tx: Db): Promise<void> {
    await engine.insertAll(tx, 'outbox', this.made);
    await engine.updateAll(tx, 'outbox', this.changed);
  }
}
