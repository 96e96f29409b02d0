/** Determines the jobs a command applies to: its arguments, those the user is looking at, or one from a picker. */

import { byEndDescending } from '../../shared/feed.ts';
import type { Job } from '../../shared/job.ts';
import { oneLine, type Translate } from '../base/text.ts';
import { type Attention, decide } from './decide.ts';
import type { ChooseDeps } from './deps.ts';
import { jobItem } from './jobItem.ts';
import { pickOne } from './quickInput.ts';
import { type Given, readArguments, type Target } from './targets.ts';

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
export async function chooseTargets(deps: ChooseDeps, args: readonly unknown[], choice: Choice): Promise<Chosen[]> {
  const given = readArguments(args);
  const targets = await givenTargets(deps, given, args);
  if (targets.length > 0) {
    const found = await Promise.all(
      targets.map(async ({ jobId, attempt }) => ({ job: await findJob(deps, jobId), attempt })),
    );
    // A single job is always tried, so that the daemon can explain why the command doesn't apply.
    return found.length === 1 ? found : fittingOf(deps, found, choice);
  }
  // On a row that is not a job, a key does nothing.
  if (given.kind === 'focus') return [];
  // The jobs are not known until the daemon is connected.
  if (!deps.model.loaded) await deps.connection.client();
  const fitting = deps.model.all().filter(choice.applies).sort(byActivity);
  if (given.kind === 'selection') return ask(deps, fitting, choice);
  const watched = await watchedJobs(deps);
  const jobs = new Map([...fitting, ...watched.jobs].map((job) => [job.id, job]));
  const fits = (id: string) => [...jobs.values()].some((job) => job.id === id && choice.applies(job));
  const decision = decide(
    watched,
    fits,
    fitting.map(({ id }) => id),
  );
  const found = ({ jobId, attempt }: Target) => {
    const job = jobs.get(jobId);
    return job === undefined ? [] : [{ job, attempt }];
  };
  if (decision.kind === 'act') return decision.targets.flatMap(found);
  const first = decision.first.flatMap((jobId) => found({ jobId, attempt: null }).map(({ job }) => job));
  return ask(deps, [...first, ...fitting.filter((job) => !first.includes(job))], choice);
}

/** A job that a command applies to. The attempt is null for the latest. */
interface Chosen {
  readonly job: Job;
  readonly attempt: number | null;
}

/** Maximum number of jobs named that were left out. */
const namedLeftOut = 3;

/** Those of several jobs that the command applies to. Says which ones are left out. */
function fittingOf({ showMessage, t }: ChooseDeps, found: readonly Chosen[], { applies, none }: Choice): Chosen[] {
  const fitting = found.filter(({ job }) => applies(job));
  const others = found.filter((one) => !fitting.includes(one));
  if (fitting.length === 0) showMessage(none);
  else if (others.length > 0) {
    const named = others.slice(0, namedLeftOut).map(({ job }) => `“${oneLine(job.title, 60)}”`);
    const more = others.length > named.length ? [t('{0} more', others.length - named.length)] : [];
    const titles = [...named, ...more].join(', ');
    showMessage(t('Applies to {0} of the {1} selected jobs. Left out: {2}.', fitting.length, found.length, titles));
  }
  return fitting;
}

async function ask(deps: ChooseDeps, jobs: readonly Job[], { placeholder, none }: Choice): Promise<Chosen[]> {
  if (jobs.length === 0) {
    deps.showMessage(none);
    return [];
  }
  const picked = await pickJob(jobs, placeholder, deps.t);
  return picked === undefined ? [] : [{ job: picked, attempt: null }];
}

/** What the user is looking at, with the jobs. */
async function watchedJobs(deps: ChooseDeps): Promise<Attention & { readonly jobs: readonly Job[] }> {
  const { view, inFront } = deps;
  const front = inFront.job();
  const selected = view.isVisible ? view.selection() : [];
  const ids = new Set([...selected, ...(front === null ? [] : [front.jobId])]);
  const found = await Promise.allSettled([...ids].map((id) => findJob(deps, id)));
  // The page of a removed job may still be open.
  const jobs = found.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  const exists = (id: string) => jobs.some((job) => job.id === id);
  return {
    front: front !== null && exists(front.jobId) ? front : null,
    selected: selected.filter(exists),
    selectedLast: view.selectedAt > inFront.since,
    jobs,
  };
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

async function givenTargets({ view }: ChooseDeps, given: Given, args: readonly unknown[]): Promise<readonly Target[]> {
  switch (given.kind) {
    case 'targets':
      return given.targets;
    case 'selection':
      // The clicked row is not known, and it is not the selected one, which is known. Better ask.
      if (args[0] == null && view.isRedrawing?.()) return [];
      return view.selection().map((jobId) => ({ jobId, attempt: null }));
    case 'focus':
      return (await view.focusedJobs()).map((jobId) => ({ jobId, attempt: null }));
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
