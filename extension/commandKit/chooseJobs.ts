/** Chooses the jobs a command applies to: those passed to it, the selected ones, or one from a list. */

import { byEndDescending } from '../../shared/feed.ts';
import type { Job } from '../../shared/job.ts';
import type { Translate } from '../base/text.ts';
import type { ChooseDeps } from './deps.ts';
import { jobItem } from './jobItem.ts';
import { pickOne } from './quickInput.ts';
import { readArguments, type Target } from './targets.ts';

export interface Choice {
  /** Whether the command applies to a job: what the picker offers, and what is kept of several. */
  applies(job: Job): boolean;
  readonly placeholder: string;
  /** What to say when it applies to no job at all. */
  readonly none: string;
}

/** The jobs; none when nobody chose or there is nothing to choose. Rejects with JOB_NOT_FOUND for an unknown id. */
export async function chooseJobs(deps: ChooseDeps, args: readonly unknown[], choice: Choice): Promise<Job[]> {
  return (await chooseTargets(deps, args, choice)).map(({ job }) => job);
}

/** As `chooseJobs`, with the attempt that was meant. */
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
    // Of several only those it applies to; a single one is tried, so that the daemon can say why it doesn't.
    return found.length === 1 ? found : found.filter(({ job }) => applies(job));
  }
  // While the connection is being made, nothing is known to choose from.
  if (!deps.model.loaded) await deps.connection.client();
  const fitting = deps.model.all().filter(applies).sort(byActivity);
  if (fitting.length === 0) {
    deps.tell(none);
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
      return view.selection().map((jobId) => ({ jobId, attempt: null }));
    case 'nothing':
      return [];
  }
}

/** Active jobs first, then what ended last. */
function byActivity(a: Job, b: Job): number {
  if (a.endedAt === null || b.endedAt === null) {
    return Number(a.endedAt !== null) - Number(b.endedAt !== null) || b.queuedAt.localeCompare(a.queuedAt);
  }
  return byEndDescending(a, b);
}
