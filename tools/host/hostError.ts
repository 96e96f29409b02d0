/** Something this machine lacks, or that went wrong outside of the code under test: a sentence and what to do. */
export class HostError extends Error {
  readonly hint: string | null;

  constructor(message: string, hint: string | null = null) {
    super(message);
    this.name = 'HostError';
    this.hint = hint;
  }
}

/** What to print for an error: the sentence and hint of an expected one, the stack of any other. */
export function describeError(error: unknown): string {
  if (error instanceof HostError) return error.hint === null ? error.message : `${error.message}\n${error.hint}`;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
