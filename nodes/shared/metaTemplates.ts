import type {
  IDataObject,
  IExecuteFunctions,
  IHttpRequestOptions,
  ILoadOptionsFunctions,
} from 'n8n-workflow';
import { z } from 'zod/v4';
import { CareError, refusal } from '../../core';
import { WHATSAPP_CREDENTIAL, type WhatsAppAccess } from './whatsAppCredential';

const TIMEOUT_MS = 30_000;
/** "Content in this language already exists": the name and language were submitted before. */
const EXISTS = 2388024;
/** Meta's code for a token that is wrong or has run out. */
const BAD_TOKEN = 190;

const answerSchema = z.object({ statusCode: z.number(), body: z.unknown() });
const failure = z.object({ error: z.object({ code: z.number(), error_subcode: z.number().optional() }) });

/** One call to the templates of the WhatsApp Business Account; the body of the answer, good or bad. */
export async function callTemplates(
  context: IExecuteFunctions | ILoadOptionsFunctions,
  access: WhatsAppAccess,
  request: Pick<IHttpRequestOptions, 'method' | 'qs' | 'body'>,
): Promise<unknown> {
  const options: IHttpRequestOptions = {
    ...request,
    baseURL: access.baseUrl,
    url: `/${access.apiVersion}/${access.businessAccountId}/message_templates`,
    json: true,
    timeout: TIMEOUT_MS,
    returnFullResponse: true,
    ignoreHttpStatusErrors: true,
  };
  const answer: unknown = await context.helpers.httpRequestWithAuthentication
    .call(context, WHATSAPP_CREDENTIAL, options)
    .catch((error: unknown) => {
      throw error instanceof CareError ? error : refusal('providerUnreachable');
    });
  return answerSchema.parse(answer).body;
}

/** What a body says that is not the good answer. Meta's own words may quote the request, so its code stands for them. */
export function refusalOf(body: unknown): CareError {
  const parsed = failure.safeParse(body);
  if (!parsed.success) return refusal('providerRefused');
  const { code, error_subcode: subcode } = parsed.data.error;
  if (code === BAD_TOKEN) return refusal('providerAuth');
  if (subcode === EXISTS) {
    return refusal('templateExists');
  }
  const number = subcode === undefined ? String(code) : `${code}/${subcode}`;
  return new CareError(
    'providerRefused',
    `Meta declined with the code ${number}. Look it up in Meta’s list.`,
  );
}

export const careRefusal = (by: string, { code, message: sentence }: CareError): IDataObject => ({
  by,
  code,
  sentence,
});
