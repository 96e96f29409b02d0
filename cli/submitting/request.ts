/** From the words of `jobdeck run` to what the daemon is asked. */
import { resolve } from 'node:path';
import type { Command } from '../../shared/job.ts';
import type { SubmitRequest } from '../../shared/protocol.ts';
import { UsageError } from '../usageError.ts';
import { type GroupOptions, groupRequest } from './groupOptions.ts';
import { type SchedulingOptions, schedulingRequest } from './schedulingOptions.ts';

export interface SubmitOptions extends SchedulingOptions, GroupOptions {
  title?: string;
  type?: string;
  cwd?: string;
  shell?: boolean;
  key?: string;
  stdin?: boolean;
  progress?: boolean;
  progressPattern?: string;
  /** `id=value`, for a job that is defined. */
  input?: string[];
}

/** Where and by whom the command line was called. */
export interface Caller {
  cwd: string;
  env: Record<string, string | undefined>;
  createdBy: string | null;
  /** Whether a file of this name is there to be run. */
  isFile(path: string): boolean;
}

/**
 * The words after `--` as a command. With `shell` they are one line for the shell. So is a single word with blanks or
 * shell operators in it, because that is what somebody means who puts a whole line in quotes; unless it names a file.
 */
export function commandOf(words: readonly string[], shell: boolean, isFile: (path: string) => boolean): Command {
  const [only = ''] = words;
  if (words.length === 0) {
    throw new UsageError('EMPTY_COMMAND', 'There is no command to run.', 'Put it after “--”: jobdeck run -- npm test');
  }
  if (shell) return { shell: words.join(' ') };
  return words.length === 1 && /[\s;&|<>]/.test(only.trim()) && !isFile(only) ? { shell: only } : { argv: [...words] };
}

/** The request for a new job. */
export function toSubmitRequest(
  words: readonly string[],
  options: SubmitOptions,
  caller: Caller,
  now = Date.now(),
): SubmitRequest {
  const { title, type, cwd, shell = false, key, stdin, progress = true, progressPattern } = options;
  const set = Object.entries(caller.env).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const request: SubmitRequest = {
    command: commandOf(words, shell, caller.isFile),
    cwd: resolve(caller.cwd, cwd ?? '.'),
    env: Object.fromEntries(set),
    workspace: caller.cwd,
    ...schedulingRequest(options, now),
    ...groupRequest(options),
  };
  if (title !== undefined) request.title = title;
  if (type !== undefined) request.type = type;
  if (key !== undefined) request.idempotencyKey = key;
  if (stdin === true) request.stdin = true;
  if (!progress && progressPattern !== undefined) {
    throw new UsageError('INVALID_REQUEST', 'Progress is read by a pattern, or not at all.', 'Leave one out.');
  }
  if (!progress) request.outputProgress = false;
  if (progressPattern !== undefined) request.outputProgress = { pattern: progressPattern };
  if (caller.createdBy !== null) request.createdBy = caller.createdBy;
  return request;
}
