/** Schedules on a bench, with time passing as for a running daemon. */
import type { Job } from '../../../../shared/job.ts';
import type { ScheduleRequest, ScheduleRun } from '../../../../shared/schedule.ts';
import { type Bench, dispatched, exit, request } from './bench.ts';

export const minute = 60_000;
export const hour = 60 * minute;

/** A request for a schedule that runs every hour, in UTC. */
export function hourly(changes: Partial<ScheduleRequest> = {}): ScheduleRequest {
  const { command, cwd } = request();
  return { name: 'report', cron: '0 * * * *', timezone: 'UTC', job: { command, cwd }, ...changes };
}

/** Lets time pass until `until`, and runs each timer when it is due. */
export async function passTo(bench: Bench, until: number): Promise<void> {
  await dispatched(bench);
  for (;;) {
    const next = bench.clock.timers.map(({ at }) => at).sort((a, b) => a - b)[0];
    if (next === undefined || next > until) break;
    bench.clock.advance(Math.max(0, next - bench.clock.time));
    await dispatched(bench);
  }
  if (until > bench.clock.time) bench.clock.advance(until - bench.clock.time);
  await dispatched(bench);
}

/** Moves the clock while the machine sleeps, then wakes it up. */
export async function sleepTo(bench: Bench, until: number): Promise<void> {
  bench.clock.advance(until - bench.clock.time);
  await dispatched(bench);
}

/** Jobs of all schedules, oldest first. */
export function runsOf(bench: Bench): Job[] {
  return bench.store.list({ trigger: 'scheduled', limit: 500 }).jobs.reverse();
}

/** The due times of the jobs, oldest first, such as `04:00`. */
export function timesOf(bench: Bench): string[] {
  return runsOf(bench).map(({ id }) => {
    const scope = bench.store.detail(id)?.scope as { scheduledFor: string } | undefined;
    return scope?.scheduledFor.slice(11, 16) ?? 'gone';
  });
}

/** Ends a job's first attempt. */
export function finish(bench: Bench, jobId: string, exitCode = 0): Promise<void> {
  return bench.jobs.attempts.ended({ jobId, attempt: 1, launch: 1 }, exit(exitCode, bench.clock.now()));
}

/** Ends all runs as soon as they start, so that runs don't overlap. */
export function finishAtOnce(bench: Bench): void {
  bench.engine.onStart = async (launch) => {
    await bench.jobs.attempts.started(launch, { pid: 1, startedAt: bench.clock.now() });
    await bench.jobs.attempts.ended(launch, exit(0, bench.clock.now()));
  };
}

/** The history, oldest first, such as `started 04:00`. */
export function historyOf(bench: Bench, ref = 'report'): string[] {
  const told = ({ outcome, scheduledFor }: ScheduleRun) => `${outcome} ${scheduledFor?.slice(11, 16) ?? 'now'}`;
  return bench.jobs.schedules.detail(ref).runs.map(told).reverse();
}
