/** Messages between the extension and the detail page of a job. Messages from a page are outside data and are validated. */
import type { ChildrenMessage } from './childRow.ts';
import type { Connection } from './connection.ts';
import type { ErrorBody } from './errors.ts';
import type { Job, JobDetail, JobStatus } from './job.ts';

/** Buttons of the page. Each runs a command or request that is also available elsewhere, and does nothing else. */
export const pageActions = [
  'cancel',
  'stopNow',
  'pause',
  'resume',
  'hold',
  'release',
  'startNow',
  'raisePriority',
  'setPriority',
  'retry',
  'retryEdited',
  'forceFail',
  'sendInput',
  'resumeQueue',
  'resizeQueue',
  'openLog',
  'openWholeLog',
  'openPlace',
  'remove',
  'showJob',
  'openFolder',
  'copyId',
  'copyCommand',
  'copyExternalId',
  'openTaskSource',
  'rerunFromStep',
  'connect',
] as const;
export type PageAction = (typeof pageActions)[number];

/** The page was loaded and can receive messages. */
export interface ReadyMessage {
  type: 'ready';
}

/** A button was pressed. The answer is a `reply` with the same `requestId`. */
export interface ActionMessage {
  type: 'action';
  requestId: number;
  action: PageAction;
  /** `showJob`: the job to show. */
  jobId: string | null;
  /** `openLog`, `openWholeLog` and `openPlace`: the attempt whose log or failure to open; null is the latest. */
  attempt: number | null;
  /** `rerunFromStep`: the step to start from. */
  stepId: string | null;
}

/** Show this attempt's log and error. Null shows the latest one, even after another one starts. */
export interface SelectAttemptMessage {
  type: 'selectAttempt';
  attempt: number | null;
}

/** The log chunk with this number is on screen, so the next one may be sent. */
export interface ShownMessage {
  type: 'shown';
  seq: number;
}

export type PageMessage = ReadyMessage | ActionMessage | SelectAttemptMessage | ShownMessage;

/**
 * The extension's connection to the daemon. `live`: the page is up to date; `connecting`: connecting or reconnecting;
 * `offline`: the daemon is not running and should not be; `failed`: it can't be reached. `since`: when it was last live.
 */
export interface PanelLink {
  state: 'live' | 'connecting' | 'offline' | 'failed';
  since: string | null;
  error: ErrorBody | null;
}

/** Additional facts about a remote job. */
export interface PanelRemote {
  /** The state of its connection; null if it is unknown or the connection was removed. */
  connection: Pick<Connection, 'name' | 'engine' | 'state' | 'since' | 'confirmedAt' | 'problem' | 'readOnly'> | null;
  /** Where its source is in the window's folders, such as `src/shop/tasks.py:12`; null if none was found. */
  source: string | null;
}

/** Everything that a page shows except the log and a group’s jobs. Replaces the previous snapshot. */
export interface SnapshotMessage {
  type: 'snapshot';
  jobId: string;
  /** The job as last received; null before the daemon's first reply. */
  job: JobDetail | null;
  /** Links from the job's definition: `http:` or `https:`. */
  links: { label: string; url: string }[];
  /** The attempt that the user selected; null for the latest. */
  attempt: number | null;
  /** Whether the job was removed. */
  removed: boolean;
  link: PanelLink;
  /** Why the job, or the runs of similar jobs, could not be read although the daemon is connected. */
  problem: ErrorBody | null;
  /** Whether the workspace is not trusted, so that nothing can be started from it. */
  restricted: boolean;
  /** Null for local jobs. */
  remote: PanelRemote | null;
  /** Milliseconds that a cancelled job has to stop before it is killed; null if not known. */
  graceMs: number | null;
}

/** An update of the job from the change feed, before the next snapshot. */
export interface UpdateMessage {
  type: 'update';
  job: Job;
}

/** The latest attempt of a finished job that is similar to the page's job. */
export interface PastRun {
  id: string;
  status: JobStatus;
  /** How long it ran, in milliseconds. */
  ms: number;
  endedAt: string;
}

/** The latest finished runs of similar jobs, oldest first, including the page's job once it has finished. */
export interface HistoryMessage {
  type: 'history';
  /** Whether the runs have the same command line; otherwise they have the same type. */
  sameCommand: boolean;
  runs: PastRun[];
}

/** More of the shown attempt's log. */
export interface LogChunkMessage {
  type: 'logChunk';
  seq: number;
  attempt: number;
  /** Whether this chunk replaces everything shown before. */
  reset: boolean;
  /** With `reset`: how many bytes the log has before that, which are not shown. */
  skipped: number;
  text: string;
  /** Whether this is the last chunk. */
  ended: boolean;
  /** Why no more could be read, if the log did not end. */
  error: ErrorBody | null;
}

/** The result of an action. */
export type ReplyMessage =
  | { type: 'reply'; requestId: number; ok: true }
  | { type: 'reply'; requestId: number; ok: false; error: ErrorBody };

export type PanelMessage =
  | SnapshotMessage
  | UpdateMessage
  | ChildrenMessage
  | HistoryMessage
  | LogChunkMessage
  | ReplyMessage;

/** The state of a page that the editor keeps while it is hidden, and across restarts. */
export interface PageState {
  jobId: string;
  attempt: number | null;
  /** Names of the expanded sections. */
  open: string[];
  /** Name of the selected tab; null for the first one. */
  tab: string | null;
  /** Whether long lines of the log wrap. */
  wrap: boolean;
}

type Fields = Readonly<Record<string, unknown>>;

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isId(value: unknown): value is string {
  return typeof value === 'string' && value.length > 0 && value.length <= 200;
}

/** The engine assigns the IDs of steps. */
function isStepId(value: unknown): value is string {
  return typeof value === 'string' && value.length > 0 && value.length <= 500;
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

/** An attempt's number, or null for the latest; undefined if it is invalid. */
function readAttempt(value: unknown): number | null | undefined {
  if (value === null || value === undefined) return null;
  return isCount(value) && value > 0 ? value : undefined;
}

function readAction({ requestId, action, jobId, attempt, stepId }: Fields): ActionMessage | null {
  const known = pageActions.find((name) => name === action);
  const number = readAttempt(attempt);
  if (known === undefined || number === undefined || !isCount(requestId)) return null;
  if (jobId !== null && jobId !== undefined && !isId(jobId)) return null;
  if (stepId !== null && stepId !== undefined && !isStepId(stepId)) return null;
  return { type: 'action', requestId, action: known, jobId: jobId ?? null, attempt: number, stepId: stepId ?? null };
}

/** The message with only the fields of its type; null if it is invalid. */
export function readPageMessage(value: unknown): PageMessage | null {
  if (!isObject(value)) return null;
  if (value.type === 'ready') return { type: 'ready' };
  if (value.type === 'action') return readAction(value);
  if (value.type === 'shown') return isCount(value.seq) ? { type: 'shown', seq: value.seq } : null;
  if (value.type !== 'selectAttempt') return null;
  const attempt = readAttempt(value.attempt);
  return attempt === undefined ? null : { type: 'selectAttempt', attempt };
}

/** The kept state of a page; null if it has no job. Other invalid parts are ignored. */
export function readPageState(value: unknown): PageState | null {
  if (!isObject(value) || !isId(value.jobId)) return null;
  const open = Array.isArray(value.open) ? value.open.filter(isId).slice(0, 100) : [];
  const tab = isId(value.tab) ? value.tab : null;
  return { jobId: value.jobId, attempt: readAttempt(value.attempt) ?? null, open, tab, wrap: value.wrap === true };
}
