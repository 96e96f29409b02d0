/** Which actions a job offers now: a few as buttons, the rest in a menu. */
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
  /** Whether this is the most likely action. Never set for one that destroys something. */
  primary: boolean;
  /** `showJob`: the job to show. */
  jobId: string | null;
}

export interface ActionsView {
  /** Shown as buttons. */
  shown: ActionView[];
  /** Shown in the menu, in groups. */
  menu: ActionView[][];
}

type Offer = [allowed: boolean, ActionView];

export const act = (
  action: PageAction,
  label: string,
  icon: string,
  { primary = false, jobId = null }: Partial<Pick<ActionView, 'primary' | 'jobId'>> = {},
): ActionView => ({ action, label, icon, primary, jobId });

const offered = (offers: Offer[]): ActionView[] => offers.filter(([allowed]) => allowed).map(([, view]) => view);

/**
 * `place`: where the failure is in the source, which is more likely to be opened than the job is to be retried. `ends`: what
 * ends the job's wait.
 */
export function actionsOf(
  state: SnapshotMessage,
  job: JobDetail,
  { place, ends }: { place: string | null; ends: readonly ActionView[] },
): ActionsView {
  const open =
    place === null ? [] : [act('openPlace', fill(strings.openPlace, place), 'go-to-file', { primary: true })];
  if (blockedReason(state) !== null) return { shown: open, menu: [offered(copies(job))] };
  const { cancel, remove, pause, resume, hold, start, priority, input, forceFail } = job.capabilities;
  const retry = mayStart(state, job.capabilities.retry) === null;
  const hasSource = (state.remote?.source ?? null) !== null;
  const own = offered([
    [resume.allowed, act('resume', strings.resume, 'debug-continue', { primary: true })],
    [cancel.allowed && readOnly(state) === null, act('cancel', strings.cancel, 'debug-stop')],
    [retry, retryOf(job, place)],
    [hasSource, act('openTaskSource', strings.openTaskSource, 'go-to-file')],
  ]);
  const menu = [
    offered([
      [retry && job.command !== null, act('retryEdited', strings.retryEdited, 'edit')],
      [pause.allowed, act('pause', strings.pause, 'debug-pause')],
      [
        !ends.some(({ action }) => action === 'startNow') && mayStart(state, start) === null,
        act('startNow', strings.startNow, 'play'),
      ],
      [priority.allowed, act('setPriority', strings.setPriority, 'list-ordered')],
      [hold.allowed, act('hold', strings.hold, 'debug-pause')],
      [input.allowed, act('sendInput', strings.sendInput, 'terminal')],
    ]),
    offered([
      [hasLog(job), act('openLog', strings.openLogInTab, 'go-to-file')],
      [job.cwd !== null, act('openFolder', strings.openFolder, 'folder-opened')],
      [job.parentId !== null, act('showJob', strings.showParent, 'type-hierarchy-super', { jobId: job.parentId })],
    ]),
    offered(copies(job)),
    offered([
      [forceFail.allowed && !isTerminal(job.status), act('forceFail', strings.forceStop, 'close-all')],
      [remove.allowed, act('remove', strings.remove, 'trash')],
    ]),
  ];
  return { shown: [...open, ...ends, ...own], menu: menu.filter((group) => group.length > 0) };
}

/** A group may be retried while other jobs of it are still running. Then it is not what most readers came for. */
function retryOf({ status, children }: JobDetail, place: string | null): ActionView {
  if (status === 'completed') return act('retry', strings.runAgain, 'run', { primary: true });
  const label = children === null || children.failed === 0 ? strings.retry : strings.retryFailed;
  return act('retry', label, 'debug-restart', { primary: place === null && isTerminal(status) });
}

function copies({ commandLine, externalId }: JobDetail): Offer[] {
  return [
    [commandLine !== null, act('copyCommand', strings.copyCommand, 'copy')],
    [true, act('copyId', strings.copyId, 'copy')],
    [externalId !== null, act('copyExternalId', strings.copyExternalId, 'copy')],
  ];
}

function hasLog({ attempt, children, connection }: JobDetail): boolean {
  return connection === null && children === null && attempt > 0;
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
function denial({ allowed, reason }: Capability): string | null {
  if (allowed) return null;
  return reason === null ? strings.no : messageText(reason, t);
}
