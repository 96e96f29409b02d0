/** Metrics for Prometheus. Only start delays are counted as they happen; everything else is read on request. */
import { protocolVersion } from '../../../shared/protocol.ts';
import { version } from '../../../shared/version.ts';
import type { Histogram } from '../../histogram.ts';
import type { QueueCommands } from '../../jobs/ports.ts';
import type { StoreReads } from '../../store/ports.ts';
import type { Warnings } from '../../warnings.ts';
import { gauge, histogram } from './exposition.ts';

export interface MetricsDeps {
  store: Pick<StoreReads, 'metrics' | 'bytes'>;
  queues: Pick<QueueCommands, 'list'>;
  /** Seconds from queueing to start, since the daemon started. */
  startDelays: Histogram;
  /** ISO 8601, UTC. */
  startedAt: string;
  feed: { readonly size: number };
  warnings: Warnings;
}

/** The metrics in the Prometheus text format. */
export function metricsOf({ store, queues, startDelays, startedAt, feed, warnings }: MetricsDeps): string {
  const { jobs, durations } = store.metrics();
  const lines = queues.list();
  const of = (name: string) => ({ queue: name });
  const one = (value: number) => [{ value }];
  const families = [
    gauge('jobdeck_info', 'The daemon; always 1.', [
      { labels: { version, protocol: String(protocolVersion) }, value: 1 },
    ]),
    gauge('jobdeck_start_time_seconds', 'When the daemon started, since the epoch.', one(Date.parse(startedAt) / 1000)),
    gauge(
      'jobdeck_jobs',
      'Jobs by status and type. Finished ones go down when they are removed.',
      jobs.map(({ status, type, jobs: value }) => ({ labels: { status, type }, value })),
    ),
    histogram(
      'jobdeck_job_duration_seconds',
      'Durations of the finished jobs that are kept, by type. Goes down when they are removed.',
      durations.map(({ type, of: own }) => ({ labels: { type }, of: own })),
    ),
    gauge(
      'jobdeck_queue_running',
      'Jobs of a queue that run.',
      lines.map((q) => ({ labels: of(q.name), value: q.running })),
    ),
    gauge(
      'jobdeck_queue_waiting',
      'Jobs of a queue that have not started.',
      lines.map((q) => ({ labels: of(q.name), value: q.waiting })),
    ),
    histogram(
      'jobdeck_start_delay_seconds',
      'From the time a job was queued, or due, to the start of its attempt, what it had to wait for included; since the daemon started.',
      [{ of: startDelays }],
    ),
    gauge('jobdeck_feed_clients', 'Subscribers of the change feed.', one(feed.size)),
    gauge('jobdeck_database_bytes', 'Size of the database with its log.', one(store.bytes())),
    gauge('jobdeck_warnings', 'Warnings about the daemon itself.', one(warnings.list().length)),
    gauge('jobdeck_memory_bytes', 'Resident memory of the daemon.', one(process.memoryUsage.rss())),
  ];
  return `${families.join('\n')}\n`;
}
