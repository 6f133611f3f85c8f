import { closedCode, decide, isMarketing, usableHandle } from '../../consent/decide';
import type { ReasonCode } from '../../policy/reasons';
import type { ControllerPolicy } from '../../policy/types';
import { effectiveRule } from '../../policy';
import type { RegistryContext } from '../context';
import type { Row } from '../schema';
import type { Controller, Recipient, Sender, SendRequest } from '../types';
import { handleFact, type HandleRow, type LoadedFacts } from './facts';
import { openHandle } from './people';

/** What one claim is judged by, read in the same transaction that writes the claim. */
export interface GateState {
  readonly controller: Controller;
  readonly policy: ControllerPolicy;
  readonly sender: Sender;
  readonly now: number;
  readonly runSize: number;
  /** The sender hears nothing: no published Inbox, or accepted messages that got no status for too long. */
  readonly deaf: boolean;
  readonly testLookups: ReadonlySet<string>;
  readonly campaign: Row<'campaigns'> | null;
  readonly event: Row<'inbound_events'> | null;
  /** Messages that already answered this event. */
  readonly answers: number;
  /** What is said of this person, should nobody of that name be on record. */
  readonly stranger: 'suppressed' | 'unknownContact';
}

export interface GateVerdict {
  readonly code: 'ok' | ReasonCode;
  readonly consentEventId: string | null;
  readonly nextPermittedAt: number | null;
  readonly to: Recipient | null;
}

/** At most two answers to one inbound message (docs/design, section 4). */
const MAX_ANSWERS = 2;
/** Meta's customer service window. https://developers.facebook.com/documentation/business-messaging/whatsapp/messages/send-messages */
export const WINDOW_MS = 24 * 3_600_000;

const refuse = (code: ReasonCode): GateVerdict => ({
  code,
  consentEventId: null,
  nextPermittedAt: null,
  to: null,
});

function brake(state: GateState, request: SendRequest): ReasonCode | null {
  if (state.controller.paused) return 'controllerPaused';
  if (state.sender.paused) return 'senderPaused';
  if ((state.sender.haltedAt ?? null) !== null) return 'senderHalted';
  if (state.campaign?.state === 'paused') return 'campaignPaused';
  if (request.closesAt !== null && state.now >= request.closesAt) return 'tooLate';
  return null;
}

function campaignRefusal(state: GateState, request: SendRequest): ReasonCode | null {
  if (request.basis.kind === 'reply') return null;
  const demanded = state.runSize > state.policy.campaignAbove && request.purpose !== 'appointment';
  // What was approved for one purpose is no approval for another.
  const approved = state.campaign?.state === 'approved' && state.campaign.purpose === request.purpose;
  return demanded && !approved ? 'purposeNeedsCampaign' : null;
}

function screen(ctx: RegistryContext, state: GateState, request: SendRequest): ReasonCode | null {
  const policy = state.policy.phi;
  return request.screened.some((text) => ctx.detectPhi(text, { policy }).length > 0) ? 'containsPhi' : null;
}

/** The address, if the sender's mode lets this person have a message. */
function address(ctx: RegistryContext, state: GateState, facts: LoadedFacts): Recipient | ReasonCode {
  const handle = usableHandle(
    facts.handleRows
      .map((row) => ({ ...handleFact(row), row }))
      .filter(({ row }) => row.kind !== 'sendAppId'),
  );
  if (!handle) return 'handleVoid';
  if (state.sender.mode === 'test' && !facts.handleRows.some((row) => isTestNumber(ctx, state, row)))
    return 'testMode';
  const value = openHandle(ctx, handle.row);
  if (handle.row.kind === 'bsuid') return { kind: 'bsuid', bsuid: value };
  return { kind: 'phone', e164: handle.row.kind === 'waId' ? `+${value}` : value };
}

function isTestNumber(ctx: RegistryContext, state: GateState, row: HandleRow): boolean {
  if (row.kind !== 'phone' && row.kind !== 'waId') return false;
  const value = openHandle(ctx, row);
  const lookups = ctx.keys.lookups('phone', row.kind === 'waId' ? `+${value}` : value);
  return lookups.some((lookup) => state.testLookups.has(lookup));
}

function replyVerdict(
  state: GateState,
  request: SendRequest,
  facts: LoadedFacts,
  subjectId: string | null,
): GateVerdict | null {
  if (request.basis.kind !== 'reply') return null;
  const { event } = state;
  if (event?.contact_id !== facts.contactId || event.sender_id !== state.sender.id)
    return refuse('eventUnknown');
  if (state.now - event.occurred_at >= WINDOW_MS) return refuse('noOpenWindow');
  if (state.answers >= MAX_ANSWERS) return refuse('replyLimit');
  if (facts.deceased) return refuse('deceased');
  if (effectiveRule(state.policy, request.purpose).replyNeedsConsent)
    return purposeVerdict(state, request, facts, subjectId);
  const closed = closedCode(facts, { purpose: request.purpose, subjectId }, state.policy, state.now);
  if (closed) return refuse(closed);
  return { code: 'ok', consentEventId: null, nextPermittedAt: null, to: null };
}

function purposeVerdict(
  state: GateState,
  request: SendRequest,
  facts: LoadedFacts,
  subjectId: string | null,
): GateVerdict {
  const verdict = decide(facts, { purpose: request.purpose, subjectId }, state.policy, state.now);
  // An invitation of either kind needs somebody who hears the objection to it. What the person's own record says
  // goes first: that does not change when somebody publishes an Inbox.
  const invites = isMarketing(request.purpose) || request.purpose === 'screening';
  if (verdict.code === 'ok' && state.deaf && invites) return refuse('noEars');
  return {
    code: verdict.code,
    consentEventId: verdict.eventId,
    nextPermittedAt: verdict.nextPermittedAt,
    to: null,
  };
}

/** Every rule of the gate for one request, in the order in which a person would ask. */
export function judge(
  ctx: RegistryContext,
  state: GateState,
  request: SendRequest,
  facts: LoadedFacts | null,
  subjectId: string | null | undefined,
): GateVerdict {
  const early = brake(state, request) ?? campaignRefusal(state, request);
  if (early) return refuse(early);
  if (!facts) return refuse(state.stranger);
  if (subjectId === undefined) return refuse('subjectUnknown');
  const verdict =
    replyVerdict(state, request, facts, subjectId) ?? purposeVerdict(state, request, facts, subjectId);
  if (verdict.code !== 'ok') return verdict;
  const phi = screen(ctx, state, request);
  if (phi) return refuse(phi);
  const to = address(ctx, state, facts);
  return typeof to === 'string' ? refuse(to) : { ...verdict, to };
}
