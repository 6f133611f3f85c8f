import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import axios, { isAxiosError } from 'axios';
import { HttpProxyAgent } from 'http-proxy-agent';
import { HttpsProxyAgent } from 'https-proxy-agent';
import { getProxyForUrl } from 'proxy-from-env';
import { TransportError, type Transport } from '../../core';

/**
 * n8n's own helper opens a connection for every call; a campaign needs them kept. An idle one is dropped before
 * servers drop it, because a call on a connection that just died comes back as "unknown".
 */
const AGENT_OPTIONS = { keepAlive: true, maxSockets: 256, timeout: 4_000, scheduling: 'lifo' } as const;
const MAX_ANSWER_BYTES = 1_000_000;

/** System calls before anything was written: the provider certainly did not get the message. */
const BEFORE_WRITING: ReadonlySet<string> = new Set(['connect', 'getaddrinfo']);
const TLS_REFUSED = /^(?:CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|ERR_TLS_CERT_)/;

const agents = new Map<string, HttpAgent>();

function newAgent(origin: string, proxy: string): HttpAgent {
  const secure = origin.startsWith('https:');
  if (proxy === '') return secure ? new HttpsAgent(AGENT_OPTIONS) : new HttpAgent(AGENT_OPTIONS);
  return secure ? new HttpsProxyAgent(proxy, AGENT_OPTIONS) : new HttpProxyAgent(proxy, AGENT_OPTIONS);
}

/** One agent a host and process; `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY` and `NO_PROXY` count. */
function agentFor(origin: string): HttpAgent {
  const proxy = getProxyForUrl(origin);
  const key = `${origin} ${proxy}`;
  const known = agents.get(key) ?? newAgent(origin, proxy);
  agents.set(key, known);
  return known;
}

/** The error's own text may quote the request, so only what happened is kept. */
function failure(error: unknown): TransportError {
  const cause = isAxiosError(error) ? (error.cause ?? error) : error;
  const { syscall, code } = (cause ?? {}) as { syscall?: unknown; code?: unknown };
  const neverLeft =
    (typeof syscall === 'string' && BEFORE_WRITING.has(syscall)) ||
    (typeof code === 'string' && TLS_REFUSED.test(code));
  return new TransportError(!neverLeft, neverLeft ? 'The provider was not reached.' : 'The answer was lost.');
}

/**
 * Calls one host and no other, follows no redirect and logs nothing. Any status is an answer; only a missing
 * answer rejects, with `TransportError`.
 * @param origin the checked origin of the credential, such as `https://graph.facebook.com`.
 */
export function createTransport(origin: string): Transport {
  return async ({ method, url, headers, body, timeoutMs, signal }) => {
    if (!URL.canParse(url) || new URL(url).origin !== origin) {
      throw new TransportError(false, 'The credential does not permit this host.');
    }
    const agent = agentFor(origin);
    try {
      const answer = await axios.request<unknown>({
        method,
        url,
        headers: { ...headers },
        data: body,
        timeout: timeoutMs,
        httpAgent: agent,
        httpsAgent: agent,
        // The agent above is the proxy's already.
        proxy: false,
        maxRedirects: 0,
        maxContentLength: MAX_ANSWER_BYTES,
        validateStatus: () => true,
        ...(signal === undefined ? {} : { signal }),
      });
      const contentType = answer.headers['content-type'];
      return {
        status: answer.status,
        contentType: typeof contentType === 'string' ? contentType : '',
        body: answer.data,
      };
    } catch (error) {
      throw failure(error);
    }
  };
}
