/** Why a job waits, in the same words in the tree, on the page and on the command line. */
import { formatDuration } from './format.ts';
import type { Job, WaitReason } from './job.ts';
import { messageText } from './messages/render.ts';
import { waitReason } from './messages/waits.ts';
import { type Translate, untranslated } from './translate.ts';

/** A short label that doesn't change while the job waits, such as `queue full`. */
export function waitLabel(reason: WaitReason, t: Translate = untranslated): string {
  return messageText(waitReason(`waitReason.${reason}`), t);
}

/**
 * The reason with its details, such as `queue “gpu” is full (1 of 1)` or `rate limit: next start in 12 s`; null if the
 * job isn't waiting. `now` in milliseconds: the text counts down without a change of the job.
 */
export function waitSentence(
  job: Pick<Job, 'status' | 'queue' | 'waitReason' | 'waitUntil' | 'waitDetail'> & Partial<Pick<Job, 'children'>>,
  now: number,
  t: Translate = untranslated,
): string | null {
  if (job.status !== 'waiting' || job.waitReason === null) return null;
  const { queue, waitDetail, waitReason: reason } = job;
  // A group waits for the same thing as its first job, which may be in any queue.
  const anyQueue = job.children != null;
  const left = job.waitUntil === null ? 0 : Date.parse(job.waitUntil) - now;
  // Rounded up to whole seconds, so that it never says `0 s`.
  const time = left > 0 ? formatDuration(Math.ceil(left / 1000) * 1000, t) : null;
  const detail = waitDetail === null ? null : messageText(waitDetail, t);
  const withDetail = (sentence: string) => (detail === null ? sentence : t('{0} ({1})', sentence, detail));
  switch (reason) {
    case 'queueFull':
      return withDetail(anyQueue ? t('its queue is full') : t('queue “{0}” is full', queue));
    case 'groupFull':
      return withDetail(t('its group is at its limit'));
    case 'rateLimit':
      if (time !== null) return t('rate limit: next start in {0}', time);
      return anyQueue ? t('rate limit of its queue') : t('rate limit of queue “{0}”', queue);
    case 'dependency':
      return detail === null ? waitLabel(reason, t) : t('after {0}', detail);
    case 'delay':
      return time === null ? t('about to start') : t('starts in {0}', time);
    case 'hold':
      return t('on hold until released');
    case 'retryBackoff': {
      if (detail === null) return time === null ? t('about to retry') : t('retry in {0}', time);
      return time === null ? t('retry {0}', detail) : t('retry {0} in {1}', detail, time);
    }
    default:
      return waitLabel(reason, t);
  }
}
