/** How a connection stands, in words that rows, tooltips and pages share. */
import type { Connection, RemoteEngineName } from './connection.ts';
import type { Job } from './job.ts';
import { isTerminal } from './status.ts';
import { type Translate, untranslated } from './translate.ts';

const names: Record<RemoteEngineName, string> = { celery: 'Celery', inngest: 'Inngest' };

/** The engine as it is written by those who make it; other engines as they are called. */
export function engineName(engine: string): string {
  return Object.entries(names).find(([name]) => name === engine)?.[1] ?? engine;
}

/** A point in time at `now` (ms), as short as it can be: the time of day, with the date when that is another one. */
export function formatMoment(at: string, now: number, t: Translate = untranslated): string {
  const time = new Date(at);
  const today = time.toDateString() === new Date(now).toDateString();
  return today
    ? time.toLocaleTimeString(t.language, { hour: '2-digit', minute: '2-digit' })
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

/** Whether nobody knows how a job goes on, because its connection is down. What has ended stays as it is, unless lost. */
export function isOutOfSight(
  { status }: Pick<Job, 'status'>,
  connection: Pick<Connection, 'state'> | null,
): connection is Connection {
  if (connection === null || (isTerminal(status) && status !== 'lost')) return false;
  return connection.state === 'unreachable' || connection.state === 'refused';
}

/** What stands beside such a job: `as of 14:02, not reachable`. */
export function outOfSight(
  { confirmedAt }: Pick<Connection, 'confirmedAt'>,
  now: number,
  t: Translate = untranslated,
): string {
  if (confirmedAt === null) return t('not reachable');
  return t('as of {0}, not reachable', formatMoment(confirmedAt, now, t));
}
