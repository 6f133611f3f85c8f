import type { IWebhookFunctions } from 'n8n-workflow';

/** The parts of Express that this node needs; n8n ships Express but not its types. */
interface HttpAnswer {
  status(code: number): HttpAnswer;
  type(contentType: string): HttpAnswer;
  send(body: string): unknown;
}

interface HttpQuestion {
  rawBody?: Buffer;
  readRawBody(): Promise<void>;
}

/** Answers by hand: what n8n says by itself is always a 200, which would make a forged request look accepted. */
export function answer(context: IWebhookFunctions, status: number, text: string): void {
  const response = context.getResponseObject() as unknown as HttpAnswer;
  response.status(status).type('text/plain').send(text);
}

/** The bytes as they came; a signature over anything else proves nothing. */
export async function rawBodyOf(context: IWebhookFunctions): Promise<Buffer> {
  const request = context.getRequestObject() as unknown as HttpQuestion;
  if (!request.rawBody) await request.readRawBody();
  return request.rawBody ?? Buffer.alloc(0);
}
