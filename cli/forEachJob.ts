/** The same for each of several jobs, some of which may refuse. */
import type { ErrorBody } from '../shared/errors.ts';
import { JobdeckError } from '../shared/errors.ts';
import { exitCodes } from './exitCode.ts';
import type { Cli } from './runner.ts';

/** What is done with a job, and how it is told. */
export interface Deed<T> {
  act(id: string): Promise<T>;
  /** One line for people. */
  line(done: T): string;
  /** The document for one id. */
  one(done: T): unknown;
  /** The document for several, without the errors. */
  several(done: T[]): object;
}

/**
 * Does it for each id, in order; what one job refuses keeps no other from being done. Exit code 1 when one refused.
 * With one id its error is thrown, as of any verb.
 */
export async function forEachJob<T>({ out }: Cli, ids: readonly string[], deed: Deed<T>): Promise<number> {
  const [only] = ids;
  if (ids.length === 1 && only !== undefined) {
    const done = await deed.act(only);
    out.result(deed.one(done), [deed.line(done)]);
    return exitCodes.ok;
  }
  const done: T[] = [];
  const errors: { id: string; error: ErrorBody }[] = [];
  for (const id of ids) {
    try {
      const result = await deed.act(id);
      done.push(result);
      if (!out.json) out.lines([deed.line(result)]);
    } catch (error) {
      if (!(error instanceof JobdeckError)) throw error;
      errors.push({ id, error: error.toBody() });
      if (!out.json) out.fail(error);
    }
  }
  if (out.json) out.document({ ...deed.several(done), errors });
  return errors.length === 0 ? exitCodes.ok : exitCodes.failed;
}
