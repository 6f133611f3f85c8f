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
  /** Not before so many hours: an earlier try makes it worse. */
  readonly retryAfterHours?: number;
  /** Tried again so often, then failed for good; without it the code says how often. */
  readonly retry?: 'once' | 'few';
}

const RULES = new Map(Object.entries(table.codes as Record<string, ErrorRule>));
const UNKNOWN = table.unknown as ErrorRule;
const HOUR_MS = 3_600_000;

function ruleFor(providerCode: number): ErrorRule {
  const exact = RULES.get(String(providerCode));
  if (exact) return exact;
  const range = table.ranges.find(({ from, to }) => providerCode >= from && providerCode <= to);
  return range ? { action: range.action as Action, code: range.code } : UNKNOWN;
}

/**
 * What a Graph error code means for the outbox row. `released` only where Meta certainly did not take the
 * message and the same request can succeed later; a code that the table does not know may be tried a few times.
 */
export function outcomeOfErrorCode(providerCode: number): CallOutcome {
  const { action, code, state = table.states[action], retry, retryAfterHours } = ruleFor(providerCode);
  const told = { code, providerCode: String(providerCode) };
  if (state !== 'released') return { state: 'failed', ...told };
  return {
    state: 'released',
    ...told,
    ...(retry === undefined ? {} : { retry }),
    ...(retryAfterHours === undefined ? {} : { retryAfterMs: retryAfterHours * HOUR_MS }),
  };
}

function outcomeOfSuccess(body: unknown): CallOutcome {
  const parsed = accepted.safeParse(body);
  const id = parsed.data?.messages[0]?.id;
  // A 200 without an id may still have been taken: it must neither count as sent nor be sent again.
  if (id === undefined) return { state: 'unknown' };
  const waId = parsed.data?.contacts?.[0]?.wa_id;
  return { state: 'accepted', messageId: id, ...(waId === undefined ? {} : { waId }) };
}

/** Asked before the schema is: what zod writes about an answer without an error costs more than the rest of the answer. */
const saysError = (body: unknown): boolean => typeof body === 'object' && body !== null && 'error' in body;

/**
 * Meta advises to branch on the error code, never on the HTTP status or the text; the status decides only
 * where no Graph error is in the body. The answer's text never gets into the outcome.
 */
export function outcomeOfResponse({ status, body }: HttpResponse): CallOutcome {
  const refused = saysError(body) ? graphError.safeParse(body) : null;
  if (refused?.success) return outcomeOfErrorCode(refused.data.error.code);
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
