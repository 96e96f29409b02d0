/** Adds jobs to groups, in a transaction. A group is created when no other has its name. */
import { groupProblem } from '../../../shared/messages/groups.ts';
import type { SubmitRequest } from '../../../shared/protocol.ts';
import { isTerminal } from '../../../shared/status.ts';
import type { JobData, JobFields, JobRow } from '../../store/rows.ts';
import type { NewJob, Tx } from '../../store/tx.ts';
import { newId } from '../ids.ts';
import { groupEngine } from '../kindOf.ts';
import { timeline } from '../life/timeline.ts';
import { defaultQueue } from '../queues/queue.ts';
import { setGroupConcurrency } from '../waiting/slots.ts';
import { noChildren } from './derive.ts';

/** The fields of a job that concern its group. */
export type Membership = Pick<JobFields, 'parentId' | 'weight'>;

/** The part of a request that concerns the group of a job. */
export type GroupRequest = Pick<
  SubmitRequest,
  'group' | 'weight' | 'groupConcurrency' | 'trigger' | 'workspace' | 'createdBy'
>;

/**
 * Creates or joins the group of a new job, if it names one.
 * @throws JobdeckError INVALID_REQUEST, JOB_STILL_ACTIVE for a group that is being cancelled
 */
export function joinGroup(tx: Tx, request: GroupRequest, now: number): Membership {
  const { group, weight = 1, groupConcurrency, trigger = 'manual', workspace, createdBy } = request;
  if (group === undefined) {
    const field = request.weight !== undefined ? 'weight' : groupConcurrency !== undefined ? 'groupConcurrency' : null;
    if (field === null) return { parentId: null, weight: 1 };
    throw groupProblem('INVALID_REQUEST/groupMissing', { field });
  }
  const groupName = group.trim();
  if (groupName === '') throw groupProblem('INVALID_REQUEST/groupNameEmpty');
  const known = tx.groups.named(groupName);
  const parentId = known ?? createGroup(tx, { title: groupName, groupName, trigger, workspace, createdBy }, now);
  if (known !== null) checkNotCancelling(tx.jobs.find(known));
  if (groupConcurrency !== undefined) setGroupConcurrency(tx, parentId, groupConcurrency);
  return { parentId, weight };
}

/** Creates a group, which must get a job in the same transaction. Returns its ID. */
export function createGroup(
  tx: Tx,
  facts: Pick<NewJob, 'title' | 'trigger' | 'groupName' | 'groupConcurrency' | 'workspace' | 'createdBy'>,
  now: number,
  data: Partial<JobData> = {},
): string {
  const id = newId((taken) => tx.jobs.isTaken(taken));
  tx.insertJob(
    {
      ...facts,
      id,
      engine: groupEngine,
      type: groupEngine,
      status: 'pending',
      queue: defaultQueue,
      priority: 'normal',
      children: noChildren,
      createdAt: now,
      queuedAt: now,
      lastActivityAt: now,
    },
    data,
  );
  tx.addEvent(id, { ...timeline.groupCreated(), at: now, attempt: null });
  return id;
}

/**
 * While a group is being cancelled, no job joins it and none of its jobs is retried.
 * @throws JobdeckError JOB_STILL_ACTIVE
 */
export function checkNotCancelling(group: JobRow | null): void {
  if (group === null || group.cancelRequestedAt === null || isTerminal(group.status)) return;
  throw groupProblem('JOB_STILL_ACTIVE/groupCancelling', { group: group.title });
}
