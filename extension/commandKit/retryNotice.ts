/** Warns of jobs that were retried without their environment, because the database that had it was lost. */
import * as vscode from 'vscode';
import type { JobDetail } from '../../shared/job.ts';
import { retryNotice } from '../../shared/retryNotice.ts';
import { messageText, oneLine, type Translate } from '../base/text.ts';

/** Shows one warning for all jobs. */
export function warnOfRetries(retried: readonly JobDetail[], t: Translate): void {
  const concerned = retried.flatMap((job) => {
    const notice = retryNotice(job);
    return notice === null ? [] : [{ job, notice }];
  });
  const [first] = concerned;
  if (first === undefined) return;
  const text =
    concerned.length === 1
      ? t('“{0}”: {1}', oneLine(first.job.title, 60), messageText(first.notice, t))
      : t(
          'The environments of {0} jobs were lost with the database, so they run with the environment of the daemon.',
          concerned.length,
        );
  void vscode.window.showWarningMessage(text);
}
