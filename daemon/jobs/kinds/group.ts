/** Groups. A command on a group applies to its jobs, a limited number per transaction. */
import { homedir } from 'node:os';
import type { Capabilities, Children, JobStatus } from '../../../shared/job.ts';
import { capabilityReason as why } from '../../../shared/messages/capabilities.ts';
import { groupProblem } from '../../../shared/messages/groups.ts';
import type { RetryRequest } from '../../../shared/protocol.ts';
import { isTerminal } from '../../../shared/status.ts';
import type { Clock } from '../../clock.ts';
import type { JobRow } from '../../store/rows.ts';
import type { Store } from '../../store/store.ts';
import type { Member } from '../../store/tables/groups.ts';
import type { Tx } from '../../store/tx.ts';
import { requestCancel, requestRetry } from '../attempts/requests.ts';
import { type CancelHow, type EngineCalls, stop } from '../engineCalls.ts';
import { checkNotCancelling } from '../groups/membership.ts';
import { kindOf } from '../kindOf.ts';
import { timeline } from '../life/timeline.ts';
import type { Removals } from '../retention/removals.ts';
import { checkCwd } from '../submission/checks.ts';
import type { AfterCommit, Writer } from '../writer.ts';
import {
  allowed,
  cancelByQueue,
  cancelUnlessEnded,
  checkAllowed,
  forceFailUnlessEnded,
  onceEnded,
  refused,
  retryByQueue,
  stillActive,
} from './capability.ts';
import type { JobKindCommands } from './kind.ts';
import { refuseFromStep, refuseSignal } from './local.ts';

/** Jobs changed in one transaction, so that a large group does not block other writes. */
const chunk = 100;

/** Jobs that have not started are cancelled first, so that none of them starts when another one ends. */
const cancelOrder: readonly JobStatus[] = ['waiting', 'pending', 'running'];

const pauseJobs = refused(why('capability.groupPause'));
const holdJobs = refused(why('capability.groupHold'));
const startJobs = refused(why('capability.groupStart'));
const noProgram = refused(why('capability.groupInput'));

export function groupCapabilities(job: JobRow): Capabilities {
  // A group can be retried while other jobs of it are still running.
  const mayRetry = isTerminal(job.status) || (hasUnsuccessfulJobs(job) && job.cancelRequestedAt === null);
  return {
    cancel: cancelUnlessEnded(job, cancelByQueue(job)),
    retry: mayRetry ? retryByQueue(job) : stillActive(job),
    remove: onceEnded(job, allowed),
    pause: pauseJobs,
    resume: pauseJobs,
    hold: holdJobs,
    release: holdJobs,
    start: startJobs,
    priority: startJobs,
    input: noProgram,
    forceFail: forceFailUnlessEnded(job),
  };
}

function hasUnsuccessfulJobs({ children }: JobRow): boolean {
  if (children === null) return false;
  const { failed, cancelled, lost } = JSON.parse(children) as Children;
  return failed + cancelled + lost > 0;
}

export interface GroupsDeps {
  store: Store;
  writer: Writer;
  calls: EngineCalls;
  removals: Removals;
  clock: Clock;
}

export class Groups implements JobKindCommands {
  readonly #deps: GroupsDeps;

  constructor(deps: GroupsDeps) {
    this.#deps = deps;
  }

  /** Cancels the active jobs of a group, except in queues that do not allow it: those continue. */
  cancel(tx: Tx, group: JobRow, how: CancelHow): AfterCommit {
    if (!how.kill) refuseSignal(how);
    const { id } = group;
    if (isTerminal(group.status)) throw groupProblem('JOB_ALREADY_ENDED/group', { status: group.status });
    if (group.cancelRequestedAt === null) {
      const now = this.#deps.clock.now();
      tx.updateJob(id, { cancelRequestedAt: now, lastActivityAt: now });
      tx.addEvent(id, { ...timeline.cancelRequested(how.signal), at: now, attempt: null });
    }
    return () => this.#cancelJobs(id, how);
  }

  /** Continues the cancels that an earlier daemon did not finish. */
  async recover(): Promise<void> {
    for (const id of this.#deps.store.read((rows) => rows.groups.beingCancelled())) await this.#cancelJobs(id, stop);
  }

  /** Retries the jobs of a group that did not complete, or all jobs if all completed. */
  async retry({ id }: JobRow, { command, fromStep }: RetryRequest): Promise<void> {
    refuseFromStep(fromStep);
    if (command) throw groupProblem('INVALID_REQUEST/groupCommand');
    const members = this.#deps.store.read((rows) => {
      const group = rows.jobs.find(id);
      checkNotCancelling(group);
      const unsuccessful = rows.groups.members(id, ['failed', 'cancelled', 'lost']);
      const isOver = group !== null && isTerminal(group.status);
      return retryable(unsuccessful.length > 0 || !isOver ? unsuccessful : rows.groups.members(id, ['completed']));
    });
    for (const cwd of new Set(members.map((member) => member.cwd))) await checkCwd(cwd ?? homedir());
    const ids = members.map((member) => member.id);
    for (let first = 0; first < ids.length; first += chunk) {
      await this.#deps.writer.write((tx) => {
        checkNotCancelling(tx.jobs.find(id));
        const now = this.#deps.clock.now();
        if (first === 0) tx.addEvent(id, { ...timeline.groupRetried(ids.length), at: now, attempt: null });
        for (const job of jobsOf(tx, ids.slice(first, first + chunk))) {
          if (isTerminal(job.status)) requestRetry(tx, job, undefined, now);
        }
      });
    }
  }

  setHeld(): void {
    throw groupProblem('ENGINE_NOT_CAPABLE/groupHold');
  }

  start(): AfterCommit {
    checkAllowed(startJobs);
    return null;
  }

  setPriority(): void {
    checkAllowed(startJobs);
  }

  /** Removes a group with its jobs and their logs. */
  remove(_tx: Tx, group: JobRow): AfterCommit {
    const { id, status } = group;
    if (isTerminal(status)) return () => this.#removeJobs(id);
    throw groupProblem('JOB_STILL_ACTIVE/group', { status });
  }

  /** The end of its jobs ends the group. */
  forceFailTargets(tx: Tx, { id }: JobRow): string[] {
    return tx.groups.members(id, cancelOrder).map((member) => member.id);
  }

  async #removeJobs(id: string): Promise<void> {
    while (true) {
      const removed = await this.#deps.writer.command((tx) => {
        const jobs = tx.groups.endedMembers(id, chunk);
        for (const job of jobs) tx.removeJob(job);
        return jobs;
      });
      void this.#deps.removals.removeLogs(removed);
      // The group itself is removed with the last of its jobs.
      if (removed.length < chunk) return;
    }
  }

  async #cancelJobs(id: string, how: CancelHow): Promise<void> {
    do {
      for (const status of cancelOrder) await this.#cancelInStatus(id, status, how);
    } while (await this.#needsAnotherPass(id));
  }

  async #cancelInStatus(id: string, status: JobStatus, how: CancelHow): Promise<void> {
    for (let found = chunk; found === chunk; ) {
      const calls = await this.#deps.writer.command((tx) => {
        const now = this.#deps.clock.now();
        return jobsOf(tx, tx.groups.cancellable(id, status, chunk)).map((job) => requestCancel(tx, job, how, now));
      });
      for (const call of calls) if (call) void this.#deps.calls.cancel(call);
      found = calls.length;
    }
  }

  /** Whether a job has started to wait for its next attempt. Otherwise the cancel is complete or in progress. */
  #needsAnotherPass(id: string): Promise<boolean> {
    return this.#deps.writer.command((tx) => {
      const group = tx.jobs.find(id);
      if (!group || isTerminal(group.status) || !tx.groups.hasActive(id)) return false;
      // The jobs that still run could not be cancelled: another request would not help.
      if (tx.groups.cancellable(id, 'waiting', 1).length > 0) return true;
      // Otherwise its jobs that can't be cancelled would never start.
      tx.updateJob(id, { cancelRequestedAt: null });
      tx.addEvent(id, { ...timeline.notAllCancelled(), at: this.#deps.clock.now(), attempt: null });
      return false;
    });
  }
}

function jobsOf(tx: Tx, ids: readonly string[]): JobRow[] {
  return ids.flatMap((id) => tx.jobs.find(id) ?? []);
}

function retryable(members: Member[]): Member[] {
  if (members.length === 0) throw groupProblem('JOB_STILL_ACTIVE/noneFailed');
  const able = members.filter((member) => member.queueAllowsRetry === 1 && kindOf(member) !== 'reported');
  if (able.length > 0) return able;
  throw groupProblem('FORBIDDEN_BY_QUEUE/group');
}
