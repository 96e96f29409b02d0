/** How the daemon is, for people. */
import { formatAgo, formatBytes } from '../../shared/format.ts';
import type { Health } from '../../shared/protocol.ts';
import { printable } from './text.ts';

/** The lines of `daemon status` and `health`. */
export function healthLines(health: Health, now: number): string[] {
  const { pid, port, version, home, startedAt, databaseBytes, clients, warnings, oldestWaiting, lastCleanUp } = health;
  const jobs = Object.entries(health.jobs).filter(([, count]) => count > 0);
  return [
    `The daemon is running (process ${pid}, port ${port}, version ${version}).`,
    `home      ${printable(home)}`,
    `started   ${formatAgo(startedAt, now)}`,
    `jobs      ${jobs.map(([name, count]) => `${count} ${name}`).join(', ') || 'none'}`,
    ...(oldestWaiting === null
      ? []
      : [`waiting   ${oldestWaiting.id} the longest, queued ${formatAgo(oldestWaiting.queuedAt, now)}`]),
    `database  ${formatBytes(databaseBytes)}`,
    `clean-up  ${lastCleanUp === null ? 'none yet' : `${formatAgo(lastCleanUp.at, now)}, ${lastCleanUp.removed} removed`}`,
    `clients   ${clients}`,
    ...warnings.flatMap(({ message, hint }) => [
      `warning   ${printable(message)}`,
      ...(hint ? [`          ${printable(hint)}`] : []),
    ]),
  ];
}
