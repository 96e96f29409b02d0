/** How the daemon is, part by part: one that fails or takes too long keeps no other from being told. */
import { type Health, protocolVersion, type Warning } from '../../../shared/protocol.ts';
import { version } from '../../../shared/version.ts';
import type { Clock } from '../../clock.ts';
import type { QueueCommands } from '../../jobs/ports.ts';
import type { Log } from '../../log.ts';
import type { StoreReads } from '../../store/ports.ts';
import type { Warnings } from '../../warnings.ts';

export interface HealthDeps {
  home: string;
  /** ISO 8601, UTC. */
  startedAt: string;
  /** Known once the daemon listens. */
  port(): number;
  store: Pick<
    StoreReads,
    'counts' | 'bytes' | 'oldestWaiting' | 'lastCleanUp' | 'silent' | 'runningByEngine' | 'enabledSchedules'
  >;
  queues: Pick<QueueCommands, 'list'>;
  /** Names of the engines there are. */
  engines: { keys(): Iterable<string> };
  /** Milliseconds after which a job that was not heard of is stale. */
  staleMs: number;
  /** When an attempt's log last grew, in milliseconds; null when there is none. */
  logGrewAt(jobId: string, attempt: number): Promise<number | null>;
  warnings: Warnings;
  feed: { readonly size: number };
  clock: Clock;
  log: Log;
}

/** Milliseconds that looking at files may take; clients that only want to know whether the daemon is there wait. */
const patience = 500;
/** At most so many are told. */
const mostStale = 20;
const nothing = { pending: 0, waiting: 0, running: 0, completed: 0, failed: 0, cancelled: 0, lost: 0 };

/** Never rejects: what can't be told is empty, with a warning. */
export async function healthOf(deps: HealthDeps): Promise<Health> {
  const { store, clock, log } = deps;
  const untold: Warning[] = [];
  const cannot = <T>(what: string, otherwise: T, error: unknown): T => {
    const reason = error instanceof Error ? error.message : String(error);
    log.error(`Health is told without ${what}.`, error);
    untold.push({
      code: 'HEALTH_INCOMPLETE',
      message: `It can't be told of ${what}: ${reason}`,
      hint: 'See daemon.log.',
    });
    return otherwise;
  };
  const told = <T>(what: string, otherwise: T, part: () => T): T => {
    try {
      return part();
    } catch (error) {
      return cannot(what, otherwise, error);
    }
  };
  const stale = inTime(staleJobs(deps), clock).catch((error) => cannot<Health['stale']>('stale jobs', [], error));
  const health: Health = {
    ...{ version, protocol: protocolVersion, pid: process.pid, port: deps.port() },
    ...{ home: deps.home, startedAt: deps.startedAt },
    jobs: told('the number of jobs', nothing, () => store.counts()),
    oldestWaiting: told('the longest wait', null, () => store.oldestWaiting()),
    lastCleanUp: told('the last clean-up', null, () => store.lastCleanUp()),
    queues: told('the queues', [], () => deps.queues.list()),
    engines: told('the engines', [], () => enginesIn(deps)),
    schedules: told('the schedules', { enabled: 0, nextRunAt: null }, () => store.enabledSchedules()),
    databaseBytes: told('the size of the database', 0, () => store.bytes()),
    clients: deps.feed.size,
    stale: await stale,
    ...{ status: 'ok', warnings: [] },
  };
  const warnings = [...deps.warnings.list(), ...untold];
  return { ...health, status: warnings.length === 0 ? 'ok' : 'degraded', warnings };
}

function inTime<T>(part: Promise<T>, clock: Clock): Promise<T> {
  return new Promise((resolve, reject) => {
    const cancel = clock.after(patience, () => reject(new Error('it takes too long.')));
    part.then(resolve, reject).finally(cancel);
  });
}

function enginesIn({ store, engines }: HealthDeps): Health['engines'] {
  const running = store.runningByEngine();
  return [...engines.keys()].map((name) => ({ name, running: running.get(name) ?? 0 }));
}

/**
 * The stale jobs, longest first. That its log grew is a sign of life of a job of this machine, which nothing else notes;
 * so the logs of those that seem silent are looked at, and of no others.
 */
async function staleJobs({
  store,
  staleMs,
  logGrewAt,
  clock,
}: Pick<HealthDeps, 'store' | 'staleMs' | 'logGrewAt' | 'clock'>): Promise<Health['stale']> {
  const before = clock.now() - staleMs;
  const looked = await Promise.all(
    store.silent(before).map(async ({ id, title, engine, attempt, lastActivityAt }) => {
      const grewAt = engine === 'local' ? await logGrewAt(id, attempt) : null;
      return { id, title, lastActivityAt: Math.max(lastActivityAt, grewAt ?? 0) };
    }),
  );
  return looked
    .filter(({ lastActivityAt }) => lastActivityAt < before)
    .sort((a, b) => a.lastActivityAt - b.lastActivityAt)
    .slice(0, mostStale)
    .map((job) => ({ ...job, lastActivityAt: new Date(job.lastActivityAt).toISOString() }));
}
