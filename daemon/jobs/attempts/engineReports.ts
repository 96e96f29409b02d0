/** Takes in what engines report. Repeated and late reports change nothing; no report is lost to a full disk. */

import type { Progress } from '../../../shared/job.ts';
import type { Clock } from '../../clock.ts';
import type { AttemptRef, Ending, EngineReports, Launch, ProgressReports, StartFacts } from '../../engines/engine.ts';
import { correctPaused } from '../control/pausing.ts';
import type { EngineCall, EngineCalls } from '../engineCalls.ts';
import { timeline } from '../life/timeline.ts';
import type { Writer } from '../writer.ts';
import { currentLaunch, launchOf, markEnded, markNeverRun, markStarted } from './attempts.ts';

/** Launches of one attempt after which it is given up. */
const maxLaunches = 5;

export interface ReportsDeps {
  writer: Writer;
  calls: EngineCalls;
  clock: Clock;
}

export class Reports implements EngineReports, ProgressReports {
  readonly #writer: Writer;
  readonly #calls: EngineCalls;
  readonly #clock: Clock;

  constructor({ writer, calls, clock }: ReportsDeps) {
    this.#writer = writer;
    this.#calls = calls;
    this.#clock = clock;
  }

  async started(ref: AttemptRef, facts: StartFacts): Promise<void> {
    const cancel = await this.#writer.certain((tx): EngineCall<AttemptRef> | null => {
      const current = currentLaunch(tx, ref);
      const { paused = null } = facts;
      if (current?.attempt.status === 'running' && paused !== null) {
        correctPaused(tx, ref, paused, this.#clock.now());
      }
      if (current?.attempt.status !== 'starting') return null;
      const { job, attempt } = current;
      const at = timeOr(facts.startedAt, attempt.createdAt);
      markStarted(tx, job, attempt, { pid: wholeOrNull(facts.pid), at });
      // Cancelled while it was starting: there was nothing to stop until now.
      return job.cancelRequestedAt === null ? null : { engine: job.engine, what: ref };
    });
    if (cancel) await this.#calls.cancel(cancel);
  }

  async ended(ref: AttemptRef, ending: Ending): Promise<void> {
    await this.#writer.certain((tx) => {
      const current = currentLaunch(tx, ref);
      if (!current) return;
      const endedAt = timeOr(ending.endedAt, this.#clock.now());
      markEnded(tx, current.job, current.attempt, { ...ending, exitCode: wholeOrNull(ending.exitCode), endedAt });
    });
  }

  async neverStarted(ref: AttemptRef): Promise<void> {
    const again = await this.#writer.certain((tx): EngineCall<Launch> | null => {
      const current = currentLaunch(tx, ref);
      if (current?.attempt.status !== 'starting') return null;
      const { job, attempt } = current;
      const now = this.#clock.now();
      if (job.cancelRequestedAt !== null) {
        markNeverRun(tx, job, attempt, now);
        return null;
      }
      const launch = attempt.launch + 1;
      if (launch > maxLaunches) {
        markEnded(tx, job, attempt, startFailed(`it did not start in ${maxLaunches} launches`, now));
        return null;
      }
      tx.updateAttempt(job.id, attempt.number, { launch });
      tx.addEvent(job.id, { ...timeline.launchedAgain(launch), at: now, attempt: attempt.number });
      return { engine: job.engine, what: launchOf(tx, job, { attempt: attempt.number, launch }) };
    });
    if (again) await this.#calls.start(again);
  }

  async outputProgress(ref: AttemptRef, progress: Progress | null): Promise<'taken' | 'notNow' | 'unwanted'> {
    const answer = await this.#writer.spare((tx) => {
      const job = currentLaunch(tx, ref)?.job;
      // What the program reports itself is more than what it happens to write.
      if (!job || (job.progress !== null && job.progressFromOutput === 0)) return 'unwanted';
      tx.updateJob(ref.jobId, { progress, progressFromOutput: 1, lastActivityAt: this.#clock.now() });
      return 'taken';
    });
    return answer ?? 'notNow';
  }

  async outputProgressOff(ref: AttemptRef, reason: string): Promise<void> {
    await this.#writer.certain((tx) => {
      if (!currentLaunch(tx, ref)) return;
      tx.addEvent(ref.jobId, { ...timeline.outputProgressOff(reason), at: this.#clock.now(), attempt: ref.attempt });
    });
  }
}

/** The ending of an attempt that could not be started. */
export function startFailed(reason: string, now: number): Ending {
  const message = `The command could not be started: ${reason}.`;
  const error = { code: 'START_FAILED', message, hint: 'The log of the daemon says more.', details: null };
  return { exitCode: null, signal: null, endedAt: now, error };
}

const wholeOrNull = (value: number | null) => (Number.isInteger(value) ? value : null);

/** A time from outside as whole milliseconds, or the other one when it is none. */
const timeOr = (ms: number, other: number) =>
  ms > 0 && Number.isFinite(new Date(ms).getTime()) ? Math.round(ms) : other;
