/** What rows and tooltips say of jobs that run elsewhere, without the editor. */
import type { Connection } from '../../shared/connection.ts';
import { connectionState, engineName, isOutOfSight, outOfSight } from '../../shared/connectionWords.ts';
import type { Job } from '../../shared/job.ts';
import { escapeMarkdown, oneLine, type Translate } from '../base/text.ts';

/**
 * What a row says of a job around the words on it: `Celery prod` at the end and, where nobody knows how it goes on,
 * `as of 14:02, not reachable` at the beginning, since a narrow row is cut.
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

/** For the tooltip: where it runs, by which process, and under which id; none for jobs of this machine. */
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
