/** Texts in rows and tooltips of remote jobs. Pure. */
import type { Connection } from '../../shared/connection.ts';
import { connectionState, engineName, isOutOfSight, outOfSight } from '../../shared/connectionWords.ts';
import type { Job } from '../../shared/job.ts';
import { escapeMarkdown, oneLine, type Translate } from '../base/text.ts';

/**
 * Adds `Celery prod` to the description of a remote job and, if its state may be outdated, `as of 14:02, not reachable`
 * at the beginning, because a narrow row is truncated.
 */
export function withRemoteWords(
  words: readonly string[],
  job: Job,
  connection: Connection | null,
  now: number,
  t: Translate,
): string[] {
  if (job.connection === null) return [...words];
  const mark = connection !== null && isOutOfSight(job, connection) ? [outOfSight(connection, now, t)] : [];
  return [...mark, ...words, oneLine(`${engineName(job.engine)} ${job.connection}`, 60)];
}

/** Tooltip lines with the engine, worker and external ID of a remote job. Empty for local jobs. */
export function remoteLines(job: Job, connection: Connection | null, now: number, t: Translate): string[] {
  if (job.connection === null) return [];
  const plain = (text: string) => escapeMarkdown(oneLine(text));
  const where = t('{0}, connection {1}', engineName(job.engine), job.connection);
  return [
    [
      plain(where),
      ...(job.worker === null ? [] : [plain(t('worker {0}', job.worker))]),
      ...(job.externalId === null ? [] : [plain(t('ID {0}', job.externalId))]),
    ].join(' · '),
    ...(connection !== null && isOutOfSight(job, connection)
      ? [plain([connectionState(connection, now, t), outOfSight(connection, now, t)].join(': '))]
      : []),
  ];
}
