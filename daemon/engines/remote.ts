/**
 * The interface between the daemon and a remote engine. The engine follows its jobs and reports facts about them; `jobs`
 * decides what the facts change. An engine is active only between `start` and `close`.
 */
import type {
  Connection,
  ConnectionState,
  FromStep,
  Limits,
  RemoteQueue,
  RemoteSubmitRequest,
  TargetList,
  Worker,
} from '../../shared/connection.ts';
import type { JobError, JobStatus, Level, Priority, Progress, Step, Trigger, WaitReason } from '../../shared/job.ts';
import type { Message, Problem } from '../../shared/messages/schema.ts';

/** The source of a fact: an event, the engine's storage, or a query. */
export type FactSource = 'event' | 'store' | 'probe';

/**
 * A fact about a job. Omitted fields stay unchanged. Facts may be repeated, late and out of order: a terminal
 * status is not reverted by another fact about the same attempt, except `lost`, which any sign of life reverts.
 */
export interface Fact {
  /** The engine's own ID, unique within the connection. */
  externalId: string;
  source: FactSource;
  /** The time the fact is about, in milliseconds by the local clock. */
  at: number;
  /** The engine's attempt number for this ID, from 1 (the default). A higher number than before is a new attempt. */
  attempt?: number;
  status?: Exclude<JobStatus, 'pending'>;
  /** With `waiting`; `remoteWorker` by default. `until` in milliseconds. */
  wait?: { reason: WaitReason; until: number | null; detail: Message | null };
  title?: string;
  type?: string;
  queue?: string;
  priority?: Priority;
  createdBy?: string;
  /** `reported` by default. */
  trigger?: Trigger;
  /** The worker that has the job. */
  worker?: string | null;
  /** Shown as the command, such as `tasks.add(2, 3)`. */
  commandLine?: string;
  queuedAt?: number;
  startedAt?: number;
  endedAt?: number;
  progress?: Progress | null;
  error?: JobError | null;
  input?: unknown;
  result?: unknown;
  /** Merged into the existing metadata. */
  metadata?: Record<string, unknown>;
  steps?: Step[];
  /** For the timeline. Entries with the same time and text are added once. */
  messages?: { at: number; level: Level; message: Message; context?: unknown }[];
  /** Why actions are not supported; null for those that are. */
  limits?: Limits;
}

/** A job of the connection that is unfinished or `lost`. */
export interface OpenJob {
  jobId: string;
  externalId: string;
  /** The engine's attempt number for this ID, as far as known. */
  attempt: number;
  status: JobStatus;
  worker: string | null;
  queuedAt: number;
  startedAt: number | null;
  /** The time of its latest fact. */
  lastActivityAt: number;
  cancelRequested: boolean;
}

/** The status of a connection as its engine reports it. The rest of a `Connection` are its settings. */
export type ConnectionStatus = Pick<Connection, 'version' | 'notes'> & {
  state: ConnectionState;
  problem: Problem | null;
  /** Milliseconds. */
  confirmedAt: number | null;
  workers: Worker[];
  queues: RemoteQueue[];
};

/** Called by an engine; bound to its connection. */
export interface RemoteReports {
  /**
   * Applies facts in order, those of one call in one transaction. Resolves after the commit, and waits while the disk is
   * full. Calls within one turn of the event loop are committed together.
   */
  take(facts: readonly Fact[]): Promise<void>;
  /** Unfinished jobs and those lost in the last day; at most `limit`, oldest first, after the job `after`. */
  open(limit: number, after?: string): OpenJob[];
  /** The stored job with the engine's ID; null if there is none, or if it was removed. */
  known(externalId: string): (OpenJob & { input: unknown; metadata: unknown }) | null;
  /** Updates the status. May be called often, because listeners are notified at most a few times a second. */
  status(status: ConnectionStatus): void;
}

export interface RemoteDeps {
  reports: RemoteReports;
  clock: { now(): number; after(ms: number, call: () => void): () => void };
  /** Logs errors that are not part of the status. */
  onProblem(error: unknown, about: string): void;
}

/** The result of a submit or a retry. */
export interface Submitted {
  externalId: string;
}

/** A remote engine for one connection. Commands reject with a JobdeckError. */
export interface RemoteEngine {
  /** Connects, synchronizes and follows, again after each lost connection. Never throws. */
  start(): void;
  /** Synchronizes with the engine now. Rejects if the engine can't be reached. */
  reconcile(): Promise<void>;
  /** Called when a job is shown: reports what else there is to know about it (steps, output) as facts. */
  loadDetails?(job: OpenJob): Promise<void>;
  /** Tasks, functions and events that can be submitted, with names that start with `prefix`. */
  targets(prefix: string): Promise<TargetList['targets']>;
  /**
   * Checks a request before anything is stored. Returns the ID of the job if the client chooses it, and null if the
   * engine does.
   * @throws JobdeckError INVALID_REQUEST, UNKNOWN_TARGET, CONNECTION_FAILED
   */
  prepare(
    request: RemoteSubmitRequest,
  ): Promise<{ externalId: string | null; fact: Omit<Fact, 'externalId' | 'source' | 'at'> }>;
  /** Sends it. `externalId` is the one from `prepare`; `key` is the same when it is sent again. */
  submit(request: RemoteSubmitRequest, ids: { externalId: string | null; key: string }): Promise<Submitted>;
  /** Requests cancellation, by force if the job is running. Resolves after the request; the outcome comes as a fact. */
  cancel(job: OpenJob): Promise<void>;
  /** Runs a finished job again. The new run may have another ID. */
  retry(
    job: OpenJob & { input: unknown; metadata: unknown },
    how: { fromStep?: FromStep; key: string },
  ): Promise<Submitted>;
  close(): Promise<void>;
}

/** Opens an engine with the settings of a connection. */
export type RemoteEngineFactory<S> = (settings: S, deps: RemoteDeps) => RemoteEngine;

/** Connects once and disconnects. Returns what it found; throws a JobdeckError if the settings don't work. */
export type ConnectionTest<S> = (settings: S) => Promise<Pick<ConnectionStatus, 'version' | 'notes'>>;
