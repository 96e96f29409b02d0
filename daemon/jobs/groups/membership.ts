/** How jobs come into a group, in a transaction: it is made when there is none of that name. */
import { JobdeckError } from '../../../shared/errors.ts';
import type { SubmitRequest } from '../../../shared/protocol.ts';
import { isTerminal } from '../../../shared/status.ts';
import type { JobFields, JobRow } from '../../store/rows.ts';
import type { NewJob, Tx } from '../../store/tx.ts';
import { newId } from '../ids.ts';
import { groupEngine } from '../kindOf.ts';
import { timeline } from '../life/timeline.ts';
import { defaultQueue } from '../queues/queue.ts';
import { setGroupConcurrency } from '../waiting/slots.ts';
import { noChildren } from './derive.ts';

/** What a job has of its group. */
export type Membership = Pick<JobFields, 'parentId' | 'weight'>;

/** What is asked of a job's group. */
export type GroupRequest = Pick<
  SubmitRequest,
  'group' | 'weight' | 'groupConcurrency' | 'trigger' | 'workspace' | 'createdBy'
>;

/**
 * The group a new job belongs to, made or joined; none when it names none.
 * @throws JobdeckError INVALID_REQUEST, JOB_STILL_ACTIVE for a group that is being cancelled
 */
export function joinGroup(tx: Tx, request: GroupRequest, now: number): Membership {
  const { group, weight = 1, groupConcurrency, trigger = 'manual', workspace, createdBy } = request;
  if (group === undefined) {
    const useless =
      request.weight !== undefined ? 'weight' : groupConcurrency !== undefined ? 'groupConcurrency' : null;
    if (useless === null) return { parentId: null, weight: 1 };
    throw new JobdeckError('INVALID_REQUEST', `“${useless}” needs a group.`, 'Name it with “group”.');
  }
  const groupName = group.trim();
  if (groupName === '') throw new JobdeckError('INVALID_REQUEST', 'The name of the group is empty.', 'Give it a name.');
  const known = tx.groups.named(groupName);
  const parentId = known ?? createGroup(tx, { title: groupName, groupName, trigger, workspace, createdBy }, now);
  if (known !== null) checkNotCancelling(tx.jobs.find(known));
  if (groupConcurrency !== undefined) setGroupConcurrency(tx, parentId, groupConcurrency);
  return { parentId, weight };
}

/** Makes a group, which must get a job in the same transaction. Returns its id. */
export function createGroup(
  tx: Tx,
  facts: Pick<NewJob, 'title' | 'trigger' | 'groupName' | 'groupConcurrency' | 'workspace' | 'createdBy'>,
  now: number,
  env?: Record<string, string>,
): string {
  const id = newId((taken) => tx.jobs.isTaken(taken));
  tx.insertJob(
    {
      ...{ ...facts, id, engine: groupEngine, type: groupEngine, status: 'pending', queue: defaultQueue },
      ...{ priority: 'normal', children: noChildren, createdAt: now, queuedAt: now, lastActivityAt: now },
    },
    { env },
  );
  tx.addEvent(id, { ...timeline.groupCreated(), at: now, attempt: null });
  return id;
}

/**
 * Nothing joins a group while it is being cancelled, and nothing of it is retried.
 * @throws JobdeckError JOB_STILL_ACTIVE
 */
export function checkNotCancelling(group: JobRow | null): void {
  if (group === null || group.cancelRequestedAt === null || isTerminal(group.status)) return;
  throw new JobdeckError(
    'JOB_STILL_ACTIVE',
    `The group ${group.title} is being cancelled.`,
    'Wait for its end, or name another group.',
  );
}
