import type { IHttpRequestOptions } from 'n8n-workflow';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { LANGUAGES, listTemplates, toMetaTemplateCreate } from '../../../../core';

export interface GraphCall {
  readonly url: string;
  readonly authorization: string;
  readonly body: Record<string, unknown>;
  readonly port: number | undefined;
}

type Answer = (call: GraphCall, response: ServerResponse) => void;

const acceptAll: Answer = (_call, response) => {
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify({ messages: [{ id: 'wamid.TEST' }] }));
};

async function read(request: IncomingMessage): Promise<GraphCall> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const body = Buffer.concat(chunks).toString();
  return {
    url: request.url ?? '',
    authorization: request.headers.authorization ?? '',
    body: (body === '' ? {} : JSON.parse(body)) as Record<string, unknown>,
    port: request.socket.remotePort,
  };
}

const catalogueList = () => ({ data: approvedCatalogue() });

/** The catalogue as Meta lists it once all of it is approved. */
export const approvedCatalogue = (): Record<string, unknown>[] =>
  listTemplates('template').flatMap((template) =>
    LANGUAGES.filter((language) => template.texts[language]).map((language) => ({
      ...toMetaTemplateCreate(template, language),
      status: 'APPROVED',
    })),
  );

/** A host that answers as Meta would, on this machine only; what is asked of the number itself it answers with `account`. */
export async function graph(
  answer: Answer = acceptAll,
  {
    account = () => ({ id: '1' }),
    templates = catalogueList,
  }: { account?: () => object; templates?: (() => unknown) | undefined } = {},
) {
  const calls: GraphCall[] = [];
  const lists: GraphCall[] = [];
  const server = createServer((request, response) => {
    if (request.method === 'GET' && !request.url?.includes('/message_templates')) {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify(account()));
      return;
    }
    void read(request).then((call) => {
      if (call.url.includes('/message_templates')) {
        lists.push(call);
        response.setHeader('content-type', 'application/json');
        response.end(JSON.stringify(templates()));
        return;
      }
      calls.push(call);
      answer(call, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const close = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return { origin, calls, lists, close };
}

/** What n8n's helper does for the one kind of call that Send makes through it. */
export const throughTo = (origin: string) => async (_type: string, request: IHttpRequestOptions) => {
  const query = new URLSearchParams(request.qs as Record<string, string>).toString();
  const answer = await fetch(`${origin}${request.url}?${query}`);
  return { statusCode: answer.status, body: await answer.json() };
};
