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

/** Ids of the rows: those of each group of the tree, and those below the row of a group of jobs. */
export interface Grouping {
  /** Active ones latest start first, ended ones latest end first; groups without a row are left out. */
  readonly groups: ReadonlyMap<GroupId, readonly string[]>;
  /** By the id of the job they belong to: active ones first, then latest end first. */
  readonly children: ReadonlyMap<string, readonly string[]>;
}

export const noGrouping: Grouping = { groups: new Map(), children: new Map() };

/** Sorts jobs into the groups. One that belongs to another of them stands below that one. */
export function groupJobs(jobs: readonly Job[]): Grouping {
  const known = new Set(jobs.map(({ id }) => id));
  const groups = new Map<GroupId, Job[]>(groupIds.map((group) => [group, []]));
  const children = new Map<string, Job[]>();
  for (const job of jobs) {
    if (job.parentId === null || !known.has(job.parentId)) groups.get(groupOf(job))?.push(job);
    else children.set(job.parentId, [...(children.get(job.parentId) ?? []), job]);
  }
  const ids = (sorted: Job[]) => sorted.map((job) => job.id);
  const filled = [...groups].filter(([, group]) => group.length > 0);
  return {
    groups: new Map(filled.map(([id, group]) => [id, ids(group.sort(orders[id]))])),
    children: new Map([...children].map(([id, group]) => [id, ids(group.sort(byActivity))])),
  };
}

function byQueuedDescending(a: Job, b: Job): number {
  return b.queuedAt.localeCompare(a.queuedAt) || b.id.localeCompare(a.id);
}

/** What runs, then what waits in the order in which it came, then what ended last. */
function byActivity(a: Job, b: Job): number {
  const rank = ({ status }: Job) => groupIds.indexOf(groupOf({ status }));
  const [first, second] = [Math.min(rank(a), 2), Math.min(rank(b), 2)];
  if (first !== second) return first - second;
  if (first === 2) return byEndDescending(a, b);
  return a.queuedAt.localeCompare(b.queuedAt) || a.id.localeCompare(b.id);
}

const orders: Record<GroupId, (a: Job, b: Job) => number> = {
  running: byQueuedDescending,
  waiting: byQueuedDescending,
  failed: byEndDescending,
  recent: byEndDescending,
};

/** What of the tree must be drawn anew: everything, or these groups and jobs (with what is below them). */
export interface Redraw {
  readonly everything: boolean;
  readonly groups: readonly GroupId[];
  /** Rows below which others came, went or moved. */
  readonly parents: readonly string[];
  readonly jobs: readonly string[];
}

/** The least to redraw after these jobs changed. A row is left out when what it stands in is drawn anyway. */
export function redrawFor(before: Grouping, after: Grouping, changed: Iterable<string>): Redraw {
  const shown = [...after.groups.keys()];
  if (shown.join() !== [...before.groups.keys()].join()) {
    return { everything: true, groups: [], parents: [], jobs: [] };
  }
  const groups = shown.filter((group) => before.groups.get(group)?.join() !== after.groups.get(group)?.join());
  const drawn = new Set<string>();
  const draw = (id: string) => {
    drawn.add(id);
    for (const child of after.children.get(id) ?? []) draw(child);
  };
  for (const group of groups) for (const id of after.groups.get(group) ?? []) draw(id);
  const parents = [...new Set([...before.children.keys(), ...after.children.keys()])].filter(
    (id) => !drawn.has(id) && before.children.get(id)?.join() !== after.children.get(id)?.join(),
  );
  for (const id of parents) draw(id);
  const present = new Set([...after.groups.values(), ...after.children.values()].flat());
  return {
    everything: false,
    groups,
    parents: parents.filter((id) => present.has(id)),
    jobs: [...changed].filter((id) => present.has(id) && !drawn.has(id)),
  };
}
