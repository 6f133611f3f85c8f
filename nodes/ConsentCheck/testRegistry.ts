import type { ICredentialsDecrypted, INodeCredentialTestResult } from 'n8n-workflow';
import { reasonOf } from '../shared/errors';
import { registryWith } from '../shared/registry';

/** Opens the registry as a node would, and says what is wrong in the words of the reason. */
export async function testRegistry(credential: ICredentialsDecrypted): Promise<INodeCredentialTestResult> {
  try {
    const controllers = await (await registryWith(credential.data ?? {})).controllers.list();
    const count = controllers.length === 1 ? '1 controller' : `${controllers.length} controllers`;
    return { status: 'OK', message: `The registry is open; it holds ${count} for this credential` };
  } catch (error) {
    const { code, sentence } = reasonOf(error);
    return { status: 'Error', message: `${sentence} (${code})` };
  }
}
