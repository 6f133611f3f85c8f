import { readFileSync } from 'node:fs';
import { parse } from 'yaml';

export type Schema = Record<string, unknown>;

const KEY = /^ {4}([\w.-]+):\s*$/;
const REF = /#\/components\/schemas\/([\w.-]+)/g;

/**
 * The named schemas of Meta's OpenAPI document and all that they refer to. The document is over a megabyte and takes
 * a second or more to parse on a busy machine, so its text is cut at the schema names, which stand at a fixed depth,
 * and only what is needed is parsed.
 * @throws Error if the file is absent or lacks a schema.
 */
export function readSchemas(path: string, ...names: string[]): Record<string, Schema> {
  const texts = schemaTexts(readFileSync(path, 'utf8'));
  const found: Record<string, Schema> = {};
  const wanted = [...names];
  for (let name = wanted.pop(); name !== undefined; name = wanted.pop()) {
    if (found[name]) continue;
    const text = texts.get(name);
    if (text === undefined)
      throw new Error(`${path} is not Meta's OpenAPI document: it has no schema ${name}.`);
    found[name] = (parse(text) as Record<string, Schema>)[name] ?? {};
    wanted.push(...Array.from(text.matchAll(REF), (match) => match[1] ?? ''));
  }
  return found;
}

/** The text of each schema below `components.schemas`, its name included. */
function schemaTexts(document: string): Map<string, string> {
  const lines = document.split('\n');
  const first = lines.indexOf('  schemas:', lines.indexOf('components:')) + 1;
  const texts = new Map<string, string>();
  let start = first;
  for (let index = first; first > 0 && index <= lines.length; index += 1) {
    const line = lines[index] ?? '';
    const ends = index === lines.length || /^ {0,2}\S/.test(line);
    if (!ends && !KEY.test(line)) continue;
    const name = KEY.exec(lines[start] ?? '')?.[1];
    if (name !== undefined && index > start) texts.set(name, lines.slice(start, index).join('\n'));
    if (ends) break;
    start = index;
  }
  return texts;
}
