import type { INode, IWebhookFunctions } from 'n8n-workflow';
import { refusal } from '../../core';
import { inBackground, ONE_CALL } from './background';

const LOOPBACK: readonly string[] = ['localhost', '127.0.0.1', '[::1]'];

/**
 * The second address as it stands in the node; null: none. Read without n8n's evaluation: an expression could take the
 * address from what comes in, and is no address.
 * @throws CareError `parameterInvalid`: personal data goes there, so over plain HTTP it stays on this machine.
 */
export function forwardAddress({ parameters }: Pick<INode, 'parameters'>): string | null {
  const { forwardTo } = (parameters.options ?? {}) as { forwardTo?: unknown };
  const text = typeof forwardTo === 'string' ? forwardTo.trim() : '';
  if (text === '') return null;
  if (URL.canParse(text)) {
    const { protocol, hostname, username, password, href } = new URL(text);
    const isPrivate = protocol === 'https:' || (protocol === 'http:' && LOOPBACK.includes(hostname));
    if (isPrivate && username === '' && password === '') return href;
  }
  throw refusal('parameterInvalid', { field: 'forwardTo' });
}

/**
 * Hands on a request as it came: the other receiver checks the same signature over the same bytes.
 * @returns when it is over; publishing has checked the address, so one that is wrong now is only logged
 */
export function forward(
  context: IWebhookFunctions,
  request: { readonly raw: Buffer; readonly signature: string },
): Promise<void> {
  return inBackground(context, 'forwardFailed', async () => {
    const answer: unknown = await context.helpers.httpRequest({
      ...ONE_CALL,
      url: forwardAddress(context.getNode()) ?? '',
      body: request.raw,
      headers: { 'Content-Type': 'application/json', 'X-Hub-Signature-256': request.signature },
    });
    return answer as { statusCode: number };
  });
}
