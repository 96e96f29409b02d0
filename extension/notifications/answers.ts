/** What can be done about what a message tells, without the editor. */

import type { Connection } from '../../shared/connection.ts';
import type { Job } from '../../shared/job.ts';
import { commandIds } from '../base/ids.ts';
import type { Translate } from '../base/text.ts';
import { contextTokens, hasLog, offered } from '../row/menuTokens.ts';
import type { News } from './news.ts';

/** A button of a message. */
export interface Answer {
  readonly title: string;
  /** On the jobs; null: such messages are no longer wanted. */
  readonly command: string | null;
}

export interface AnswerRules {
  /** Whether jobs may be started here. */
  readonly mayStart: boolean;
  /** How the connection of a job stands that runs elsewhere, as far as known. */
  connectionOf(job: Job): Connection | null;
}

/** The buttons, the likeliest first. Retried is what the menus of all its rows offer to retry. */
export function answersTo({ jobs, failed }: News, { mayStart, connectionOf }: AnswerRules, t: Translate): Answer[] {
  const [only] = jobs.length === 1 ? jobs : [];
  const retryable = (job: Job) => offered(contextTokens(job), connectionOf(job)).includes('retryable');
  const log = { title: t('Open Log'), command: commandIds.openLog };
  const details = { title: t('Show Details'), command: commandIds.showDetails };
  const retry = { title: only === undefined ? t('Retry All') : t('Retry'), command: commandIds.retry };
  return [
    ...(only === undefined ? [] : [hasLog(only) ? log : details]),
    ...(failed && mayStart && jobs.every(retryable) ? [retry] : []),
    ...(only === undefined ? [{ title: t('Show Jobs'), command: commandIds.showJobs }] : []),
    { title: t('Don’t Show Again'), command: null },
  ];
}
