import { CareError } from '../../errors';
import { reasonFor } from '../../policy';
import { PURPOSES } from '../../policy/types';
import type { Db, RegistryContext } from '../context';
import type { Row } from '../schema';
import type { ClaimContext, ClaimResult, SendRequest } from '../types';
import { appendAudit } from './audit';
import { type Batch, keyOf, loadBatch, OPT_OUT_CONFIRMATION } from './claimBatch';
import { ClaimRows, newRow } from './claimRow';
import { subjectOf } from './consent';
import { type GateState, type GateVerdict, judge } from './gate';
import { recoverLeftovers } from './leftovers';
import { opensAt, reserve } from './paceBuckets';
import { type Resolved, strangerCode } from './people';
import { loadPricing, type Pricing } from './pricing';
import { ownSender } from './senders';
import { writing } from './writing';

export const MAX_CLAIM = 200;

function refusal(
  code: string,
  contactRef: string | null,
  outboxId: string | null,
  nextPermittedAt: number | null = null,
): ClaimResult {
  return { claimed: false, code, sentence: reasonFor(code).sentence, contactRef, outboxId, nextPermittedAt };
}

/** What an earlier row of the same occurrence and stage says; null: nothing stands in the way. */
function earlier(row: Row<'outbox'> | undefined, now: number): string | null {
  if (!row) return null;
  if (heldBack(row, now)) return row.code;
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

/** The provider asked to wait: an earlier try is not even judged. */
const heldBack = (row: Row<'outbox'> | undefined, now: number): boolean =>
  row?.state === 'refused' && (row.not_before ?? 0) > now;

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
  rows: ClaimRows,
): Promise<ClaimResult> {
  const contactId = person.status === 'known' ? person.contactId : null;
  if (request.occurrence === '' || request.stage === '' || request.kind === '')
    return refusal('noOccurrence', contactId, null);
  // Of a name that the policy does not know nothing must be looked up, and nothing be stored: it may be any text.
  if (!PURPOSES.includes(request.purpose)) return refusal('purposeUnknown', contactId, null);
  const key = keyOf(request);
  const before = batch.existing.get(key);
  const { now } = batch.gate;
  const standing = seen.has(key) ? 'duplicateRow' : earlier(before, now);
  if (standing) {
    const until = heldBack(before, now) ? (before?.not_before ?? null) : null;
    return refusal(standing, contactId, before?.id ?? null, until);
  }
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
      : withinLimits(batch, request, contactId, judge(ctx, state, request, facts, subjectId));
  const row = newRow(ctx, batch, context, request, contactId, subjectId ?? null, verdict);
  const id = context.dryRun ? row.id : rows.add(row, before);
  if (verdict.code !== 'ok' || !verdict.to || !contactId) {
    return refusal(verdict.code, contactId, context.dryRun ? null : id, verdict.nextPermittedAt);
  }
  countClaim(batch, request, contactId);
  batch.limits.take(request, contactId);
  if (!context.dryRun) await auditAuthor(ctx, tx, batch, context, request, id);
  return { claimed: true, outboxId: id, contactRef: contactId, to: verdict.to };
}

/** What the provider allows is asked last: a person who may not be written to takes nothing of it. */
function withinLimits(
  batch: Batch,
  request: SendRequest,
  contactId: string | null,
  verdict: GateVerdict,
): GateVerdict {
  if (verdict.code !== 'ok' || contactId === null) return verdict;
  const limited = batch.limits.refusal(request, contactId);
  return limited === null ? verdict : { ...limited, consentEventId: null, to: null };
}

/** Gives each claim the instant of its call. */
async function spaced(
  ctx: RegistryContext,
  tx: Db,
  batch: Batch,
  { messagesPerSecond }: ClaimContext,
  results: readonly ClaimResult[],
): Promise<ClaimResult[]> {
  if (messagesPerSecond === undefined) return [...results];
  const count = results.filter((result) => result.claimed).length;
  const instants = await reserve(ctx, tx, batch.sender.id, messagesPerSecond, count);
  let next = 0;
  return results.map((result) => {
    const callAt = result.claimed ? instants[next++] : undefined;
    return callAt === undefined ? result : { ...result, callAt };
  });
}

function priced(result: ClaimResult, pricing: Pricing, batch: Batch): ClaimResult {
  if (!result.claimed) return result;
  const { contactRef } = result;
  const country = batch.facts.get(contactRef)?.handleRows.find((row) => row.country !== null)?.country;
  return {
    ...result,
    pricing: {
      country: country ?? null,
      windowOpen: batch.limits.windowOpen(contactRef),
      freeEntryPoint: pricing.freeEntryPoints.has(contactRef),
      servicesThisMonth: pricing.servicesThisMonth,
    },
  };
}

/** Refuses all without deciding anything: the same claim may be asked for at the instant given. */
const notYet = (requests: readonly SendRequest[], at: number): ClaimResult[] =>
  requests.map(() => refusal('rateLimited', null, null, at));

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
    const sender = await ownSender(tx, context.provider, context.phoneNumberId, controller);
    const paced = context.messagesPerSecond !== undefined && !context.dryRun;
    const opens = paced ? await opensAt(ctx, tx, sender.id) : null;
    if (opens !== null) return notYet(requests, opens);
    await recoverLeftovers(ctx, tx, controller.id, context.owner);
    const batch = await loadBatch(ctx, tx, controller, sender, context, requests);
    const seen = new Set<string>();
    const rows = new ClaimRows();
    const results: ClaimResult[] = [];
    for (const [index, request] of requests.entries()) {
      results.push(
        await claimOne(
          ctx,
          tx,
          batch,
          context,
          request,
          batch.people[index] ?? { status: 'bad' },
          seen,
          rows,
        ),
      );
    }
    if (context.dryRun) {
      const pricing = await loadPricing(ctx, tx, sender, [...batch.facts.keys()]);
      return results.map((result) => priced(result, pricing, batch));
    }
    await rows.write(ctx, tx);
    await batch.limits.keep();
    await appendAudit(ctx, tx, batch.controller.id, {
      actor: context.actor,
      action: 'outbox.claim',
      object: `sender:${batch.sender.id}`,
      outcome: 'done',
      details: tally(results),
    });
    return spaced(ctx, tx, batch, context, results);
  });
}
