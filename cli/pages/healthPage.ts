/** The state of the daemon for people. */

import type { Health } from '../../shared/daemon.ts';
import { formatAgo, formatBytes, formatDuration } from '../../shared/format.ts';
import type { Queue } from '../../shared/job.ts';
import { printable } from '../output/text.ts';

/** The lines of `daemon status` and `health`. */
export function healthLines(health: Health, now: number): string[] {
  const { pid, port, version, home, startedAt, databaseBytes, clients, oldestWaiting, lastCleanUp } = health;
  const jobs = Object.entries(health.jobs).filter(([, count]) => count > 0);
  return [
    `The daemon is running (process ${pid}, port ${port}, version ${version}).`,
    line('home', printable(home)),
    line('started', formatAgo(startedAt, now)),
    line('jobs', jobs.map(([name, count]) => `${count} ${name}`).join(', ') || 'none'),
    ...(oldestWaiting === null
      ? []
      : [line('waiting', `longest: ${oldestWaiting.id}, queued ${formatAgo(oldestWaiting.queuedAt, now)}`)]),
    ...named('queues', health.queues.map(queueWords)),
    ...named(
      'engines',
      health.engines.map(({ name, running }) => `${printable(name)}: ${running} running`),
    ),
    line('schedules', scheduleWords(health.schedules, now)),
    line('database', formatBytes(databaseBytes)),
    ...(health.disk == null ? [] : [line('disk', diskWords(health.disk))]),
    ...(health.logBytes === undefined ? [] : [line('logs', formatBytes(health.logBytes))]),
    ...named(
      'largest',
      (health.largestLogs ?? []).map(({ path, jobId, title, bytes }) =>
        [formatBytes(bytes), printable(path), ...(title === null ? [] : [`${jobId} ${printable(title)}`])].join('  '),
      ),
    ),
    line(
      'cleanup',
      lastCleanUp === null ? 'none yet' : `${formatAgo(lastCleanUp.at, now)}, ${lastCleanUp.removed} removed`,
    ),
    line('clients', String(clients)),
    ...named(
      'stale',
      health.stale.map(
        ({ id, title, lastActivityAt }) => `${id} ${printable(title)}, last activity ${formatAgo(lastActivityAt, now)}`,
      ),
    ),
    ...health.warnings.flatMap(({ message, hint }) => [
      line('warning', printable(message)),
      ...(hint ? [line('', printable(hint))] : []),
    ]),
  ];
}

function diskWords({ freeBytes, totalBytes }: NonNullable<Health['disk']>): string {
  return `${formatBytes(freeBytes)} of ${formatBytes(totalBytes)} free`;
}

const line = (name: string, text: string) => `${name.padEnd(10)}${text}`;

/** Several lines, the first one with the name. */
function named(name: string, texts: readonly string[]): string[] {
  return texts.map((text, index) => line(index === 0 ? name : '', text));
}

function queueWords({ name, running, waiting, paused }: Queue): string {
  return `${printable(name)}: ${running} running, ${waiting} waiting${paused ? ', paused' : ''}`;
}

function scheduleWords({ enabled, nextRunAt }: Health['schedules'], now: number): string {
  if (nextRunAt === null) return enabled === 0 ? 'none' : String(enabled);
  const left = Date.parse(nextRunAt) - now;
  return `${enabled}, next ${left > 0 ? `in ${formatDuration(left)}` : 'now'}`;
}
