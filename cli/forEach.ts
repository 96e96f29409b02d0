/** One action on several jobs, queues, schedules or connections. */
import type { ErrorBody } from '../shared/errors.ts';
import { JobdeckError } from '../shared/errors.ts';
import { exitCodes } from './exitCode.ts';
import type { Cli } from './runner.ts';

/** An action on one of them, and how its result is printed. */
export interface Action<T> {
  act(ref: string): Promise<T>;
  /** The lines for people. */
  lines(done: T, isFirst: boolean): string[];
  /** The document if there is only one. */
  one(done: T): unknown;
  /** The document for several, without the errors. */
  several(done: T[]): object;
}

/**
 * Runs the action for each ID or name in order and continues after failures. Exit code 1 if any failed. If there is only
 * one, its error is thrown.
 */
export async function forEach<T>(
  { out }: Cli,
  refs: readonly string[],
  action: Action<T>,
  key: 'id' | 'name' = 'id',
): Promise<number> {
  const [only] = refs;
  if (refs.length === 1 && only !== undefined) {
    const done = await action.act(only);
    out.result(action.one(done), action.lines(done, true));
    return exitCodes.ok;
  }
  const done: T[] = [];
  const errors: { id?: string; name?: string; error: ErrorBody }[] = [];
  for (const ref of refs) {
    try {
      const result = await action.act(ref);
      done.push(result);
      if (!out.json) out.lines(action.lines(result, done.length === 1));
    } catch (error) {
      if (!(error instanceof JobdeckError)) throw error;
      errors.push({ [key]: ref, error: error.toBody() });
      if (!out.json) out.fail(error);
    }
  }
  if (out.json) out.document({ ...action.several(done), errors });
  return errors.length === 0 ? exitCodes.ok : exitCodes.failed;
}
