/** The state of a connection in words, for rows, tooltips and pages. */
import type { Connection, RemoteEngineName } from './connection.ts';
import type { Job } from './job.ts';
import { isTerminal } from './status.ts';
import { type Translate, untranslated } from './translate.ts';

const names: Record<RemoteEngineName, string> = { celery: 'Celery', inngest: 'Inngest' };

/** The engine's name as its makers write it; unknown engines keep the name they have. */
export function engineName(engine: string): string {
  return Object.entries(names).find(([name]) => name === engine)?.[1] ?? engine;
}

/** The time of day of `at`, with the date if that isn't the date of `now` (ms). */
export function formatMoment(at: string, now: number, t: Translate = untranslated): string {
  const time = new Date(at);
  const today = time.toDateString() === new Date(now).toDateString();
  return today
    ? time.toLocaleTimeString(t.language, { timeStyle: 'short' })
    : time.toLocaleString(t.language, { dateStyle: 'medium', timeStyle: 'short' });
}

/** `connected`, or `not reachable since 14:02`. */
export function connectionState(
  { state, since }: Pick<Connection, 'state' | 'since'>,
  now: number,
  t: Translate = untranslated,
): string {
  switch (state) {
    case 'connected':
      return t('connected');
    case 'connecting':
      return t('connecting…');
    case 'unreachable':
      return t('not reachable since {0}', formatMoment(since, now, t));
    case 'refused':
      return t('refused since {0}', formatMoment(since, now, t));
  }
}

/** Whether a job's current state is unknown because its connection is down. Finished jobs don't change, unless lost. */
export function isOutOfSight(
  { status }: Pick<Job, 'status'>,
  connection: Pick<Connection, 'state'> | null,
): connection is Connection {
  if (connection === null || (isTerminal(status) && status !== 'lost')) return false;
  return connection.state === 'unreachable' || connection.state === 'refused';
}

/** A note for such a job: `as of 14:02, not reachable`. */
export function outOfSight(
  { confirmedAt }: Pick<Connection, 'confirmedAt'>,
  now: number,
  t: Translate = untranslated,
): string {
  if (confirmedAt === null) return t('not reachable');
  return t('as of {0}, not reachable', formatMoment(confirmedAt, now, t));
}
