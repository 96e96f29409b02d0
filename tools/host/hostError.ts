/** A missing requirement or failure outside of the code under test, with a sentence and a hint. */
export class HostError extends Error {
  readonly hint: string | null;

  constructor(message: string, hint: string | null = null) {
    super(message);
    this.name = 'HostError';
    this.hint = hint;
  }
}

/** The text to print for an error: sentence and hint if it is a HostError, otherwise the stack. */
export function describeError(error: unknown): string {
  if (error instanceof HostError) return error.hint === null ? error.message : `${error.message}\n${error.hint}`;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
