import type { IHttpRequestOptions, IWebhookFunctions } from 'n8n-workflow';
import { sleep } from 'n8n-workflow';

/** Waits before the second and the third try. */
const PAUSES_MS = [1_000, 5_000] as const;
/** What one process keeps in memory for a receiver that is away; a request of Meta's has up to 3 MB. */
const MOST_WAITING = 100;

let waiting = 0;

/** A call that came to its end; anything else is tried again. */
type Call = () => Promise<{ readonly statusCode: number }>;

const isTransient = (status: number): boolean => status === 429 || status >= 500;

async function tried(call: Call): Promise<boolean> {
  for (const pause of [...PAUSES_MS, null]) {
    const status = await call().then(
      ({ statusCode }) => statusCode,
      () => null,
    );
    if (status !== null && !isTransient(status)) return status < 300;
    if (pause !== null) await sleep(pause);
  }
  return false;
}

/**
 * Does after the answer what Meta need not wait for. Nothing depends on it, so a failure is a line in the log: a code,
 * never a body, an address or a number.
 * @returns when it is over, for those who want to wait
 */
export async function inBackground(
  context: IWebhookFunctions,
  failureCode: string,
  call: Call,
): Promise<void> {
  const done = waiting < MOST_WAITING && (await counted(call));
  if (!done) context.logger.warn(`WhatsApp Inbox Trigger could not finish: ${failureCode}`);
}

async function counted(call: Call): Promise<boolean> {
  waiting += 1;
  try {
    return await tried(call);
  } finally {
    waiting -= 1;
  }
}

const TIMEOUT_MS = 10_000;

/** What both calls have in common: a status is an answer, and nobody is sent on to another address. */
export const ONE_CALL = {
  method: 'POST',
  timeout: TIMEOUT_MS,
  returnFullResponse: true,
  ignoreHttpStatusErrors: true,
  disableFollowRedirect: true,
} as const satisfies Partial<IHttpRequestOptions>;
