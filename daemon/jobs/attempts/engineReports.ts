/** Handles the reports of engines. Repeated and late ones change nothing, and a full disk loses none. */
import type { LeftoverProcess, Progress } from '../../../shared/job.ts';
import { jobFailure } from '../../../shared/messages/jobFailures.ts';
import type { Message, Problem } from '../../../shared/messages/schema.ts';
import type { Clock } from '../../clock.ts';
import type {
  AttemptOutcome,
  AttemptRef,
  EngineReports,
  Launch,
  ProgressReports,
  StartFacts,
  StuckProcess,
} from '../../engines/engine.ts';
import type { Tx } from '../../store/tx.ts';
import type { CancelCall, EngineCall, EngineCalls } from '../engineCalls.ts';
import { timeline } from '../life/timeline.ts';
import { currentLaunch } from '../lookup.ts';
import type { Writer } from '../writer.ts';
import { markEnded, markNeverRun, markStarted } from './attempts.ts';
import { launchOf } from './launch.ts';
import { markLeftovers, noteStuck } from './leftovers.ts';

/** Launches after which an attempt has failed. */
const maxLaunches = 5;

export interface AttemptReportsDeps {
  writer: Writer;
  calls: EngineCalls;
  clock: Clock;
}

export class AttemptReports implements EngineReports, ProgressReports {
  readonly #writer: Writer;
  readonly #calls: EngineCalls;
  readonly #clock: Clock;

  constructor({ writer, calls, clock }: AttemptReportsDeps) {
    this.#writer = writer;
    this.#calls = calls;
    this.#clock = clock;
  }

  async started(ref: AttemptRef, facts: StartFacts): Promise<void> {
    const cancel = await this.#writer.persist((tx): CancelCall | null => {
      const current = currentLaunch(tx, ref);
      const { paused = null } = facts;
      if (current?.attempt.status === 'running' && paused !== null) {
        correctPaused(tx, ref, paused, this.#clock.now());
      }
      if (current?.attempt.status !== 'starting') return null;
      const { job, attempt } = current;
      const at = timeOr(facts.startedAt, attempt.createdAt);
      markStarted(tx, job, attempt, { pid: wholeOrNull(facts.pid), at });
      for (const refused of facts.refused ?? []) {
        tx.addEvent(job.id, { ...timeline.settingRefused(refused), at, attempt: attempt.number });
      }
      // The job was cancelled while it was starting, when there was nothing to stop.
      if (job.cancelRequestedAt === null) return null;
      const { cancelSignal, cancelFirst } = job;
      return { engine: job.engine, what: ref, signal: cancelSignal ?? cancelFirst, kill: cancelSignal === null };
    });
    if (cancel) await this.#calls.cancel(cancel);
  }

  async ended(ref: AttemptRef, outcome: AttemptOutcome): Promise<void> {
    await this.#writer.persist((tx) => {
      const current = currentLaunch(tx, ref);
      if (!current) return;
      const endedAt = timeOr(outcome.endedAt, this.#clock.now());
      markEnded(tx, current.job, current.attempt, { ...outcome, exitCode: wholeOrNull(outcome.exitCode), endedAt });
    });
  }

  async neverStarted(ref: AttemptRef): Promise<void> {
    const again = await this.#writer.persist((tx): EngineCall<Launch> | null => {
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
        markEnded(
          tx,
          job,
          attempt,
          startFailed(jobFailure.problem('START_FAILED/launches', { launches: maxLaunches }), now),
        );
        return null;
      }
      tx.updateAttempt(job.id, attempt.number, { launch });
      tx.addEvent(job.id, { ...timeline.launchedAgain(launch), at: now, attempt: attempt.number });
      return { engine: job.engine, what: launchOf(tx, job, { attempt: attempt.number, launch }) };
    });
    if (again) await this.#calls.start(again);
  }

  async leftovers(ref: AttemptRef, processes: LeftoverProcess[]): Promise<void> {
    await this.#writer.persist((tx) => markLeftovers(tx, ref, processes, this.#clock.now()));
  }

  async stuck(ref: AttemptRef, processes: StuckProcess[]): Promise<void> {
    await this.#writer.persist((tx) => noteStuck(tx, ref, processes, this.#clock.now()));
  }

  async outputProgress(ref: AttemptRef, progress: Progress | null): Promise<'taken' | 'notNow' | 'unwanted'> {
    const answer = await this.#writer.bestEffort((tx) => {
      const job = currentLaunch(tx, ref)?.job;
      // Progress that the program reports itself takes precedence over what is read from its output.
      if (!job || (job.progress !== null && job.progressFromOutput === 0)) return 'unwanted';
      tx.updateJob(ref.jobId, { progress, progressFromOutput: 1, lastActivityAt: this.#clock.now() });
      return 'taken';
    });
    return answer ?? 'notNow';
  }

  async outputProgressOff(ref: AttemptRef, reason: Message): Promise<void> {
    await this.#writer.persist((tx) => {
      if (!currentLaunch(tx, ref)) return;
      tx.addEvent(ref.jobId, { ...timeline.outputProgressOff(reason), at: this.#clock.now(), attempt: ref.attempt });
    });
  }
}

/** The outcome of an attempt that could not be started. */
export function startFailed(problem: Problem, now: number): AttemptOutcome {
  return { exitCode: null, signal: null, endedAt: now, error: { ...problem, details: null } };
}

/** Corrects the committed state when the engine found another one. */
function correctPaused(tx: Tx, ref: AttemptRef, paused: boolean, now: number): void {
  const current = currentLaunch(tx, ref);
  if (!current || (current.job.pausedAt !== null) === paused) return;
  tx.updateJob(ref.jobId, { pausedAt: paused ? now : null });
  tx.addEvent(ref.jobId, { ...timeline.foundPaused(paused), at: now, attempt: ref.attempt });
}

const wholeOrNull = (value: number | null) => (Number.isInteger(value) ? value : null);

/** A time from outside as whole milliseconds, or the other one if it is not valid. */
const timeOr = (ms: number, other: number) =>
  ms > 0 && Number.isFinite(new Date(ms).getTime()) ? Math.round(ms) : other;
