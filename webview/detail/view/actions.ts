/** Which buttons a job has, and why some are unavailable. */
import type { Capability, JobDetail } from '../../../shared/job.ts';
import { messageText } from '../../../shared/messages/render.ts';
import type { PageAction, SnapshotMessage } from '../../../shared/panel.ts';
import { isTerminal } from '../../../shared/status.ts';
import { fill, strings } from '../../strings.ts';
import { t } from '../../texts.ts';

export interface ActionView {
  action: PageAction;
  label: string;
  /** Name of a codicon. */
  icon: string;
  /** Why it is unavailable; null if it is available. */
  reason: string | null;
  /** Whether this is the most likely action. */
  primary: boolean;
}

/** The header's buttons in a fixed order, so that no button moves under the pointer when the status changes. */
export function actionsOf(state: SnapshotMessage, job: JobDetail): ActionView[] {
  const { cancel, retry, remove } = job.capabilities;
  const ended = isTerminal(job.status);
  const again = job.status === 'completed';
  const edited = job.command === null ? strings.noCommand : mayStart(state, retry);
  const views: Omit<ActionView, 'primary'>[] = [
    { action: 'cancel', label: strings.cancel, icon: 'debug-stop', reason: readOnly(state) ?? denial(cancel) },
    keeping(job),
    {
      action: 'retry',
      label: again ? strings.runAgain : strings.retry,
      icon: again ? 'run' : 'debug-restart',
      reason: mayStart(state, retry),
    },
    { action: 'retryEdited', label: strings.retryEdited, icon: 'edit', reason: edited },
    { action: 'openLog', label: strings.openLog, icon: 'output', reason: noLog(job) },
    { action: 'remove', label: strings.remove, icon: 'trash', reason: denial(remove) },
  ];
  const blocked = blockedReason(state);
  return views.map((view) => ({
    ...view,
    reason: blocked ?? view.reason,
    primary: view.action === (ended ? 'retry' : 'cancel'),
  }));
}

/** Hold and release before the job starts, pause and resume after. */
function keeping({ status, capabilities }: JobDetail): Omit<ActionView, 'primary'> {
  const { hold, release, pause, resume } = capabilities;
  if (status === 'pending' || status === 'waiting') {
    return release.allowed
      ? { action: 'release', label: strings.release, icon: 'debug-continue', reason: null }
      : { action: 'hold', label: strings.hold, icon: 'debug-pause', reason: denial(hold) };
  }
  return resume.allowed
    ? { action: 'resume', label: strings.resume, icon: 'debug-continue', reason: null }
    : { action: 'pause', label: strings.pause, icon: 'debug-pause', reason: denial(pause) };
}

function noLog({ attempt, children, connection }: JobDetail): string | null {
  if (connection !== null) return strings.logElsewhere;
  if (children !== null) return strings.logsOfJobs;
  return attempt > 0 ? null : strings.noLogYet;
}

/** Why a remote job allows no actions; null if it does, and for local jobs. */
export function readOnly({ remote }: SnapshotMessage): string | null {
  const connection = remote?.connection ?? null;
  return connection?.readOnly ? fill(strings.readOnly, connection.name) : null;
}

/** Why no action is possible at all. */
export function blockedReason({ removed, link }: SnapshotMessage): string | null {
  if (removed) return strings.removed;
  return link.state === 'live' ? null : strings.notConnected;
}

/** Why a job can't be started again or from a step; null if it can. */
export function mayStart(state: SnapshotMessage, capability: Capability): string | null {
  return state.restricted ? strings.untrusted : (readOnly(state) ?? denial(capability));
}

/** Why an action is not possible. If an engine gives no reason, a generic one. */
export function denial({ allowed, reason }: Capability): string | null {
  if (allowed) return null;
  return reason === null ? strings.no : messageText(reason, t);
}
