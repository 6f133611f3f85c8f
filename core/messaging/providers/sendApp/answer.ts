import { z } from 'zod/v4';
import type { CallOutcome } from '../../../registry/types';
import type { HttpResponse } from '../../types';
import { outcomeOfErrorCode } from '../metaCloud/outcome';

const FAILED_WORDS: ReadonlySet<unknown> = new Set(['error', 'failed', 'fail', 'failure', false]);
/** How SendApp passes Meta's own code on: inside a sentence, such as "(#131047) Re-engagement message". */
const META_CODE = /\(#(\d{1,7})\)/;
/** The engine of SendApp Cloud says it when the session is gone and its QR code must be scanned again. */
const SESSION_GONE = /instance\s+id\s+invalidated/i;

const id = z.union([z.string().min(1), z.number()]).transform(String);
const part = <T extends z.ZodType>(schema: T) => schema.optional().catch(undefined);
const metaBody = z.object({ messages: z.array(z.object({ id })).min(1) });
const idsSchema = z.object({
  message_id: part(id),
  messages: part(metaBody.shape.messages),
  data: part(
    z.object({ message_id: part(id), messages: part(metaBody.shape.messages), key: part(z.object({ id })) }),
  ),
});

type Fields = Readonly<Record<string, unknown>>;

const fieldsOf = (value: unknown): Fields | null =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : null;

const isJson = (contentType: string): boolean =>
  /^application\/(?:[\w.-]+\+)?json\b/i.test(contentType.trim());

/** Whether the body itself says no, whatever the HTTP status: SendApp hides refusals in a 200. */
function saysNo(body: Fields): boolean {
  const { status, error, success, statusCode } = body;
  const flagged = error !== undefined && error !== null && error !== false && error !== '';
  return (
    flagged ||
    success === false ||
    FAILED_WORDS.has(typeof status === 'string' ? status.toLowerCase() : status) ||
    (typeof statusCode === 'number' && statusCode >= 400)
  );
}

/** The places where a reason may stand; read for codes only, never kept. */
function wordsOf(body: Fields): string {
  const error = fieldsOf(body.error);
  return [body.message, body.error, error?.message, error?.error_data]
    .map((value) => (typeof value === 'string' ? value : JSON.stringify(fieldsOf(value) ?? '')))
    .join('\n');
}

function metaCodeOf(body: Fields): number | null {
  const error = fieldsOf(body.error);
  if (typeof error?.code === 'number') return error.code;
  const found = META_CODE.exec(wordsOf(body))?.[1];
  return found === undefined ? null : Number(found);
}

/** What a refusal with no code of Meta's in it means, by the HTTP status. */
function outcomeOfStatus(status: number): CallOutcome {
  if (status === 401 || status === 403) return { state: 'released', code: 'providerAuth' };
  if (status === 429) return { state: 'released', code: 'rateLimited' };
  // A server that broke down may have passed the message on before.
  return status >= 500 ? { state: 'unknown' } : { state: 'failed', code: 'providerRefused' };
}

function outcomeOfRefusal(status: number, body: Fields): CallOutcome {
  if (SESSION_GONE.test(wordsOf(body))) return { state: 'released', code: 'sessionLost' };
  const code = metaCodeOf(body);
  return code === null ? outcomeOfStatus(status) : outcomeOfErrorCode(code);
}

/** The id of the message, where one is given: at the top, wrapped in `data`, or as Meta's or the session's own. */
function messageIdOf(body: Fields): string | null {
  const { data: ids } = idsSchema.safeParse(body);
  const inner = ids?.data;
  return (
    ids?.message_id ??
    ids?.messages?.[0]?.id ??
    inner?.message_id ??
    inner?.messages?.[0]?.id ??
    inner?.key?.id ??
    null
  );
}

/**
 * Success is a 2xx status, a JSON content type, a body that says something, and nothing in it that says no
 * (reference, section 5). The id may be missing then. What is neither that nor a clear refusal stays unknown,
 * because SendApp knows no idempotency key and no status report to settle it by. None of the answer's text gets
 * into the outcome.
 */
export function readAnswer({ status, contentType, body }: HttpResponse): CallOutcome {
  const fields = isJson(contentType) ? fieldsOf(body) : null;
  const good = status >= 200 && status < 300;
  if (fields === null) {
    if (good) return { state: 'unknown' };
    const outcome = outcomeOfStatus(status);
    // A page instead of an answer: a wrong path or something in between, so nobody took the message.
    return outcome.state === 'failed' ? { state: 'released', code: 'providerUnreachable' } : outcome;
  }
  if (!good || saysNo(fields)) return outcomeOfRefusal(status, fields);
  if (Object.keys(fields).length === 0) return { state: 'unknown' };
  return { state: 'accepted', messageId: messageIdOf(fields) };
}
