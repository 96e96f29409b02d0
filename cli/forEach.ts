/** One action on several jobs, some of which may fail. */
import type { ErrorBody } from '../shared/errors.ts';
import { JobdeckError } from '../shared/errors.ts';
import { exitCodes } from './exitCode.ts';
import type { Cli } from './runner.ts';

/** An action on a job, and how its result is printed. */
export interface JobAction<T> {
  act(id: string): Promise<T>;
  /** One line for people. */
  line(done: T): string;
  /** The document for one id. */
  one(done: T): unknown;
  /** The document for several, without the errors. */
  several(done: T[]): object;
}

/**
 * Runs the action for each id in order and continues after failures. Exit code 1 if any failed. With a single id its
 * error is thrown.
 */
export async function forEachJob<T>({ out }: Cli, ids: readonly string[], action: JobAction<T>): Promise<number> {
  const [only] = ids;
  if (ids.length === 1 && only !== undefined) {
    const done = await action.act(only);
    out.result(action.one(done), [action.line(done)]);
    return exitCodes.ok;
  }
  const done: T[] = [];
  const errors: { id: string; error: ErrorBody }[] = [];
  for (const id of ids) {
    try {
      const result = await action.act(id);
      done.push(result);
      if (!out.json) out.lines([action.line(result)]);
    } catch (error) {
      if (!(error instanceof JobdeckError)) throw error;
      errors.push({ id, error: error.toBody() });
      if (!out.json) out.fail(error);
    }
  }
  if (out.json) out.document({ ...action.several(done), errors });
  return errors.length === 0 ? exitCodes.ok : exitCodes.failed;
}
