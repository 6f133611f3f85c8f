import type { ICredentialsDecrypted, INodeCredentialTestResult } from 'n8n-workflow';
import { reasonOf } from '../../shared/errors';

export const fine = (message: string): INodeCredentialTestResult => ({ status: 'OK', message });
export const wrong = (message: string): INodeCredentialTestResult => ({ status: 'Error', message });

export const TEST_TIMEOUT_MS = 15_000;
export const UNREACHABLE =
  'The host could not be reached. Check the network, a proxy and the Base URL, then test again.';

/** Runs a test; what a credential's reader or the code itself throws is told in its own sentence. */
export async function tested(
  credential: ICredentialsDecrypted,
  test: (data: object) => Promise<INodeCredentialTestResult>,
): Promise<INodeCredentialTestResult> {
  try {
    return await test(credential.data ?? {});
  } catch (error) {
    const { code, sentence } = reasonOf(error);
    return wrong(`${sentence} (${code})`);
  }
}
