/** When and after what a job starts: the options of `run` and `submit`, and what they ask of the daemon. */
import { type Command, Option } from 'commander';
import { Priority } from '../../shared/job.ts';
import type { SubmitRequest } from '../../shared/protocol.ts';

export interface SchedulingOptions {
  queue?: string;
  priority?: Priority;
}

/** Adds the options to a verb. */
export function withScheduling(verb: Command): Command {
  return verb
    .option('-q, --queue <queue>', 'queue to wait in for its turn (default: “default”); see “jobdeck queue ls”')
    .addOption(
      new Option('-p, --priority <priority>', 'its place in the queue (default: “normal”)').choices(Priority.enum),
    );
}

/** What they ask of the daemon. */
export function schedulingRequest({ queue, priority }: SchedulingOptions): Partial<SubmitRequest> {
  return { ...(queue === undefined ? {} : { queue }), ...(priority === undefined ? {} : { priority }) };
}
