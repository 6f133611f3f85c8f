export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);

/** Deeper data is not looked into, and then not let through either. */
const DEEPEST = 12;

/**
 * Every text inside a value: names of fields, texts and numbers of lists and objects, also of those that are written
 * as JSON. Each stands alone, so that no sign of JSON hides the beginning or the end of a word.
 *
 * @throws RangeError where the value is nested too deeply
 */
export function textsIn(value: unknown, depth = 0): string[] {
  if (depth > DEEPEST) throw new RangeError('Nested too deeply');
  if (value === null || value === undefined || typeof value === 'boolean') return [];
  if (typeof value === 'string') {
    const inner = parsed(value);
    return inner === undefined ? [value] : textsIn(inner, depth + 1);
  }
  if (Array.isArray(value)) return value.flatMap((each) => textsIn(each, depth + 1));
  if (value instanceof Date) return [value.toISOString()];
  if (isRecord(value)) return Object.entries(value).flatMap((entry) => textsOfEntry(entry, depth + 1));
  return [JSON.stringify(value)];
}

/** "birthDate: 1980-01-01" says more than its value alone. */
function textsOfEntry([name, value]: [string, unknown], depth: number): string[] {
  const words = name.replace(/([\p{Ll}\d])(\p{Lu})/gu, '$1 $2').replace(/[_-]+/g, ' ');
  const plain = typeof value === 'number' || (typeof value === 'string' && parsed(value) === undefined);
  return plain ? [`${words}: ${value}`] : [words, ...textsIn(value, depth)];
}

export interface TextChange {
  /** Of what somebody wrote. */
  readonly text: (text: string) => string;
  /** Of names of fields and of numbers. */
  readonly name: (text: string) => string;
}

/** Another value of the same shape; a text that is JSON stays JSON. Numbers that stay as they are stay numbers. */
export function withTexts(value: unknown, change: TextChange, depth = 0): unknown {
  if (depth > DEEPEST) throw new RangeError('Nested too deeply');
  if (value === null || value === undefined || typeof value === 'boolean' || value instanceof Date)
    return value;
  if (typeof value === 'string') {
    const inner = parsed(value);
    return inner === undefined ? change.text(value) : JSON.stringify(withTexts(inner, change, depth + 1));
  }
  if (Array.isArray(value)) return value.map((each) => withTexts(each, change, depth + 1));
  if (isRecord(value))
    return Object.fromEntries(
      Object.entries(value).map(([name, each]) => [change.name(name), withTexts(each, change, depth + 1)]),
    );
  const text = JSON.stringify(value);
  const changed = change.name(text);
  return changed === text ? value : changed;
}

function parsed(text: string): object | undefined {
  if (!/^\s*[[{]/.test(text)) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
