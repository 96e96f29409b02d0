/** What clients do to a job after its submission was acknowledged. */
import { setTimeout as pause } from 'node:timers/promises';
import type { DaemonClient } from '../../shared/client/http.ts';
import { isTerminal } from '../../shared/status.ts';
import type { Follower } from './follower.ts';
import { ownDigits } from './kinds.ts';
import { type Entry, type Ledger, processesOf } from './ledger.ts';
import { againMs, type Requests } from './requests.ts';

/** Milliseconds without any event after which to stop waiting for a job. The checks then report what is stuck. */
const patience = 45_000;

/** Milliseconds for a process to start its program. */
const settleMs = 500;

/** Errors of a request that came too late. */
const over = ['JOB_ALREADY_ENDED', 'JOB_NOT_RUNNING', 'JOB_ALREADY_STARTED'];

export interface FollowUpsDeps {
  requests: Requests;
  /** A subscriber of the feed that sees jobs end. */
  follower: Follower;
  ledger: Ledger;
}

export class FollowUps {
  readonly #deps: FollowUpsDeps;

  constructor(deps: FollowUpsDeps) {
    this.#deps = deps;
  }

  async make(entry: Entry, id: string): Promise<void> {
    const { follow } = entry.planned;
    if (follow === null) return;
    const { requests } = this.#deps;
    if ('after' in follow) await pause(follow.after);
    switch (follow.do) {
      case 'cancel':
        return this.#acknowledge(entry, 'cancel', (client) => client.cancel(id));
      case 'forceFail':
        return this.#acknowledge(entry, 'forceFail', (client) => client.forceFail(id));
      case 'release':
        await requests.untilDone((client) => client.release(id), { known: over });
        return;
      case 'input':
        return this.#input(entry, id);
      case 'pause':
        await this.#acknowledge(entry, 'pause', (client) => client.pause(id));
        await pause(follow.resumeAfter);
        await requests.untilDone((client) => client.resume(id), { known: over });
        return;
      case 'replace': {
        await this.#acknowledge(entry, follow.by, (client) => stopJob(client, follow.by, id));
        await this.ended(id, entry);
        const command = ownProcesses(follow.command, entry);
        await requests.untilDone((client) => client.retry(id, command), { known: ['JOB_STILL_ACTIVE'] });
        return;
      }
      case 'stopLeftovers':
        return this.#stopLeftovers(entry, id);
      case 'remove':
        await this.ended(id, entry);
        // If the reply to an earlier removal was lost, the job is already gone. One that was taken for lost may wait.
        await requests.untilDone((client) => client.remove(id), {
          known: ['JOB_NOT_FOUND', ...(this.#deps.ledger.isLost(entry) ? ['JOB_STILL_ACTIVE'] : [])],
          helps: true,
        });
        entry.acknowledged.add('remove');
        return;
      case 'retry': {
        await this.ended(id, entry);
        const job = await requests.untilDone((client) => client.retry(id), { known: ['JOB_STILL_ACTIVE'] });
        entry.promisedAttempts = Math.max(2, job?.attempt ?? 0);
      }
    }
  }

  /** Resolves when the job has ended, or is missing because the database was damaged. */
  async ended(id: string, entry?: Entry): Promise<void> {
    await this.#deps.follower.until(({ jobs }) => {
      const job = jobs.get(id);
      return job === undefined ? entry !== undefined && this.#deps.ledger.isLost(entry) : isTerminal(job.status);
    }, patience);
  }

  async #acknowledge(entry: Entry, what: string, request: (client: DaemonClient) => Promise<unknown>): Promise<void> {
    const reply = await this.#deps.requests.untilDone(request, { known: over, helps: true });
    if (reply !== undefined) entry.acknowledged.add(what);
  }

  /** Input is accepted as soon as the program runs. It reads one line, so sending twice is harmless. */
  async #input(entry: Entry, id: string): Promise<void> {
    const { requests, follower, ledger } = this.#deps;
    const runs = ({ status }: { status: string }) => status !== 'pending' && status !== 'waiting';
    const unknown = () => ({ status: ledger.isLost(entry) ? 'lost' : 'pending' });
    for (;;) {
      if (!(await follower.until(({ jobs }) => runs(jobs.get(id) ?? unknown()), patience))) return;
      const text = `${entry.planned.label}\n`;
      const reply = await requests.untilDone((client) => client.input(id, { text }), { known: over });
      if (reply !== undefined) return;
      const job = await requests.untilDone((client) => client.get(id));
      if (isTerminal(job?.status ?? 'failed')) return;
      await pause(againMs);
    }
  }

  /** The job ends by itself. What it leaves is listed, and a force stop ends it. */
  async #stopLeftovers(entry: Entry, id: string): Promise<void> {
    const { requests } = this.#deps;
    await this.ended(id, entry);
    // Just after the job has ended, the process may not run `sleep` yet.
    await pause(settleMs);
    for (const until = Date.now() + patience; processesOf(entry).length > 0; await pause(againMs)) {
      const job = await requests.untilDone((client) => client.get(id));
      if (job === undefined || Date.now() > until) return;
      if (job.leftoverCount > 0)
        await requests.untilDone((client) => client.forceFail(id), { known: ['JOB_ALREADY_ENDED'], helps: true });
    }
  }
}

export function stopJob(client: DaemonClient, how: 'cancel' | 'forceFail', id: string): Promise<unknown> {
  return how === 'cancel' ? client.cancel(id) : client.forceFail(id);
}

/** The same request that looks for the job's own processes. */
export function ownProcesses<T extends object>(request: T, { digits }: Entry): T {
  return JSON.parse(JSON.stringify(request).replaceAll(ownDigits, digits)) as T;
}
