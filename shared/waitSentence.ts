/** Why a job waits, as a sentence: the same in the tree, the panel and on the command line. */
import { formatDuration } from './format.ts';
import type { Job } from './job.ts';
import { messageText } from './messages/render.ts';
import { type Translate, untranslated } from './translate.ts';

/**
 * What a waiting job waits for, such as ``queue `gpu` is full (1 of 1)`` or `rate limit: next start in 12 s`; null for
 * a job that doesn't wait. `now` in milliseconds: the text counts down without the job changing.
 */
export function waitSentence(
  job: Pick<Job, 'status' | 'queue' | 'waitReason' | 'waitUntil' | 'waitDetail'> & Partial<Pick<Job, 'children'>>,
  now: number,
  t: Translate = untranslated,
): string | null {
  if (job.status !== 'waiting' || job.waitReason === null) return null;
  const { queue, waitDetail } = job;
  // A group says what its first job waits for, in whatever queue that is.
  const anyQueue = job.children != null;
  const left = job.waitUntil === null ? 0 : Date.parse(job.waitUntil) - now;
  // Seconds are told whole, and rounded up, so that it never says `0 s`.
  const time = left > 0 ? formatDuration(Math.ceil(left / 1000) * 1000, t) : null;
  const detail = waitDetail === null ? null : messageText(waitDetail, t);
  const withDetail = (sentence: string) => (detail === null ? sentence : t('{0} ({1})', sentence, detail));
  switch (job.waitReason) {
    case 'queueFull':
      return withDetail(anyQueue ? t('its queue is full') : t('queue `{0}` is full', queue));
    case 'queuePaused':
      return t('queue paused');
    case 'groupFull':
      return withDetail(t('its group runs as many as it may'));
    case 'rateLimit':
      if (time !== null) return t('rate limit: next start in {0}', time);
      return anyQueue ? t('rate limit of its queue') : t('rate limit of queue `{0}`', queue);
    case 'dependency':
      return detail === null ? t('after another job') : t('after {0}', detail);
    case 'delay':
      return time === null ? t('starts at once') : t('starts in {0}', time);
    case 'hold':
      return t('on hold until it is released');
    case 'remoteWorker':
      return t('waits for a worker');
    case 'retryBackoff': {
      if (detail === null) return time === null ? t('retry') : t('retry in {0}', time);
      return time === null ? t('retry {0}', detail) : t('retry {0} in {1}', detail, time);
    }
  }
}
