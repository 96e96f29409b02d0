/** Steps of jobs: what they are called, and which of them a job can begin with again. */
import type { Step } from './job.ts';
import { type Translate, untranslated } from './translate.ts';

/** What an engine tells of a function beside its steps is none to begin with. */
export function canBeginWith({ kind }: Pick<Step, 'kind'>): boolean {
  return kind !== 'function';
}

/** The status of a step in a word, as rows, lists and pages have it. */
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
