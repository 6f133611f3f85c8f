const PLACEHOLDER = /\{\{([a-z][a-z0-9_]*)\}\}/g;

/** Names of the variables in the order in which they stand in the text, repetitions included. */
export const placeholdersOf = (text: string): string[] =>
  [...text.matchAll(PLACEHOLDER)].map((match) => match[1] ?? '');

/** Replaces each `{{name}}` in one pass, so that a value is never read as a placeholder again. */
export const fill = (text: string, valueOf: (name: string) => string): string =>
  text.replace(PLACEHOLDER, (_whole, name: string) => valueOf(name));
