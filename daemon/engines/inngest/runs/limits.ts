/** What can't be done to a run, and why. */
import { plainMessage } from '../../../../shared/messages/define.ts';
import type { Fact } from '../../remote.ts';
import type { Run } from './run.ts';

export function limitsOf({ cron }: Pick<Run, 'cron'>): NonNullable<Fact['limits']> {
  if (cron === null) return { cancel: null, retry: null, retryFromStep: null };
  const reason = plainMessage('Inngest does not run again what a cron schedule started: invoke its function instead.');
  return { cancel: null, retry: reason, retryFromStep: reason };
}
