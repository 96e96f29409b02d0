/** Banners above the job, shown when the page is not simply up to date. */
import { isOutOfSight } from '../../../shared/connectionWords.ts';
import type { JobDetail } from '../../../shared/job.ts';
import { leftoverSentence, leftoversOf, processNames } from '../../../shared/leftovers.ts';
import { hintText, messageText, problemText } from '../../../shared/messages/render.ts';
import type { PanelLink, PanelRemote, SnapshotMessage } from '../../../shared/panel.ts';
import { fill, strings } from '../../strings.ts';
import { t } from '../../texts.ts';
import type { ShowTime } from '../../times.ts';
import type { ActionView } from './actions.ts';

export interface Banner {
  tone: 'info' | 'warning' | 'error';
  text: string;
  hint: string | null;
  action: Pick<ActionView, 'action' | 'label'> | null;
}

/** The banners for a snapshot, most important first. Without banners and without a job, the page is still loading. */
export function bannersOf(state: SnapshotMessage, now: number, showTime: ShowTime): Banner[] {
  if (state.removed) return [{ tone: 'warning', text: strings.removed, hint: strings.removedHint, action: null }];
  const since = state.job === null || state.link.since === null ? null : showTime(state.link.since, now).text;
  const link = linkBanner(state.link, since);
  if (link !== null) return [link];
  const distant = state.job === null ? null : remoteBanner(state.remote, state.job, now, showTime);
  const leftovers = state.job === null ? null : leftoverBanner(state.job);
  const known = [distant, leftovers].filter((one) => one !== null);
  if (state.problem === null) return known;
  const [message, hint] = [messageText(state.problem, t), hintText(state.problem, t)];
  const what = state.job === null ? strings.notRead : strings.notAllRead;
  return [{ tone: 'error', text: `${what} ${message}`, hint, action: null }];
}

function linkBanner({ state, error }: PanelLink, since: string | null): Banner | null {
  const [message, why] = error === null ? [null, null] : [messageText(error, t), hintText(error, t)];
  const action = { action: 'connect', label: strings.startDaemon } as const;
  switch (state) {
    case 'live':
      return null;
    case 'connecting':
      return {
        tone: 'info',
        text: since === null ? strings.connecting : fill(strings.reconnecting, since),
        hint: message,
        action: null,
      };
    case 'offline':
      return {
        tone: 'info',
        text: since === null ? strings.offline : fill(strings.offlineSince, since),
        hint: null,
        action,
      };
    case 'failed':
      return { tone: 'error', text: message ?? strings.unreachable, hint: why, action };
  }
}

/** The banner for a finished job with processes that are still running; null without any. */
function leftoverBanner(job: JobDetail): Banner | null {
  const sentence = leftoverSentence(job, t);
  if (sentence === null) return null;
  const names = processNames(leftoversOf(job.attempts));
  const action = { action: 'forceFail', label: strings.forceStop } as const;
  return { tone: 'warning', text: `${sentence}: ${names}`, hint: strings.leftoversHint, action };
}

/** The banner for a job whose current state is unknown, with the time and reason; null if it is known. */
function remoteBanner(remote: PanelRemote | null, job: JobDetail, now: number, showTime: ShowTime): Banner | null {
  const connection = remote?.connection ?? null;
  if (connection === null || !isOutOfSight(job, connection)) return null;
  const { name, confirmedAt, problem } = connection;
  const text =
    confirmedAt === null
      ? fill(strings.outOfSightEver, name)
      : fill(strings.outOfSight, name, showTime(confirmedAt, now).text);
  return { tone: 'warning', text, hint: problem === null ? null : problemText(problem, t), action: null };
}
