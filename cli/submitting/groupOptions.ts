/** The group a job belongs to: the options of `run` and `submit`, and what they ask of the daemon. */
import { type Command, InvalidArgumentError } from 'commander';
import type { SubmitRequest } from '../../shared/protocol.ts';

export interface GroupOptions {
  group?: string;
  groupConcurrency?: number;
  weight?: number;
}

/** Adds the options to a verb. */
export function withGroup(verb: Command): Command {
  return verb
    .option('--group <name>', 'group it belongs to, which is made when there is none of that name')
    .option('--group-concurrency <number>', 'jobs of the group that run at the same time at most', whole)
    .option('--weight <number>', 'in the progress of its group (default: 1)', weight);
}

/** What they ask of the daemon. */
export function groupRequest({ group, groupConcurrency, weight: given }: GroupOptions): Partial<SubmitRequest> {
  return {
    ...(group === undefined ? {} : { group }),
    ...(groupConcurrency === undefined ? {} : { groupConcurrency }),
    ...(given === undefined ? {} : { weight: given }),
  };
}

/** A number of jobs of the command line. The daemon says which are too many. */
export function whole(text: string): number {
  if (!/^-?\d{1,9}$/.test(text)) throw new InvalidArgumentError('It has to be a whole number.');
  return Number(text);
}

function weight(text: string): number {
  if (!/^-?\d{1,9}(\.\d{1,6})?$/.test(text)) throw new InvalidArgumentError('It has to be a number such as 2 or 0.5.');
  return Number(text);
}
