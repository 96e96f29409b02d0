/** What `run` and `submit` ask for: a command, or a job by its name. */
import type { SubmitRequest } from '../../shared/protocol.ts';
import type { Cli } from '../runner.ts';
import { UsageError } from '../usageError.ts';
import { startTimeOf } from '../values/times.ts';
import { currentCaller } from './caller.ts';
import { definedRequest } from './definedJob.ts';
import { findDefinition } from './findDefinition.ts';
import { type SubmitOptions, toSubmitRequest } from './request.ts';

/**
 * The request for these words. A single one that names a definition is that, unless it stands after `--` or is for the
 * shell. `argv` are all words after `jobdeck`.
 */
export async function submitRequest(
  { home, out }: Cli,
  argv: readonly string[],
  words: readonly string[],
  given: SubmitOptions,
): Promise<SubmitRequest> {
  const options = given.at === undefined ? given : { ...given, at: await startTimeOf(given.at, Date.now()) };
  const caller = currentCaller();
  const [name = ''] = words;
  const mayBeName = words.length === 1 && options.shell !== true && !argv.includes('--');
  const found = mayBeName ? await findDefinition(name, caller.cwd, home) : null;
  if (found !== null) {
    out.note(`“${name}” is a job of ${found.file.path}; a program of that name is run by: jobdeck run -- ${name}`);
    return definedRequest(found, options, caller);
  }
  if (options.input !== undefined) {
    const hint = 'See those there are with: jobdeck define list';
    throw new UsageError('INVALID_REQUEST', '--input is for jobs that are defined, and this is none.', hint);
  }
  return toSubmitRequest(words, options, caller);
}
