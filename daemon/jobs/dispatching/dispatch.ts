/** One round of dispatching: what is due takes its turn, what may start starts, what may not says what it waits for. */
import type { Clock } from '../../clock.ts';
import type { AttemptRef, Launch } from '../../engines/engine.ts';
import { earlier, mayStart, roomIn } from '../../scheduling/choice.ts';
import type { QueueRow } from '../../store/queueRows.ts';
import type { JobRow } from '../../store/rows.ts';
import type { Tx } from '../../store/tx.ts';
import { addAttempt } from '../attempts/attempts.ts';
import type { EngineCall, EngineCalls } from '../engineCalls.ts';
import type { QueueState } from '../ports.ts';
import { queueState } from '../queues/queues.ts';
import { endSilent, forgiveSilence } from '../reporting/endings.ts';
import { fireDue } from '../schedules/runs.ts';
import { putToWait, settle } from '../waiting/waiting.ts';
import type { Writer } from '../writer.ts';
import { endOverdue } from './overdue.ts';

/**
 * Milliseconds by which the wall clock may go further than time did from one round to the next. Beyond it the machine has
 * slept, or somebody has set the clock.
 */
const leapMs = 1_000;

export interface RoundsDeps {
  writer: Writer;
  calls: EngineCalls;
  clock: Clock;
  /** Hears how many seconds after it was queued, or due, each job started. */
  startDelays?: { observe(seconds: number): void } | undefined;
}

/** What a round leads to once it is committed. */
interface Round {
  launches: EngineCall<Launch>[];
  cancels: EngineCall<AttemptRef>[];
  lookAgainAt: number | null;
  /** When it was, by both clocks. */
  at: number;
  steadyAt: number;
  /** Seconds that those that start have waited. */
  delays: number[];
}

export class Rounds {
  readonly #deps: RoundsDeps;
  /** When the latest round was; before the first the clock may have been put back as well. */
  #latest = Number.POSITIVE_INFINITY;
  #latestSteady = 0;

  constructor(deps: RoundsDeps) {
    this.#deps = deps;
  }

  /** Commits an attempt for each job that starts, then launches it. Resolves with the time to look again, or null. */
  async dispatch(): Promise<number | null> {
    const { writer, calls } = this.#deps;
    const { launches, cancels, lookAgainAt, delays, at, steadyAt } = await writer.certain((tx) => this.#round(tx));
    this.#latest = at;
    this.#latestSteady = steadyAt;
    for (const cancel of cancels) void calls.cancel(cancel);
    for (const delay of delays) this.#deps.startDelays?.observe(delay);
    for (const launch of launches) void calls.start(launch);
    return lookAgainAt;
  }

  #round(tx: Tx): Round {
    const { clock } = this.#deps;
    const [now, steadyAt] = [clock.now(), clock.steady()];
    const cancels = endOverdue(tx, now);
    if (now - this.#latest - (steadyAt - this.#latestSteady) > leapMs) forgiveSilence(tx, now);
    else endSilent(tx, now);
    for (const id of tx.due(now)) settle(tx, id, now);
    fireDue(tx, now, now < this.#latest);
    const rows = new Map(tx.queues().map((row) => [row.name, row]));
    const queues = queueStates(tx, [...rows.values()], now);
    const jobs = this.#inLine(tx, queues, now);
    const choice = mayStart([...jobs.values()], queues, now);
    const launches = choice.start.flatMap((id) => {
      const [job, queue] = [jobs.get(id), rows.get(jobs.get(id)?.queue ?? '')];
      return job && queue ? [start(tx, job, queue, now)] : [];
    });
    for (const { id, wait } of choice.waits) {
      const job = jobs.get(id);
      if (job) putToWait(tx, job, wait);
    }
    const dueTimes = [tx.nextDue(), tx.nextDeadline(), tx.nextSilence(), tx.nextScheduled()];
    const lookAgainAt = dueTimes.reduce(earlier, choice.lookAgainAt);
    const delays = launches.flatMap(({ what }) => {
      const job = jobs.get(what.jobId);
      return job ? [Math.max(0, now - Math.max(job.queuedAt, job.notBefore ?? 0)) / 1000] : [];
    });
    return { launches, cancels, lookAgainAt, delays, at: now, steadyAt };
  }

  /**
   * The jobs to choose from, by id: of each queue those that may start and the first that may not, and all that are
   * new in line. The others behind them already know what they wait for.
   */
  #inLine(tx: Tx, queues: QueueState[], now: number): Map<string, JobRow> {
    const engines = JSON.stringify(this.#deps.calls.names());
    const first = queues.flatMap((queue) => tx.inLine(queue.name, engines, roomIn(queue, now) + 1));
    const jobs = [...first, ...tx.unweighed(engines)].sort((a, b) => a.queueOrder - b.queueOrder);
    return new Map(jobs.map((job) => [job.id, job]));
  }
}

function queueStates(tx: Tx, rows: QueueRow[], now: number): QueueState[] {
  const running = tx.runningByQueue();
  return rows.map((row) => {
    const state = queueState(row);
    const starts = state.rate === null ? [] : tx.queueStarts(row.name, now - state.rate.periodMs, now);
    return { ...state, running: running.get(row.name) ?? 0, starts };
  });
}

function start(tx: Tx, job: JobRow, queue: QueueRow, now: number): EngineCall<Launch> {
  if (queue.ratePeriodMs !== null) {
    tx.forgetStarts(queue.name, now - queue.ratePeriodMs, now);
    tx.noteStart(queue.name, now);
  }
  return { engine: job.engine, what: addAttempt(tx, job, now) };
}
