/** Determines the jobs a command applies to: its arguments, the selected rows, or one from a picker. */

import { byEndDescending } from '../../shared/feed.ts';
import type { Job } from '../../shared/job.ts';
import type { Translate } from '../base/text.ts';
import type { ChooseDeps } from './deps.ts';
import { jobItem } from './jobItem.ts';
import { pickOne } from './quickInput.ts';
import { readArguments, type Target } from './targets.ts';

export interface Choice {
  /** Whether the command applies to a job. Filters the picker, and the jobs if there are several. */
  applies(job: Job): boolean;
  readonly placeholder: string;
  /** Message if it applies to no job. */
  readonly none: string;
}

/** The jobs, or none if the picker was dismissed or there was nothing to pick. Rejects with JOB_NOT_FOUND for an unknown ID. */
export async function chooseJobs(deps: ChooseDeps, args: readonly unknown[], choice: Choice): Promise<Job[]> {
  return (await chooseTargets(deps, args, choice)).map(({ job }) => job);
}

/** Like `chooseJobs`, with the attempt each target refers to. */
export async function chooseTargets(
  deps: ChooseDeps,
  args: readonly unknown[],
  { applies, placeholder, none }: Choice,
): Promise<{ job: Job; attempt: number | null }[]> {
  const targets = givenTargets(deps, args);
  if (targets.length > 0) {
    const found = await Promise.all(
      targets.map(async ({ jobId, attempt }) => ({ job: await findJob(deps, jobId), attempt })),
    );
    // A single job is always tried, so that the daemon can explain why the command doesn't apply.
    return found.length === 1 ? found : found.filter(({ job }) => applies(job));
  }
  // The jobs are not known until the daemon is connected.
  if (!deps.model.loaded) await deps.connection.client();
  const fitting = deps.model.all().filter(applies).sort(byActivity);
  if (fitting.length === 0) {
    deps.showMessage(none);
    return [];
  }
  const picked = await pickJob(fitting, placeholder, deps.t);
  return picked === undefined ? [] : [{ job: picked, attempt: null }];
}

/** Rejects with JOB_NOT_FOUND. */
async function findJob({ view, connection }: Pick<ChooseDeps, 'view' | 'connection'>, id: string): Promise<Job> {
  return view.job(id) ?? (await (await connection.client()).get(id));
}

async function pickJob(jobs: readonly Job[], placeHolder: string, t: Translate): Promise<Job | undefined> {
  const items = jobs.map((job) => jobItem(job, t));
  const picked = await pickOne(items, {
    placeHolder,
    matchOnDescription: true,
    matchOnDetail: true,
  });
  return picked?.job;
}

function givenTargets({ view }: ChooseDeps, args: readonly unknown[]): readonly Target[] {
  const given = readArguments(args);
  switch (given.kind) {
    case 'targets':
      return given.targets;
    case 'selection':
      // The clicked row is not known, and it is not the selected one, which is known. Better ask.
      if (args[0] == null && view.isRedrawing?.()) return [];
      return view.selection().map((jobId) => ({ jobId, attempt: null }));
    case 'nothing':
      return [];
  }
}

/** Active jobs first, then the most recently finished. */
function byActivity(a: Job, b: Job): number {
  if (a.endedAt === null || b.endedAt === null) {
    return Number(a.endedAt !== null) - Number(b.endedAt !== null) || b.queuedAt.localeCompare(a.queuedAt);
  }
  return byEndDescending(a, b);
}
