/** The commands on groups: what is asked of a group is done to its jobs, so many in one transaction. */
import { homedir } from 'node:os';
import { JobdeckError } from '../../../shared/errors.ts';
import type { JobStatus } from '../../../shared/job.ts';
import { isTerminal } from '../../../shared/status.ts';
import type { Clock } from '../../clock.ts';
import type { Member } from '../../store/groupRows.ts';
import type { JobRow } from '../../store/rows.ts';
import type { Store } from '../../store/store.ts';
import type { Tx } from '../../store/tx.ts';
import { requestCancel, requestRetry } from '../attempts/requests.ts';
import type { EngineCalls } from '../engineCalls.ts';
import { notCancelling } from '../groups/membership.ts';
import { timeline } from '../life/timeline.ts';
import type { Removals } from '../retention/removals.ts';
import { checkCwd } from '../submission/checks.ts';
import type { Writer } from '../writer.ts';

/** Jobs changed in one transaction, so that a large group holds nothing up. */
const chunk = 100;

/** Jobs that have not started are cancelled first, so that none of them starts in the place of another. */
const cancelOrder: readonly JobStatus[] = ['waiting', 'pending', 'running'];

export interface GroupCommandsDeps {
  store: Store;
  writer: Writer;
  calls: EngineCalls;
  removals: Removals;
  clock: Clock;
}

export class GroupCommands {
  readonly #deps: GroupCommandsDeps;

  constructor(deps: GroupCommandsDeps) {
    this.#deps = deps;
  }

  /**
   * Cancels all jobs of a group that have not ended, but those of queues whose jobs can't be cancelled: they go on.
   * @throws JobdeckError JOB_ALREADY_ENDED
   */
  async cancel(id: string): Promise<void> {
    await this.#deps.writer.once((tx) => {
      const group = tx.job(id);
      if (!group) return;
      if (isTerminal(group.status)) {
        throw new JobdeckError('JOB_ALREADY_ENDED', `The group ${id} has already ended: it is ${group.status}.`);
      }
      if (group.cancelRequestedAt !== null) return;
      const now = this.#deps.clock.now();
      tx.updateJob(id, { cancelRequestedAt: now, lastActivityAt: now });
      tx.addEvent(id, { ...timeline.cancelRequested(), at: now, attempt: null });
    });
    await this.#cancelJobs(id);
  }

  /** Goes on with the cancels that an earlier daemon did not come to finish. */
  async recover(): Promise<void> {
    for (const id of this.#deps.store.read((rows) => rows.cancelledGroups())) await this.#cancelJobs(id);
  }

  /**
   * Retries the jobs of a group that did not complete; all when all completed.
   * @throws JobdeckError JOB_STILL_ACTIVE, FORBIDDEN_BY_QUEUE, CWD_MISSING
   */
  async retry(id: string): Promise<void> {
    const members = this.#deps.store.read((rows) => {
      const group = rows.job(id);
      notCancelling(group);
      const unsuccessful = rows.members(id, ['failed', 'cancelled', 'lost']);
      const isOver = group !== null && isTerminal(group.status);
      return retryable(id, unsuccessful.length > 0 || !isOver ? unsuccessful : rows.members(id, ['completed']));
    });
    for (const cwd of new Set(members.map((member) => member.cwd))) await checkCwd(cwd ?? homedir());
    const ids = members.map((member) => member.id);
    for (let first = 0; first < ids.length; first += chunk) {
      await this.#deps.writer.once((tx) => {
        notCancelling(tx.job(id));
        const now = this.#deps.clock.now();
        if (first === 0) tx.addEvent(id, { ...timeline.groupRetried(ids.length), at: now, attempt: null });
        for (const job of jobsOf(tx, ids.slice(first, first + chunk))) {
          if (isTerminal(job.status)) requestRetry(tx, job, undefined, now);
        }
      });
    }
  }

  /** Removes a group that has ended with its jobs and their logs. @throws JobdeckError JOB_STILL_ACTIVE */
  async remove(id: string): Promise<void> {
    const status = this.#deps.store.read((rows) => rows.job(id)?.status);
    if (status !== undefined && !isTerminal(status)) {
      throw new JobdeckError(
        'JOB_STILL_ACTIVE',
        `The group ${id} is still ${status}.`,
        'Cancel it, or wait for its end.',
      );
    }
    while (true) {
      const removed = await this.#deps.writer.once((tx) => {
        const ended = tx.endedMembers(id, chunk);
        for (const one of ended) tx.removeJob(one);
        return ended;
      });
      await this.#deps.removals.removeLogs(removed);
      // The group itself went with the last of them.
      if (removed.length < chunk) return;
    }
  }

  async #cancelJobs(id: string): Promise<void> {
    do {
      for (const status of cancelOrder) await this.#cancelThose(id, status);
    } while (await this.#isLeft(id));
  }

  async #cancelThose(id: string, status: JobStatus): Promise<void> {
    for (let found = chunk; found === chunk; ) {
      const calls = await this.#deps.writer.once((tx) => {
        const now = this.#deps.clock.now();
        return jobsOf(tx, tx.cancellable(id, status, chunk)).map((job) => requestCancel(tx, job, now));
      });
      for (const call of calls) if (call) void this.#deps.calls.cancel(call);
      found = calls.length;
    }
  }

  /** Whether a job came to wait for its next attempt meanwhile. Otherwise the cancel is over, or on its way. */
  #isLeft(id: string): Promise<boolean> {
    return this.#deps.writer.once((tx) => {
      const group = tx.job(id);
      if (!group || isTerminal(group.status) || !tx.goesOn(id)) return false;
      // One that runs still has refused its cancel, or may not be cancelled: asking again and again would not help.
      if (tx.cancellable(id, 'waiting', 1).length > 0) return true;
      // Those of its jobs that can't be cancelled would never start otherwise.
      tx.updateJob(id, { cancelRequestedAt: null });
      tx.addEvent(id, { ...timeline.notAllCancelled(), at: this.#deps.clock.now(), attempt: null });
      return false;
    });
  }
}

function jobsOf(tx: Tx, ids: readonly string[]): JobRow[] {
  return ids.flatMap((id) => tx.job(id) ?? []);
}

function retryable(id: string, members: Member[]): Member[] {
  if (members.length === 0) {
    const hint = 'Wait for its end, or cancel it first.';
    throw new JobdeckError('JOB_STILL_ACTIVE', `No job of the group ${id} has failed so far.`, hint);
  }
  const able = members.filter(({ mayRetry }) => mayRetry === 1);
  if (able.length > 0) return able;
  throw new JobdeckError('FORBIDDEN_BY_QUEUE', `None of those jobs of the group ${id} can be retried.`);
}
