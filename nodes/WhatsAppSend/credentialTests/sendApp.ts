import type { ICredentialsDecrypted, INodeCredentialTestResult } from 'n8n-workflow';
import { z } from 'zod/v4';
import type { HttpResponse, ProviderAccount, Transport } from '../../../core';
import { readSendAppCredential, type SendAppAccess } from '../../shared/sendAppCredential';
import { createTransport } from '../transport';
import { fine, TEST_TIMEOUT_MS, tested, UNREACHABLE, wrong } from './result';

type AccountOf<Id extends ProviderAccount['provider']> = Extract<
  ProviderAccount,
  { provider: Id }
>['account'];

const WRONG_HOST =
  'The host answered with a page instead of data. Check the Base URL, and that the key belongs to this product.';

const sessions = z.array(z.object({ instance_id: z.string(), status: z.unknown() }));
const sessionList = z.union([sessions, z.object({ data: sessions }).transform(({ data }) => data)]);
const CONNECTED: ReadonlySet<unknown> = new Set(['connected', 'open', 'active', 'online', '1', 'true']);

/** Anywhere in the answer: the names of its fields are not published. */
function holds(value: unknown, text: string): boolean {
  if (typeof value !== 'object' || value === null) return value === text;
  return Object.values(value).some((inner) => holds(inner, text));
}

/** What is wrong with an answer as such, or null. */
function fault({ status, contentType, body }: HttpResponse, refused: string): string | null {
  if (status === 401 || status === 403) return refused;
  if (!contentType.includes('json') || typeof body !== 'object' || body === null) return WRONG_HOST;
  if (status === 404) return WRONG_HOST;
  const { status: word, error } = body as { status?: unknown; error?: unknown };
  return status >= 300 || word === 'error' || (error !== undefined && error !== null) ? refused : null;
}

const get = (
  call: Transport,
  url: string,
  headers: Readonly<Record<string, string>>,
): Promise<HttpResponse> =>
  call({
    method: 'GET',
    url,
    headers: { Accept: 'application/json', ...headers },
    timeoutMs: TEST_TIMEOUT_MS,
  });

/** Lists the accounts of the key. The header first; only where it is not taken, the query as documented. */
async function checkAgent(
  { baseUrl, apiKey, accountToken }: AccountOf<'sendAppAgent'>,
  call: Transport,
): Promise<INodeCredentialTestResult> {
  const url = `${baseUrl}/api/get_tokens`;
  let answer = await get(call, url, { 'X-API-Key': apiKey });
  if (answer.status === 401)
    answer = await get(call, `${url}?${new URLSearchParams({ apikey: apiKey }).toString()}`, {});
  const problem = fault(
    answer,
    'SendApp does not accept the API Key. Copy it again from the menu API of the panel.',
  );
  if (problem !== null) return wrong(problem);
  return holds(answer.body, accountToken)
    ? fine('Connected: the account is one of this key')
    : wrong(
        'The API Key is right, but the Account Token is none of its accounts. Copy it again from the panel.',
      );
}

/** Lists templates: it needs the token, and sends nothing. */
async function checkOfficial(
  { baseUrl, accessToken }: AccountOf<'sendAppOfficial'>,
  call: Transport,
): Promise<INodeCredentialTestResult> {
  const answer = await get(call, `${baseUrl}/apiv3/templates`, { Authorization: `Bearer ${accessToken}` });
  const problem = fault(
    answer,
    'SendApp does not accept the Access Token. Make a new one under Developer Tools of the panel.',
  );
  return problem === null ? fine('Connected: the token may read the templates') : wrong(problem);
}

/** Lists the sessions, since a reconnect would touch the session itself. */
async function checkCloud(
  { account, accountsPath }: { account: AccountOf<'sendAppCloud'>; accountsPath: string },
  call: Transport,
): Promise<INodeCredentialTestResult> {
  const answer = await get(call, `${account.baseUrl}/api/${accountsPath}`, {
    Authorization: `Bearer ${account.accessToken}`,
  });
  const problem = fault(answer, 'SendApp does not accept the Access Token. Copy it again from the panel.');
  if (problem !== null) return wrong(problem);
  const list = sessionList.safeParse(answer.body);
  const session = list.data?.find(({ instance_id: id }) => id === account.instanceId);
  if (!session)
    return wrong('The token is right, but the Instance ID is none of its sessions. Copy it from the panel.');
  if (!CONNECTED.has(String(session.status).toLowerCase()))
    return wrong('The session is not connected. Scan its QR code in SendApp, then test again.');
  return account.riskAccepted
    ? fine('Connected: the session is open')
    : wrong('The session is open, but nothing is sent until you accept the risk in this credential.');
}

/** A cheap call of the product that sends nothing, and what its answer means in plain words. */
export function checkSendApp(
  { access, accountsPath }: SendAppAccess,
  call: Transport,
): Promise<INodeCredentialTestResult> {
  switch (access.provider) {
    case 'sendAppAgent':
      return checkAgent(access.account, call);
    case 'sendAppOfficial':
      return checkOfficial(access.account, call);
    case 'sendAppCloud':
      return checkCloud({ account: access.account, accountsPath }, call);
  }
}

export const testSendApp = (credential: ICredentialsDecrypted): Promise<INodeCredentialTestResult> =>
  tested(credential, async (data) => {
    const access = readSendAppCredential(data);
    return checkSendApp(access, createTransport(access.access.account.baseUrl)).catch(() =>
      wrong(UNREACHABLE),
    );
  });
