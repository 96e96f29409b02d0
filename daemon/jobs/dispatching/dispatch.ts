/** Dispatches in rounds: handles everything that is due, starts jobs, and records what the others wait for. */
import type { Clock } from '../../clock.ts';
import type { AttemptRef, Launch } from '../../engines/engine.ts';
import { earlier, mayStart, roomIn } from '../../scheduling/choice.ts';
import type { JobRow } from '../../store/rows.ts';
import type { QueueRow } from '../../store/tables/queues.ts';
import type { Tx } from '../../store/tx.ts';
import type { EngineCall, EngineCalls } from '../engineCalls.ts';
import type { Dispatching, QueueState } from '../ports.ts';
import { queueState } from '../queues/queue.ts';
import { endSilent, restartTimeouts } from '../reporting/endings.ts';
import { fireDue } from '../schedules/runs.ts';
import { settle, setWait } from '../waiting/waiting.ts';
import type { Writer } from '../writer.ts';
import { start } from './start.ts';
import { endTimedOut } from './timedOut.ts';

/**
 * Milliseconds by which the wall clock may advance more than the steady clock between two rounds. Beyond that the
 * machine was asleep, or the clock was set.
 */
const leapMs = 1_000;

export interface DispatchingDeps {
  writer: Writer;
  calls: EngineCalls;
  clock: Clock;
  /** Receives how many seconds after it was queued or due each job started. */
  startDelays?: { observe(seconds: number): void } | undefined;
}

/** What to do once a round is committed. */
interface Round {
  launches: EngineCall<Launch>[];
  cancels: EngineCall<AttemptRef>[];
  lookAgainAt: number | null;
  /** The time of the round, by both clocks. */
  at: number;
  steadyAt: number;
  /** How many seconds each started job has waited. */
  delays: number[];
}

export class DispatchRounds implements Dispatching {
  readonly #deps: DispatchingDeps;
  /** The time of the latest round. Before the first one the clock may have been set back too. */
  #latest = Number.POSITIVE_INFINITY;
  #latestSteady = 0;

  constructor(deps: DispatchingDeps) {
    this.#deps = deps;
  }

  /**
   * Commits an attempt for each job that starts, then launches it. Resolves with the time of the next round, or null.
   */
  async dispatch(): Promise<number | null> {
    const { writer, calls } = this.#deps;
    const { launches, cancels, lookAgainAt, delays, at, steadyAt } = await writer.decide((tx) => this.#round(tx));
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
    const cancels = endTimedOut(tx, now);
    if (now - this.#latest - (steadyAt - this.#latestSteady) > leapMs) restartTimeouts(tx, now);
    else endSilent(tx, now);
    for (const id of tx.queues.due(now)) settle(tx, id, now);
    fireDue(tx, now, now < this.#latest);
    const rows = new Map(tx.queues.all().map((row) => [row.name, row]));
    const queues = queueStates(tx, [...rows.values()], now);
    const jobs = this.#candidates(tx, queues, now);
    const choice = mayStart([...jobs.values()], queues, now);
    const launches = choice.start.flatMap((id) => {
      const [job, queue] = [jobs.get(id), rows.get(jobs.get(id)?.queue ?? '')];
      return job && queue ? [start(tx, job, queue, now)] : [];
    });
    for (const { id, wait } of choice.waits) {
      const job = jobs.get(id);
      if (job) setWait(tx, job, wait);
    }
    const dueTimes = [
      tx.queues.nextDue(),
      tx.attempts.nextDeadline(),
      tx.reports.nextTimeout(),
      tx.schedules.nextRun(),
    ];
    const lookAgainAt = dueTimes.reduce(earlier, choice.lookAgainAt);
    const delays = launches.flatMap(({ what }) => {
      const job = jobs.get(what.jobId);
      return job ? [Math.max(0, now - Math.max(job.queuedAt, job.notBefore ?? 0)) / 1000] : [];
    });
    return { launches, cancels, lookAgainAt, delays, at: now, steadyAt };
  }

  /**
   * The jobs to choose from, by ID: for each queue the jobs that may start and the first that may not, and all newly
   * queued jobs. The jobs behind them already have a wait reason.
   */
  #candidates(tx: Tx, queues: QueueState[], now: number): Map<string, JobRow> {
    const engines = JSON.stringify(this.#deps.calls.names());
    const first = queues.flatMap((queue) => tx.queues.queued(queue.name, engines, roomIn(queue, now) + 1));
    const jobs = [...first, ...tx.queues.notExamined(engines)].sort((a, b) => a.queueOrder - b.queueOrder);
    return new Map(jobs.map((job) => [job.id, job]));
  }
}

function queueStates(tx: Tx, rows: QueueRow[], now: number): QueueState[] {
  const running = tx.queues.running();
  return rows.map((row) => {
    const state = queueState(row);
    const starts = state.rate === null ? [] : tx.queues.starts(row.name, now - state.rate.periodMs, now);
    return { ...state, running: running.get(row.name) ?? 0, starts };
  });
}
