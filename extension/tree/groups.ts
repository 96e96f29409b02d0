/** Which group of the tree each job is in, and in what order. */
import { byEndDescending } from '../../shared/feed.ts';
import type { Job } from '../../shared/job.ts';
import { type Arrangement, orderOf, usualArrangement } from './arrangement.ts';
import { isMore, moreRow, type Section } from './older/olderSections.ts';

/** The groups by status from top to bottom. */
const groupIds = ['running', 'waiting', 'failed', 'recent'] as const;
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

/** Ids of the rows: those of each group of the tree, and those below the row of a group of jobs. */
export interface Grouping {
  /**
   * By the key of the group, in their order; groups without a row are left out. Beside those of jobs there are rows to
   * load more, see `moreRow`: the last of a group, or a group's key when it stands beside the groups.
   */
  readonly groups: ReadonlyMap<string, readonly string[]>;
  /** By the id of the job they belong to. */
  readonly children: ReadonlyMap<string, readonly string[]>;
}

export const noGrouping: Grouping = { groups: new Map(), children: new Map() };

/** The key of the only group when there are none: its rows stand at the top. */
export const ungrouped = 'all';

export interface GroupingRules {
  readonly arrangement: Arrangement;
  /** Parts of the history of which there is more than is known. */
  readonly more: readonly Section[];
  /** Milliseconds since 1970. */
  readonly now: number;
}

const usualRules: GroupingRules = { arrangement: usualArrangement, more: [], now: 0 };

/** Sorts jobs into the groups. One that belongs to another of them stands below that one. */
export function groupJobs(jobs: readonly Job[], { arrangement, more, now }: GroupingRules = usualRules): Grouping {
  const known = new Set(jobs.map(({ id }) => id));
  const groups = new Map<string, Job[]>();
  const children = new Map<string, Job[]>();
  for (const job of jobs) {
    if (job.parentId === null || !known.has(job.parentId)) push(groups, groupKeyOf(job, arrangement), job);
    else push(children, job.parentId, job);
  }
  const order = orderOf(arrangement.sort, now);
  const ids = (sorted: Job[]) => sorted.map((job) => job.id);
  const below = arrangement.sort === 'newest' ? byActivity : order;
  const filled = new Map([...groups].map(([key, group]) => [key, ids(group.sort(order))]));
  for (const section of more) {
    // By status it stands where its jobs will; else beside the groups, for it is of all of them.
    if (arrangement.group === 'none') push(filled, ungrouped, moreRow(section));
    else if (section === 'finished') filled.set(moreRow(section), []);
    else push(filled, section, moreRow(section));
  }
  return {
    groups: new Map([...filled].sort(([a], [b]) => compareGroups(a, b, arrangement))),
    children: new Map([...children].map(([id, group]) => [id, ids(group.sort(below))])),
  };
}

function push<T>(lists: Map<string, T[]>, key: string, one: T): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [one]);
  else list.push(one);
}

/** The key of the group a job is in when it stands below no other; a day is that of its end, else of its coming, here. */
export function groupKeyOf(job: Job, { group }: Arrangement): string {
  switch (group) {
    case 'status':
      return groupOf(job);
    case 'type':
      return `type:${job.type}`;
    case 'workspace':
      return `workspace:${job.workspace ?? ''}`;
    case 'day':
      return `day:${localDay(job.endedAt ?? job.queuedAt)}`;
    case 'none':
      return ungrouped;
  }
}

function compareGroups(a: string, b: string, { group, sort }: Arrangement): number {
  if (isMore(a) || isMore(b)) return Number(isMore(a)) - Number(isMore(b));
  if (group === 'status') return groupIds.indexOf(a as GroupId) - groupIds.indexOf(b as GroupId);
  if (group === 'day') return sort === 'oldest' ? compare(a, b) : compare(b, a);
  return a.localeCompare(b);
}

function compare(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}

/** `2026-11-25` where the reader is. */
export function localDay(time: string | number): string {
  const date = new Date(time);
  const two = (part: number) => String(part).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

/** What runs, then what waits in the order in which it came, then what ended last. */
function byActivity(a: Job, b: Job): number {
  const rank = ({ status }: Job) => groupIds.indexOf(groupOf({ status }));
  const [first, second] = [Math.min(rank(a), 2), Math.min(rank(b), 2)];
  if (first !== second) return first - second;
  if (first === 2) return byEndDescending(a, b);
  return compare(a.queuedAt, b.queuedAt) || compare(a.id, b.id);
}

/** What of the tree must be drawn anew: everything, or these groups and jobs (with what is below them). */
export interface Redraw {
  readonly everything: boolean;
  readonly groups: readonly string[];
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
  // Rows without a group are those of the tree itself.
  if (groups.includes(ungrouped)) return { everything: true, groups: [], parents: [], jobs: [] };
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
  const present = new Set([...shown, ...[...after.groups.values(), ...after.children.values()].flat()]);
  return {
    everything: false,
    groups,
    parents: parents.filter((id) => present.has(id)),
    jobs: [...changed].filter((id) => present.has(id) && !drawn.has(id)),
  };
}
