import { z } from 'zod/v4';
import type { RestClient } from '../rest';

const Credential = z.object({ id: z.string(), name: z.string(), type: z.string() });
export type Credential = z.infer<typeof Credential>;

/** Secrets are blanked; n8n fills them in again from the stored credential of that id. */
const WithData = Credential.extend({ data: z.record(z.string(), z.unknown()) });

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
  async test(id: string): Promise<CredentialTestResult> {
    const credentials = await this.rest.get(`/rest/credentials/${id}`, WithData, { includeData: 'true' });
    return this.rest.post('/rest/credentials/test', { credentials }, TestResult);
  }
}
