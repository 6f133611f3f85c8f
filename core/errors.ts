/**
 * An input or a state that we refuse. `code` is stable and may be matched on; `message` is one plain
 * sentence that tells the user what to do and never quotes the input, which may be health data.
 */
export class CareError extends Error {
  constructor(
    readonly code: string,
    message: string,
    /** The parameter or column that is at fault, and the zero-based row or item it came with. */
    readonly at: { field?: string; index?: number } = {},
  ) {
    super(message);
    this.name = 'CareError';
  }
}
