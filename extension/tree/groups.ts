/** Which group of the tree each job is in, and in what order. */
import { byEndDescending } from '../../shared/feed.ts';
import type { Job } from '../../shared/job.ts';
import type { Translate } from '../text.ts';

/** The groups from top to bottom. */
export const groupIds = ['running', 'waiting', 'failed', 'recent'] as const;
export type GroupId = (typeof groupIds)[number];

/**
 * The group of a job. `pending` is with the running ones: it only lasts until the process is there, and a row that
 * jumps through another group on every start is hard to follow. What a queue holds back is `waiting`.
 */
export function groupOf(job: Pick<Job, 'status'>): GroupId {
  switch (job.status) {
    case 'pending':
    case 'running':
      return 'running';
    case 'waiting':
      return 'waiting';
    case 'failed':
    case 'lost':
      return 'failed';
    case 'completed':
    case 'cancelled':
      return 'recent';
  }
}

/** The jobs in a group of the tree, to be counted: what is itself a group of jobs is none beside them. */
export function jobsIn(group: GroupId, jobs: readonly Job[]): Job[] {
  return jobs.filter((job) => job.children === null && groupOf(job) === group);
}

/** `Running (2)` and so on. */
export function groupLabel(group: GroupId, count: number, t: Translate): string {
  switch (group) {
    case 'running':
      return t('Running ({0})', count);
    case 'waiting':
      return t('Waiting ({0})', count);
    case 'failed':
      return t('Failed ({0})', count);
    case 'recent':
      return t('Recent ({0})', count);
  }
}

/** Ids of the jobs in each group: active ones latest start first, ended ones latest end first. */
export type Grouping = ReadonlyMap<GroupId, readonly string[]>;

/** Sorts jobs into the groups; groups without a job are left out. */
export function groupJobs(jobs: readonly Job[]): Grouping {
  const members = new Map<GroupId, Job[]>(groupIds.map((group) => [group, []]));
  for (const job of jobs) members.get(groupOf(job))?.push(job);
  const filled = [...members].filter(([, group]) => group.length > 0);
  return new Map(filled.map(([id, group]) => [id, group.sort(orders[id]).map((job) => job.id)]));
}

function byQueuedDescending(a: Job, b: Job): number {
  return b.queuedAt.localeCompare(a.queuedAt) || b.id.localeCompare(a.id);
}

const orders: Record<GroupId, (a: Job, b: Job) => number> = {
  running: byQueuedDescending,
  waiting: byQueuedDescending,
  failed: byEndDescending,
  recent: byEndDescending,
};

/** What of the tree must be drawn anew: everything, or these groups (with their children) and these rows. */
export interface Redraw {
  readonly everything: boolean;
  readonly groups: readonly GroupId[];
  readonly jobs: readonly string[];
}

/** The least to redraw after these jobs changed. A row is left out when its whole group is drawn anyway. */
export function redrawFor(before: Grouping, after: Grouping, changed: Iterable<string>): Redraw {
  const shown = [...after.keys()];
  if (shown.join() !== [...before.keys()].join()) return { everything: true, groups: [], jobs: [] };
  const groups = shown.filter((group) => before.get(group)?.join() !== after.get(group)?.join());
  const drawn = new Set(groups.flatMap((group) => after.get(group) ?? []));
  const present = new Set([...after.values()].flat());
  return { everything: false, groups, jobs: [...changed].filter((id) => present.has(id) && !drawn.has(id)) };
}
