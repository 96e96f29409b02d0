/** Messages between the extension and a detail page, one panel a job. What a page says is outside data: guard it. */
import type { Connection } from './connection.ts';
import type { ErrorBody } from './errors.ts';
import type { Job, JobDetail, JobStatus } from './job.ts';

/** Buttons of the page. Each runs a command that the palette has too; none does more than its command. */
export const pageActions = [
  'cancel',
  'pause',
  'resume',
  'hold',
  'release',
  'retry',
  'retryEdited',
  'openLog',
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

/** The page can take messages: it was just loaded, and knows nothing. */
export interface ReadyMessage {
  type: 'ready';
}

/** A button was pressed. Answered by a `reply` with the same `requestId`. */
export interface ActionMessage {
  type: 'action';
  requestId: number;
  action: PageAction;
  /** `showJob`: the job to show. */
  jobId: string | null;
  /** `openLog`: the attempt whose log to open; null is the latest. */
  attempt: number | null;
  /** `rerunFromStep`: the step to begin with. */
  stepId: string | null;
}

/** Show this attempt's log and error; null: the latest, also when another one starts. */
export interface SelectAttemptMessage {
  type: 'selectAttempt';
  attempt: number | null;
}

/** The log chunk with this number is on the screen; the next may come. */
export interface ShownMessage {
  type: 'shown';
  seq: number;
}

export type PageMessage = ReadyMessage | ActionMessage | SelectAttemptMessage | ShownMessage;

/**
 * How the extension stands to the daemon. `live`: what is shown is as it is. `connecting`: it is being looked for or
 * came away; `offline`: nobody wants it running; `failed`: it can't be had. `since`: when it was last live.
 */
export interface PanelLink {
  state: 'live' | 'connecting' | 'offline' | 'failed';
  since: string | null;
  error: ErrorBody | null;
}

/** What belongs to a job that runs elsewhere. */
export interface PanelRemote {
  /** How its connection stands; null when there is none of its name, or nobody knows. */
  connection: Pick<Connection, 'name' | 'engine' | 'state' | 'since' | 'confirmedAt' | 'problem' | 'readOnly'> | null;
  /** Where the window's folders have its source, such as `src/shop/tasks.py:12`; null: nowhere, as far as known. */
  source: string | null;
}

/** All a page shows but the log; replaces what it had. */
export interface SnapshotMessage {
  type: 'snapshot';
  jobId: string;
  /** What the daemon last told; null before its first answer. */
  job: JobDetail | null;
  /** Of a group: the first hundred of its jobs, oldest first. */
  jobs: Job[];
  /** Pages that belong to it, by its definition: `http:` or `https:`. */
  links: { label: string; url: string }[];
  /** The attempt chosen by the user, null: the latest. */
  attempt: number | null;
  /** The daemon has this job no longer. */
  removed: boolean;
  link: PanelLink;
  /** Why the job, or the runs of jobs like it, could not be read although the daemon is there. */
  problem: ErrorBody | null;
  /** The workspace is not trusted: nothing can be started from it. */
  restricted: boolean;
  /** Null for jobs of this machine. */
  remote: PanelRemote | null;
}

/** What the feed told of the job, ahead of the next snapshot. */
export interface UpdateMessage {
  type: 'update';
  job: Job;
}

/** The latest attempt of a finished job that is like the one of the page. */
export interface PastRun {
  id: string;
  status: JobStatus;
  /** How long it ran, in milliseconds. */
  ms: number;
  endedAt: string;
}

/** The latest finished runs of jobs like it, oldest first; the job's own too, once it has ended. */
export interface HistoryMessage {
  type: 'history';
  /** They have the same command line; otherwise the same type. */
  sameCommand: boolean;
  runs: PastRun[];
}

/** More of the shown attempt's log. */
export interface LogChunkMessage {
  type: 'logChunk';
  seq: number;
  attempt: number;
  /** It starts anew: what was shown before goes. */
  reset: boolean;
  /** With a reset: the log has more before this text, which is not shown. */
  earlier: boolean;
  text: string;
  /** Nothing follows. */
  ended: boolean;
  /** Why there is nothing more to read, when that is not its end. */
  error: ErrorBody | null;
}

/** What became of an action. */
export type ReplyMessage =
  | { type: 'reply'; requestId: number; ok: true }
  | { type: 'reply'; requestId: number; ok: false; error: ErrorBody };

export type PanelMessage = SnapshotMessage | UpdateMessage | HistoryMessage | LogChunkMessage | ReplyMessage;

/** What the editor keeps of a page while it is hidden and over a restart. */
export interface PageState {
  jobId: string;
  attempt: number | null;
  /** Names of the foldable sections that are open. */
  open: string[];
}

type Fields = Readonly<Record<string, unknown>>;

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isId(value: unknown): value is string {
  return typeof value === 'string' && value.length > 0 && value.length <= 200;
}

/** Ids of steps are their engine's. */
function isStepId(value: unknown): value is string {
  return typeof value === 'string' && value.length > 0 && value.length <= 500;
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

/** An attempt's number, null for the latest, undefined when it is neither. */
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

/** The message, with nothing in it but what its type says; null when it is none. */
export function readPageMessage(value: unknown): PageMessage | null {
  if (!isObject(value)) return null;
  if (value.type === 'ready') return { type: 'ready' };
  if (value.type === 'action') return readAction(value);
  if (value.type === 'shown') return isCount(value.seq) ? { type: 'shown', seq: value.seq } : null;
  if (value.type !== 'selectAttempt') return null;
  const attempt = readAttempt(value.attempt);
  return attempt === undefined ? null : { type: 'selectAttempt', attempt };
}

/** The kept state of a page; null when it names no job. What else is wrong in it is left out. */
export function readPageState(value: unknown): PageState | null {
  if (!isObject(value) || !isId(value.jobId)) return null;
  const open = Array.isArray(value.open) ? value.open.filter(isId).slice(0, 100) : [];
  return { jobId: value.jobId, attempt: readAttempt(value.attempt) ?? null, open };
}
