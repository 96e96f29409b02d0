/** How long a job will still take, in the reader's language. */
import type { Job } from '../../shared/job.ts';
import { timeLeftSaying } from '../../shared/timeLeft.ts';
import type { Translate } from '../text.ts';

/** One text, such as `about 3 min left`, or none. */
export function timeLeftText(job: Job, now: number, t: Translate): string[] {
  const saying = timeLeftSaying(job, now);
  switch (saying?.kind) {
    case 'left':
      return [t('about {0} left', saying.time)];
    case 'usual':
      return [t('usually {0}', saying.time)];
    case 'longer':
      return [t('longer than usual ({0})', saying.time)];
    default:
      return [];
  }
}
