import { CareError } from '../../errors';
import { reasonFor } from '../../policy';
import { PURPOSES } from '../../policy/types';
import type { Db, RegistryContext } from '../context';
import { newId } from '../ids';
import type { NewRow, Row } from '../schema';
import type { ClaimContext, ClaimResult, SendRequest } from '../types';
import { appendAudit } from './audit';
import { type Batch, keyOf, loadBatch, OPT_OUT_CONFIRMATION } from './claimBatch';
import { subjectOf } from './consent';
import { type GateState, type GateVerdict, judge } from './gate';
import { recoverLeftovers } from './leftovers';
import { type Resolved, strangerCode } from './people';
import { writing } from './writing';

export const MAX_CLAIM = 200;
/** Longer than any call may take; after it a claim of a process that is gone is taken up by others. */
export const LEASE_MS = 120_000;

function refusal(
  code: string,
  contactRef: string | null,
  outboxId: string | null,
  nextPermittedAt: number | null = null,
): ClaimResult {
  return { claimed: false, code, sentence: reasonFor(code).sentence, contactRef, outboxId, nextPermittedAt };
}

/** What an earlier row of the same occurrence and stage says; null: nothing stands in the way. */
function earlier(row: Row<'outbox'> | undefined): string | null {
  if (!row) return null;
  switch (row.state) {
    case 'claimed':
    case 'calling':
      return 'inFlight';
    case 'unknown':
      return 'answerLost';
    case 'failed':
      return row.code ?? 'providerRefused';
    case 'refused':
      return row.final === 1 ? (row.code ?? 'tooLate') : null;
    default:
      return 'alreadySent';
  }
}

function newRow(
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

async function write(tx: Db, row: NewRow<'outbox'>, before: Row<'outbox'> | undefined): Promise<string> {
  if (!before) {
    await tx.insertInto('outbox').values(row).execute();
    return row.id;
  }
  // A refusal that was not final is judged again and keeps its place and its id.
  const { id: _id, created_at: _createdAt, ...changed } = row;
  await tx.updateTable('outbox').set(changed).where('id', '=', before.id).execute();
  return before.id;
}

// Two requests of one batch must not both pass a cap that has room for one.
function countClaim(batch: Batch, request: SendRequest, contactId: string): void {
  const facts = batch.facts.get(contactId);
  if (request.basis.kind === 'purpose') {
    (facts?.sent as { purpose: string; at: number }[]).push({
      purpose: request.purpose,
      at: batch.gate.now,
    });
  } else {
    const { eventId } = request.basis;
    batch.answers.set(eventId, (batch.answers.get(eventId) ?? 0) + 1);
  }
}

async function claimOne(
  ctx: RegistryContext,
  tx: Db,
  batch: Batch,
  context: ClaimContext,
  request: SendRequest,
  person: Resolved,
  seen: Set<string>,
): Promise<ClaimResult> {
  const contactId = person.status === 'known' ? person.contactId : null;
  if (request.occurrence === '' || request.stage === '' || request.kind === '')
    return refusal('noOccurrence', contactId, null);
  // Of a name that the policy does not know nothing must be looked up, and nothing be stored: it may be any text.
  if (!PURPOSES.includes(request.purpose)) return refusal('purposeUnknown', contactId, null);
  const key = keyOf(request);
  const before = batch.existing.get(key);
  const standing = seen.has(key) ? 'duplicateRow' : earlier(before);
  if (standing) return refusal(standing, contactId, before?.id ?? null);
  seen.add(key);
  const subjectId = contactId
    ? subjectOf(ctx, batch.controller, contactId, request.subjectRef, batch.subjects)
    : null;
  const state: GateState = {
    ...batch.gate,
    campaign: request.campaignKey ? (batch.campaigns.get(request.campaignKey) ?? null) : null,
    event: request.basis.kind === 'reply' ? (batch.events.get(request.basis.eventId) ?? null) : null,
    answers: request.basis.kind === 'reply' ? (batch.answers.get(request.basis.eventId) ?? 0) : 0,
    stranger: strangerCode(person, batch.strangers),
  };
  const facts = contactId ? (batch.facts.get(contactId) ?? null) : null;
  const repeated = request.template === OPT_OUT_CONFIRMATION && batch.confirmedStops.has(contactId ?? '');
  const verdict: GateVerdict =
    person.status === 'bad' || repeated
      ? {
          code: repeated ? 'optOutAlreadyConfirmed' : 'badPhone',
          consentEventId: null,
          nextPermittedAt: null,
          to: null,
        }
      : judge(ctx, state, request, facts, subjectId);
  const row = newRow(ctx, batch, context, request, contactId, subjectId ?? null, verdict);
  const id = context.dryRun ? row.id : await write(tx, row, before);
  if (verdict.code !== 'ok' || !verdict.to || !contactId) {
    return refusal(verdict.code, contactId, context.dryRun ? null : id, verdict.nextPermittedAt);
  }
  countClaim(batch, request, contactId);
  if (!context.dryRun) await auditAuthor(ctx, tx, batch, context, request, id);
  return { claimed: true, outboxId: id, contactRef: contactId, to: verdict.to };
}

/** Free words have an author, who can be asked about them. */
async function auditAuthor(
  ctx: RegistryContext,
  tx: Db,
  batch: Batch,
  { actor }: ClaimContext,
  { sentBy, template }: SendRequest,
  outboxId: string,
): Promise<void> {
  if (sentBy === undefined) return;
  await appendAudit(ctx, tx, batch.controller.id, {
    actor,
    action: 'outbox.compose',
    object: `outbox:${outboxId}`,
    outcome: 'done',
    details: { sentBy, template },
  });
}

function tally(results: readonly ClaimResult[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const result of results) {
    const code = result.claimed ? 'claimed' : result.code;
    counts[code] = (counts[code] ?? 0) + 1;
  }
  return counts;
}

/**
 * Decision and claim are one step: consent, suppression, policy, caps, quiet hours, window and mode are read and the
 * outbox row is written in one transaction. A STOP that was committed before refuses; one committed after finds the
 * message already in flight.
 */
export async function claimSends(
  ctx: RegistryContext,
  context: ClaimContext,
  requests: readonly SendRequest[],
): Promise<ClaimResult[]> {
  if (requests.length > MAX_CLAIM)
    throw new CareError('batchTooLarge', `At most ${MAX_CLAIM} messages are claimed at once.`);
  if (requests.length === 0) return [];
  return writing(ctx, context.controllerKey, async (tx, controller) => {
    await recoverLeftovers(ctx, tx, controller.id, context.owner);
    const batch = await loadBatch(ctx, tx, controller, context, requests);
    const seen = new Set<string>();
    const results: ClaimResult[] = [];
    for (const [index, request] of requests.entries()) {
      results.push(
        await claimOne(ctx, tx, batch, context, request, batch.people[index] ?? { status: 'bad' }, seen),
      );
    }
    if (!context.dryRun) {
      const details = tally(results);
      await appendAudit(ctx, tx, batch.controller.id, {
        actor: context.actor,
        action: 'outbox.claim',
        object: `sender:${batch.sender.id}`,
        outcome: 'done',
        details,
      });
    }
    return results;
  });
}
