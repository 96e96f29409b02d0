/** Derives the state of a group from the counts of its jobs, at the end of every write. */
import { countChildren, formatChildren } from '../../../shared/format.ts';
import type { Children, JobError, JobStatus, Progress } from '../../../shared/job.ts';
import { groupFailure } from '../../../shared/messages/groups.ts';
import type { Message } from '../../../shared/messages/schema.ts';
import { isTerminal } from '../../../shared/status.ts';
import type { Reads } from '../../store/reads.ts';
import type { JobFields, JobRow } from '../../store/rows.ts';
import type { StatusCount } from '../../store/tables/groups.ts';
import type { Tx } from '../../store/tx.ts';
import { cut } from '../../store/values.ts';
import { kindOf } from '../kindOf.ts';
import { endDependencies } from '../waiting/dependencies.ts';
import { fillSlots } from '../waiting/slots.ts';
import { noWait } from '../waiting/waiting.ts';

export const noChildren: Children = {
  pending: 0,
  waiting: 0,
  running: 0,
  completed: 0,
  failed: 0,
  cancelled: 0,
  lost: 0,
};

/** The outcome of a group is the first of these that one of its jobs has. */
const worst = ['failed', 'lost', 'cancelled', 'completed'] as const;

/** How many failed jobs an error names. */
const namedTitles = 3;

/** The fields of a group that are derived from its jobs. */
export type Derived = Pick<
  JobFields,
  | 'status'
  | 'waitReason'
  | 'waitUntil'
  | 'waitDetail'
  | 'children'
  | 'progress'
  | 'error'
  | 'startedAt'
  | 'endedAt'
  | 'cancelRequestedAt'
>;

/** The jobs of a group by status. */
export function childrenOf(counts: readonly StatusCount[]): Children {
  return { ...noChildren, ...Object.fromEntries(counts.map(({ status, jobs }) => [status, jobs])) };
}

/**
 * The status of a group. It runs from the first start of a job to the last end, and has the worst outcome of its jobs.
 */
export function groupStatus(children: Children): JobStatus {
  const { all, ended } = countChildren(children);
  if (ended === all) return worst.find((status) => children[status] > 0) ?? 'completed';
  if (children.running > 0 || ended > 0) return 'running';
  return children.waiting === all ? 'waiting' : 'pending';
}

/** The progress of a group: the completed part of its jobs' weights, which is the number of jobs if all weigh 1. */
export function groupProgress(counts: readonly StatusCount[]): Progress {
  const sum = (of: 'weight' | 'done') => round(counts.reduce((total, count) => total + count[of], 0));
  // The numbers already show the completed jobs.
  const message = formatChildren({ ...childrenOf(counts), completed: 0 }) || null;
  return { current: sum('done'), total: sum('weight'), message, phase: null };
}

/** Removes the rounding errors of sums of millionths. */
const round = (value: number) => Math.round(value * 1_000_000) / 1_000_000;

/** Why a group failed, with the titles of the first failed jobs; null for other outcomes. */
export function groupError(children: Children, titles: readonly string[]): JobError | null {
  const status = groupStatus(children);
  if (status !== 'failed' && status !== 'lost') return null;
  const [count, { all }] = [children[status], countChildren(children)];
  const shown = titles.slice(0, namedTitles).map((title) => `“${cut(title, 60)}”`);
  const [only, every, many] = failureIds[status];
  const id = all === 1 ? only : count > shown.length ? many : every;
  return { ...groupFailure.problem(id, { count, all, names: shown.join(', ') }), details: null };
}

/** For a group of one job, for up to `namedTitles` unsuccessful jobs, and for more. */
const failureIds = {
  failed: ['CHILD_FAILED/only', 'CHILD_FAILED', 'CHILD_FAILED/many'],
  lost: ['CHILD_FAILED/onlyLost', 'CHILD_FAILED/lost', 'CHILD_FAILED/manyLost'],
} as const;

/** A group waits for the same thing as the first of its jobs. */
function waitOf(
  first: ReturnType<Reads['groups']['firstWait']>,
): Pick<Derived, 'waitReason' | 'waitUntil' | 'waitDetail'> {
  if (first === null) return noWait;
  return { ...first, waitDetail: first.waitDetail === null ? null : (JSON.parse(first.waitDetail) as Message) };
}

/** The state of a group with at least one job. Only the cancel request is the group's own. */
export function derive(rows: Reads, id: string, group: Pick<JobRow, 'status' | 'cancelRequestedAt'>): Derived {
  const counts = rows.groups.statusCounts(id);
  const children = childrenOf(counts);
  const status = groupStatus(children);
  const ended = isTerminal(status);
  const ends = counts.map((count) => rows.groups.lastEnd(id, count.status) ?? 0);
  return {
    status,
    ...(status === 'waiting' ? waitOf(rows.groups.firstWait(id)) : noWait),
    children,
    progress: groupProgress(counts),
    error: groupError(children, status === 'completed' ? [] : rows.groups.endedTitles(id, status, namedTitles)),
    startedAt: rows.groups.firstStart(id),
    endedAt: ended ? Math.max(...ends) : null,
    // A group that continues after a retry is no longer cancelled.
    cancelRequestedAt: isTerminal(group.status) && !ended ? null : group.cancelRequestedAt,
  };
}

/**
 * Runs at the end of a write: gives free slots of groups to waiting jobs, and updates each group whose jobs were
 * changed. It reads and writes a constant number of rows of a group, however many jobs it has.
 */
export function deriveGroups(tx: Tx): void {
  let groups = new Set([...tx.groups.of([...tx.touched, ...tx.active]), ...tx.parentsOfRemoved]);
  while (groups.size > 0) {
    const outer = new Set<string>();
    let othersContinue = false;
    for (const id of groups) {
      const group = tx.jobs.find(id);
      if (!group || kindOf(group) !== 'group') continue;
      fillSlots(tx, id);
      if (writeChanges(tx, group)) othersContinue = true;
      if (group.parentId !== null) outer.add(group.parentId);
    }
    // The end of a group can start jobs that depend on it, which may be in groups themselves.
    groups = othersContinue ? new Set([...outer, ...tx.groups.of(tx.touched)]) : outer;
  }
}

/**
 * Writes the changes of a group, or removes it with the last of its jobs. Returns whether other jobs continue because
 * of it.
 */
function writeChanges(tx: Tx, group: JobRow): boolean {
  if (tx.groups.statusCounts(group.id).length === 0) {
    tx.removeJob(group.id);
    // Groups have no logs.
    tx.forgetLeftoverLogs([group.id]);
    return false;
  }
  const now = derive(tx, group.id, group);
  const before: Record<string, unknown> = { ...group };
  const json = (value: unknown) => (value === null || typeof value !== 'object' ? value : JSON.stringify(value));
  const changed = Object.entries(now).filter(([name, value]) => json(value) !== before[name]);
  if (changed.length === 0) return false;
  const times = [group.lastActivityAt, now.startedAt ?? 0, now.endedAt ?? 0];
  tx.updateJob(group.id, { ...Object.fromEntries(changed), lastActivityAt: Math.max(...times) });
  if (now.endedAt === null || isTerminal(group.status) || tx.dependencies.waitingFor(group.id).length === 0)
    return false;
  endDependencies(tx, group.id, now.endedAt);
  return true;
}
