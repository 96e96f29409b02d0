/** Where output goes. */

/** The part of stdout and stderr that is used here. */
export interface Sink {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(data: string | Uint8Array, done?: (error?: Error | null) => void): boolean;
}

/** A failed write. */
export class WriteError extends Error {}

/**
 * Writes and resolves when the reader can take more.
 * @throws WriteError
 */
export function written(sink: Sink, data: string | Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    sink.write(data, (error) => (error ? reject(new WriteError(error.message)) : resolve()));
  });
}
