/** Assigns jobs to the groups of the tree and sorts them. */
import { byEndDescending } from '../../shared/feed.ts';
import type { Children, Job } from '../../shared/job.ts';
import { type StatusFacts, shownStatus } from '../../shared/status.ts';
import { type Arrangement, defaultArrangement, orderOf } from './arrangement.ts';
import { foldRow, isMore, moreRow, type Section } from './older/olderSections.ts';

/** The groups by status from top to bottom. */
const groupIds = ['running', 'paused', 'waiting', 'failed', 'recent'] as const;
export type GroupId = (typeof groupIds)[number];

/**
 * The group of a job. `pending` jobs are grouped with the running ones: the status only lasts until the process starts,
 * and a row that moves through another group on every start is hard to follow.
 */
export function groupOf(job: StatusFacts): GroupId {
  switch (shownStatus(job)) {
    case 'paused':
      return 'paused';
    case 'waiting':
      return 'waiting';
    case 'failed':
    case 'lost':
      return 'failed';
    case 'completed':
    case 'cancelled':
      return 'recent';
    default:
      // A waiting job is cancelled at once.
      return 'running';
  }
}

/** The jobs in a group of the tree, for counting. Groups of jobs are left out, because their jobs are counted. */
export function jobsIn(group: GroupId, jobs: readonly Job[]): Job[] {
  return jobs.filter((job) => job.children === null && groupOf(job) === group);
}

/** IDs of the rows in each group of the tree, and of the rows below each group of jobs. */
export interface Grouping {
  /**
   * By key of the group, in order. Empty groups are left out. Besides jobs, there are rows that load more (see
   * `moreRow`): the last row of a group, or a key of its own at the top level.
   */
  readonly groups: ReadonlyMap<string, readonly string[]>;
  /** By ID of the parent job. */
  readonly children: ReadonlyMap<string, readonly string[]>;
  /** By key of the group: jobs behind the row that shows the rest (see `foldRow`). */
  readonly hidden: ReadonlyMap<string, readonly string[]>;
}

export const noGrouping: Grouping = { groups: new Map(), children: new Map(), hidden: new Map() };

/** The key of the only group if jobs are not grouped. Its rows are at the top level. */
export const ungrouped = 'all';

export interface GroupingRules {
  readonly arrangement: Arrangement;
  /** Sections of the history that can load more jobs. */
  readonly more: readonly Section[];
  /** How many rows of a group to show. All of the others. */
  readonly limits?: Readonly<Partial<Record<GroupId, number>>>;
  /** Milliseconds since 1970. */
  readonly now: number;
}

const defaultRules: GroupingRules = { arrangement: defaultArrangement, more: [], now: 0 };

/** Sorts jobs into groups. A job whose parent is known is placed below it. */
export function groupJobs(
  jobs: readonly Job[],
  { arrangement, more, limits = {}, now }: GroupingRules = defaultRules,
): Grouping {
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
  const hidden = fold(filled, limits);
  for (const section of more) {
    if (hidden.has(section)) continue;
    // When grouped by status, the row is in the group of its jobs. Otherwise it is at the top level.
    if (arrangement.group === 'none') push(filled, ungrouped, moreRow(section));
    else if (section === 'finished') filled.set(moreRow(section), []);
    else push(filled, section, moreRow(section));
  }
  return {
    groups: new Map([...filled].sort(([a], [b]) => compareGroups(a, b, arrangement))),
    children: new Map([...children].map(([id, group]) => [id, ids(group.sort(below))])),
    hidden,
  };
}

/** Replaces the rows beyond the limit of each group by one that shows them. Returns them. */
function fold(
  filled: Map<string, string[]>,
  limits: NonNullable<GroupingRules['limits']>,
): ReadonlyMap<string, readonly string[]> {
  const hidden = new Map<string, readonly string[]>();
  for (const [key, limit] of Object.entries(limits)) {
    const rows = filled.get(key) ?? [];
    // A single row takes no more room than the one that shows it.
    if (rows.length <= limit + 1) continue;
    hidden.set(key, rows.slice(limit));
    filled.set(key, [...rows.slice(0, limit), foldRow(key)]);
  }
  return hidden;
}

/**
 * Number of jobs in a group, including those below its rows that have the same status, and hidden ones. Of groups by other
 * criteria: of rows.
 */
export function countIn(key: string, grouping: Grouping, jobOf: (id: string) => Job | undefined): number {
  const rows = [...(grouping.groups.get(key) ?? []), ...(grouping.hidden.get(key) ?? [])].filter((row) => !isMore(row));
  if (!(groupIds as readonly string[]).includes(key)) return rows.length;
  return rows.reduce((sum, id) => {
    const { children } = jobOf(id) ?? {};
    if (!children) return sum + 1;
    const below = (grouping.children.get(id) ?? []).flatMap((child) => jobOf(child) ?? []);
    return sum + Math.max(1, childrenIn(key as GroupId, children, jobsIn('paused', below).length));
  }, 0);
}

/** Number of a parent's jobs in a group, `paused` of which are paused. */
function childrenIn(group: GroupId, children: Children, paused: number): number {
  const { pending, running, waiting, failed, lost, completed, cancelled } = children;
  return {
    running: pending + running - paused,
    paused,
    waiting,
    failed: failed + lost,
    recent: completed + cancelled,
  }[group];
}

function push<T>(lists: Map<string, T[]>, key: string, one: T): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [one]);
  else list.push(one);
}

/** The group key of a job without a shown parent. Its day is the local day it ended, or was queued. */
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

/** The local day, such as `2026-11-25`. */
export function localDay(time: string | number): string {
  const date = new Date(time);
  const two = (part: number) => String(part).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

/** Running jobs, then waiting jobs in queue order, then finished jobs, latest first. */
function byActivity(a: Job, b: Job): number {
  const ended = groupIds.indexOf('failed');
  const rank = (job: Job) => Math.min(groupIds.indexOf(groupOf(job)), ended);
  const [first, second] = [rank(a), rank(b)];
  if (first !== second) return first - second;
  if (first === ended) return byEndDescending(a, b);
  return compare(a.queuedAt, b.queuedAt) || compare(a.id, b.id);
}

/** The group or parent job that contains a row. Undefined if it is not shown. */
export function placeOf(row: string, { groups, children }: Grouping): string | undefined {
  return [...groups, ...children].find(([, rows]) => rows.includes(row))?.[0];
}

/** The parts of the tree to redraw: everything, or these groups and jobs including their children. */
export interface Redraw {
  readonly everything: boolean;
  readonly groups: readonly string[];
  /** Rows whose children were added, removed or moved. */
  readonly parents: readonly string[];
  readonly jobs: readonly string[];
}

/** The minimum to redraw after these jobs changed. Rows inside a redrawn group are left out. */
export function redrawFor(before: Grouping, after: Grouping, changed: Iterable<string>): Redraw {
  const shown = [...after.groups.keys()];
  if (shown.join() !== [...before.groups.keys()].join()) {
    return { everything: true, groups: [], parents: [], jobs: [] };
  }
  const groups = shown.filter((group) => before.groups.get(group)?.join() !== after.groups.get(group)?.join());
  // Ungrouped rows belong to the root.
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
