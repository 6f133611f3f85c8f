const PLACEHOLDER = /\{\{([^{}]*)\}\}/g;

/** Names of the variables in a text, in order of first use, each once. */
export const variablesOf = (text: string): string[] => [
  ...new Set(Array.from(text.matchAll(PLACEHOLDER), (match) => (match[1] ?? '').trim())),
];

/** Put values in by name; an unknown name stays as it is. */
export const fill = (text: string, values: Record<string, string>): string =>
  text.replace(PLACEHOLDER, (whole, name: string) => values[name.trim()] ?? whole);
