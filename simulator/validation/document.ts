import { readFileSync } from 'node:fs';
import { parse } from 'yaml';

export type Schema = Record<string, unknown>;
export interface OpenApi {
  paths: Record<string, Record<string, unknown>>;
  components: { schemas: Record<string, Schema> };
}

const read = new Map<string, OpenApi>();

/**
 * Meta's OpenAPI document, parsed once a process (it is over a megabyte).
 * @throws Error if the file is absent or is no OpenAPI document.
 */
export function openApiDocument(path: string): OpenApi {
  const cached = read.get(path);
  if (cached) return cached;
  const document = parse(readFileSync(path, 'utf8')) as Partial<OpenApi> | null;
  if (!document?.paths || !document.components) throw new Error(`${path} is no OpenAPI document.`);
  read.set(path, document as OpenApi);
  return document as OpenApi;
}
