/** Describes the outcome of an attempt. */
import { formatDuration } from '../../../shared/format.ts';
import type { Attempt } from '../../../shared/job.ts';
import { hintBesideOutput, messageText, oneLine, type Translate } from '../../base/text.ts';

/** `Completed after 3 s.` or `Failed after 5 s: exit code 3. …`. Empty while it is running. */
export function outcomeSentence(attempt: Attempt, t: Translate): string {
  const { startedAt, endedAt } = attempt;
  const duration = startedAt === null || endedAt === null ? 0 : Date.parse(endedAt) - Date.parse(startedAt);
  const time = formatDuration(duration, t);
  switch (attempt.status) {
    case 'starting':
    case 'running':
      return '';
    case 'completed':
      return t('Completed after {0}.', time);
    case 'cancelled':
      return t('Cancelled after {0}.', time);
    case 'lost':
      return t('Lost contact after {0}.', time);
    case 'failed':
      return [
        t('Failed after {0}: {1}', time, why(attempt, t)),
        oneLine(attempt.error === null ? '' : (hintBesideOutput(attempt.error, t) ?? '')),
      ]
        .join(' ')
        .trim();
  }
}

function why({ signal, exitCode, error }: Attempt, t: Translate): string {
  if (error !== null && error.code !== 'EXIT_CODE' && error.code !== 'SIGNAL') return oneLine(messageText(error, t));
  if (signal !== null) return t('terminated by {0}.', signal);
  return exitCode === null ? t('unknown reason.') : t('exit code {0}.', exitCode);
}
