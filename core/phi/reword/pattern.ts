const made = new Map<string, RegExp>();

/** A pattern over folded text, compiled once; the wordings are few and used for every sentence. */
export function pattern(source: string, flags = 'u'): RegExp {
  const key = `${flags}/${source}`;
  let compiled = made.get(key);
  if (compiled === undefined) made.set(key, (compiled = new RegExp(source, flags)));
  return compiled;
}

/** As a whole word. */
export const word = (words: string): RegExp => pattern(`(?<!\\p{L})(?:${words})(?!\\p{L})`);
