/** Buttons of notifications. Pure. */

import type { Connection } from '../../shared/connection.ts';
import type { Job } from '../../shared/job.ts';
import { commandIds } from '../base/ids.ts';
import type { Translate } from '../base/text.ts';
import { contextTokens, hasLog, offered } from '../row/menuTokens.ts';
import type { JobNotification } from './notification.ts';

/** A button of a notification. */
export interface NotificationAction {
  readonly title: string;
  /** Runs on the jobs. Null turns such notifications off. */
  readonly command: string | null;
}

export interface ActionRules {
  /** Whether jobs may be started in this workspace. */
  readonly mayStart: boolean;
  /** The connection of a remote job, if known. */
  connectionOf(job: Job): Connection | null;
}

/**
 * The buttons, most likely first. `place` is the name of the place of the failure, if it is known. Retry is offered only
 * if all of the jobs can be retried.
 */
export function actionsFor(
  { jobs, failed }: JobNotification,
  { mayStart, connectionOf }: ActionRules,
  t: Translate,
  place: string | null = null,
): NotificationAction[] {
  const [only] = jobs.length === 1 ? jobs : [];
  const retryable = (job: Job) => offered(contextTokens(job), connectionOf(job)).includes('retryable');
  const log = { title: t('Open Log in Tab'), command: commandIds.openLog };
  const details = { title: t('Show Details'), command: commandIds.showDetails };
  const retry = { title: only === undefined ? t('Retry All') : t('Retry'), command: commandIds.retry };
  return [
    ...(place === null ? [] : [{ title: t('Open {0}', shortPlace(place)), command: commandIds.openProblem }]),
    ...(only === undefined ? [] : [hasLog(only) ? log : details]),
    ...(failed && mayStart && jobs.every((job) => job.status !== 'completed' && retryable(job)) ? [retry] : []),
    ...(only === undefined ? [{ title: t('Show Jobs'), command: commandIds.showJobs }] : []),
    { title: t('Don’t Show Again'), command: null },
  ];
}

/** Characters of a place that leave room for the other buttons. */
const placeLength = 32;

/** The place with its folders, or the file alone. */
function shortPlace(place: string): string {
  return place.length <= placeLength ? place : (/[^\\/]*$/.exec(place)?.[0] ?? place);
}
