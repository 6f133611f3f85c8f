import { z } from 'zod/v4';
import type { RestClient } from '../rest';

const Credential = z.object({ id: z.string(), name: z.string(), type: z.string() });
export type Credential = z.infer<typeof Credential>;

const TestResult = z.object({ status: z.enum(['OK', 'Error']), message: z.string() });
export type CredentialTestResult = z.infer<typeof TestResult>;

export class CredentialsApi {
  constructor(private readonly rest: RestClient) {}

  /** @param data the fields of the credential type; n8n encrypts them */
  create(name: string, type: string, data: Record<string, unknown>): Promise<Credential> {
    return this.rest.post('/rest/credentials', { name, type, data }, Credential);
  }

  list(): Promise<Credential[]> {
    return this.rest.get('/rest/credentials', z.array(Credential));
  }

  /** What the Test button of the credential says. */
  test({ id, name, type }: Credential): Promise<CredentialTestResult> {
    return this.rest.post('/rest/credentials/test', { credentials: { id, name, type } }, TestResult);
  }
}
