/** Steps of jobs: their names on screen, and which of them a job can be rerun from. */
import type { Step } from './job.ts';
import { type Translate, untranslated } from './translate.ts';

/** Whether a job can be rerun from this step. An engine may list a function among its steps, which can't be a start. */
export function canBeginWith({ kind }: Pick<Step, 'kind'>): boolean {
  return kind !== 'function';
}

/** The word for a step's status on screen. */
export function stepWord(status: Step['status'], t: Translate = untranslated): string {
  switch (status) {
    case 'pending':
      return t('Pending');
    case 'running':
      return t('Running');
    case 'completed':
      return t('Completed');
    case 'failed':
      return t('Failed');
    case 'skipped':
      return t('Skipped');
  }
}
