import { z } from 'zod/v4';
import type { CallOutcome } from '../../../registry/types';
import { TransportError, type HttpResponse } from '../../types';
import table from './errors.json';

const accepted = z.object({
  messages: z.array(z.object({ id: z.string().min(1) })).min(1),
  contacts: z.array(z.object({ wa_id: z.string().optional() })).optional(),
});
const graphError = z.object({ error: z.object({ code: z.number().int() }) });

type Action = keyof typeof table.states;
interface ErrorRule {
  readonly action: Action;
  readonly code: string;
  readonly state?: 'failed' | 'released';
}

const RULES = new Map(Object.entries(table.codes as Record<string, ErrorRule>));
const REFUSED: ErrorRule = { action: 'FIX', code: 'providerRefused' };

function ruleFor(providerCode: number): ErrorRule {
  const exact = RULES.get(String(providerCode));
  if (exact) return exact;
  const range = table.ranges.find(({ from, to }) => providerCode >= from && providerCode <= to);
  return range ? { action: range.action as Action, code: range.code } : REFUSED;
}

/**
 * What a Graph error code means for the outbox row. `released` only where Meta certainly did not take the
 * message and the same request can succeed later; an unknown code is a refusal, as nothing says otherwise.
 */
export function outcomeOfErrorCode(providerCode: number): CallOutcome {
  const rule = ruleFor(providerCode);
  const state = rule.state ?? table.states[rule.action];
  return state === 'released'
    ? { state, code: rule.code }
    : { state: 'failed', code: rule.code, providerCode: String(providerCode) };
}

function outcomeOfSuccess(body: unknown): CallOutcome {
  const parsed = accepted.safeParse(body);
  const id = parsed.data?.messages[0]?.id;
  // A 200 without an id may still have been taken: it must neither count as sent nor be sent again.
  if (id === undefined) return { state: 'unknown' };
  const waId = parsed.data?.contacts?.[0]?.wa_id;
  return { state: 'accepted', messageId: id, ...(waId === undefined ? {} : { waId }) };
}

/**
 * Meta advises to branch on the error code, never on the HTTP status or the text; the status decides only
 * where no Graph error is in the body. The answer's text never gets into the outcome.
 */
export function outcomeOfResponse({ status, body }: HttpResponse): CallOutcome {
  const refused = graphError.safeParse(body);
  if (refused.success) return outcomeOfErrorCode(refused.data.error.code);
  if (status >= 200 && status < 300) return outcomeOfSuccess(body);
  if (status === 429) return { state: 'released', code: 'rateLimited' };
  // Something between us and Meta turned the request away, such as a proxy that wants a login.
  if (status >= 300 && status < 500) return { state: 'released', code: 'providerUnreachable' };
  return { state: 'unknown' };
}

/** Only "certainly not reached" frees the row; a lost answer stays unknown until a status webhook settles it. */
export function outcomeOfFailure(failure: unknown): CallOutcome {
  return failure instanceof TransportError && !failure.reached
    ? { state: 'released', code: 'providerUnreachable' }
    : { state: 'unknown' };
}
