/** The daemon's health. A part that fails or takes too long is left out, so that the others are still reported. */

import type { Health, Warning } from '../../../shared/daemon.ts';
import { daemonWarning } from '../../../shared/messages/daemonWarnings.ts';
import { protocolVersion } from '../../../shared/protocol.ts';
import { version } from '../../../shared/version.ts';
import type { Clock } from '../../clock.ts';
import { diskSpace } from '../../disk/diskWatch.ts';
import type { LogSize } from '../../disk/logSizes.ts';
import type { QueueCommands } from '../../jobs/ports.ts';
import type { Log } from '../../log.ts';
import type { StoreReads } from '../../store/ports.ts';
import type { Warnings } from '../../warnings.ts';

export interface HealthDeps {
  home: string;
  /** ISO 8601, UTC. */
  startedAt: string;
  /** Known when the daemon listens. */
  port(): number;
  store: Pick<
    StoreReads,
    'job' | 'counts' | 'bytes' | 'oldestWaiting' | 'lastCleanUp' | 'silent' | 'runningByEngine' | 'enabledSchedules'
  >;
  queues: Pick<QueueCommands, 'list'>;
  /** Engines by name. */
  engines: { keys(): Iterable<string> };
  /** Milliseconds without activity after which a running job is stale. */
  staleMs: number;
  /** Milliseconds that a cancelled job has to stop before it is killed. */
  cancelGraceMs: number;
  /** When an attempt's log last grew, in milliseconds; null if it has no log. */
  logGrewAt(jobId: string, attempt: number): Promise<number | null>;
  logs: { all(): Promise<LogSize[]> };
  warnings: Warnings;
  feed: { readonly size: number };
  readiness: { readonly starting: Health['starting'] | null };
  clock: Clock;
  log: Log;
}

/** The parts of a health report that may fail. */
type Part =
  | 'jobs'
  | 'oldestWaiting'
  | 'lastCleanUp'
  | 'queues'
  | 'engines'
  | 'schedules'
  | 'databaseBytes'
  | 'stale'
  | 'disk'
  | 'logs';
type LogFacts = Pick<Health, 'largestLogs' | 'logBytes'>;

/** Milliseconds that reading files may take. Clients use this route to find out whether the daemon is alive. */
const fileTimeout = 500;
/** Maximum number of logs to name. */
const maxLogs = 5;
/** Maximum number of stale jobs to report. */
const maxStale = 20;
const noJobs = { pending: 0, waiting: 0, running: 0, completed: 0, failed: 0, cancelled: 0, lost: 0 };

/** Never rejects: a part that can't be read is empty, with a warning. */
export async function healthOf(deps: HealthDeps, withLogs = false): Promise<Health> {
  const { store, clock, log } = deps;
  const incomplete: Warning[] = [];
  const skipPart = <T>(part: Part, fallback: T, error: unknown): T => {
    const reason = error instanceof Error ? error.message : String(error);
    log.error('A part of the health report could not be read.', error, { part });
    incomplete.push(daemonWarning.problem(`HEALTH_INCOMPLETE/${part}`, { reason }));
    return fallback;
  };
  const part = <K extends Exclude<Part, 'logs'>>(name: K, fallback: Health[K], read: () => Health[K]): Health[K] => {
    try {
      return read();
    } catch (error) {
      return skipPart(name, fallback, error);
    }
  };
  const stale = withTimeout(staleJobs(deps), clock).catch((error) => skipPart<Health['stale']>('stale', [], error));
  const health: Health = {
    version,
    protocol: protocolVersion,
    pid: process.pid,
    port: deps.port(),
    home: deps.home,
    startedAt: deps.startedAt,
    jobs: part('jobs', noJobs, () => store.counts()),
    oldestWaiting: part('oldestWaiting', null, () => store.oldestWaiting()),
    lastCleanUp: part('lastCleanUp', null, () => store.lastCleanUp()),
    queues: part('queues', [], () => deps.queues.list()),
    engines: part('engines', [], () => enginesIn(deps)),
    schedules: part('schedules', { enabled: 0, nextRunAt: null }, () => store.enabledSchedules()),
    cancelGraceMs: deps.cancelGraceMs,
    databaseBytes: part('databaseBytes', 0, () => store.bytes()),
    clients: deps.feed.size,
    disk: part('disk', null, () => diskSpace(deps.home)),
    ...(withLogs ? await logFacts(deps).catch((error) => skipPart<LogFacts>('logs', {}, error)) : {}),
    ...(deps.readiness.starting === null ? {} : { starting: deps.readiness.starting }),
    stale: await stale,
    status: 'ok',
    warnings: [],
  };
  const warnings = [...deps.warnings.list(), ...incomplete];
  return { ...health, status: warnings.length === 0 ? 'ok' : 'degraded', warnings };
}

function withTimeout<T>(part: Promise<T>, clock: Clock): Promise<T> {
  return new Promise((resolve, reject) => {
    const cancel = clock.after(fileTimeout, () => reject(new Error('it takes too long')));
    part.then(resolve, reject).finally(cancel);
  });
}

async function logFacts({ logs, store }: HealthDeps): Promise<LogFacts> {
  const sizes = await logs.all();
  const largest = sizes
    .filter(({ bytes }) => bytes > 0)
    .sort((a, b) => b.bytes - a.bytes)
    .slice(0, maxLogs);
  return {
    logBytes: sizes.reduce((sum, { bytes }) => sum + bytes, 0),
    largestLogs: largest.map((log) => ({ ...log, title: store.job(log.jobId)?.title ?? null })),
  };
}

function enginesIn({ store, engines }: HealthDeps): Health['engines'] {
  const running = store.runningByEngine();
  return [...engines.keys()].map((name) => ({ name, running: running.get(name) ?? 0 }));
}

/**
 * Running jobs without recent activity, longest silence first. A growing log counts as activity of a local job but isn't
 * recorded, so the logs of jobs that seem silent are checked, and only those.
 */
async function staleJobs({
  store,
  staleMs,
  logGrewAt,
  clock,
}: Pick<HealthDeps, 'store' | 'staleMs' | 'logGrewAt' | 'clock'>): Promise<Health['stale']> {
  const before = clock.now() - staleMs;
  const checked = await Promise.all(
    store.silent(before).map(async ({ id, title, engine, attempt, lastActivityAt }) => {
      const grewAt = engine === 'local' ? await logGrewAt(id, attempt) : null;
      return { id, title, lastActivityAt: Math.max(lastActivityAt, grewAt ?? 0) };
    }),
  );
  return checked
    .filter(({ lastActivityAt }) => lastActivityAt < before)
    .sort((a, b) => a.lastActivityAt - b.lastActivityAt)
    .slice(0, maxStale)
    .map((job) => ({ ...job, lastActivityAt: new Date(job.lastActivityAt).toISOString() }));
}
