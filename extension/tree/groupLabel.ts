/** Labels of groups in the tree. */
import { oneLine, type Translate } from '../base/text.ts';
import { localDay } from './groups.ts';

export interface GroupFacts {
  /** Number of jobs in the group. */
  readonly count: number;
  /** Whether there are more, whose number is not known. */
  readonly more: boolean;
  readonly now: number;
}

/** `Running (2)`, `build (500+)` and so on. */
export function groupLabel(key: string, { count, more, now }: GroupFacts, t: Translate): string {
  const known = count.toLocaleString(t.language);
  const number = more ? t('{0}+', known) : known;
  switch (key) {
    case 'running':
      return t('Running ({0})', number);
    case 'paused':
      return t('Paused ({0})', number);
    case 'waiting':
      return t('Waiting ({0})', number);
    case 'failed':
      return t('Failed ({0})', number);
    case 'recent':
      return t('Recent ({0})', number);
  }
  const colon = key.indexOf(':');
  return t('{0} ({1})', groupName(key.slice(0, colon), key.slice(colon + 1), now, t), number);
}

function groupName(kind: string, value: string, now: number, t: Translate): string {
  if (kind === 'workspace' && value === '') return t('No Workspace');
  if (kind !== 'day') return oneLine(value);
  if (value === localDay(now)) return t('Today');
  const yesterday = new Date(now);
  yesterday.setDate(yesterday.getDate() - 1);
  return value === localDay(yesterday.getTime()) ? t('Yesterday') : formatDay(value, t);
}

/** A day such as `2026-11-25` in the user's format. */
function formatDay(day: string, { language }: Translate): string {
  return new Date(`${day}T12:00:00`).toLocaleDateString(language, { dateStyle: 'full' });
}
