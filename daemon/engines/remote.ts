/**
 * What an engine beyond this machine is to the rest of the daemon. It follows the engine's jobs and tells facts of them;
 * `jobs` alone decides what these change. Nothing here starts by itself: an adapter works from `start` to `close`.
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

/** Where a fact comes from: told when it happened, read where the engine keeps it, or asked for by a look of ours. */
export type FactSource = 'event' | 'store' | 'probe';

/**
 * What is known of a job now. Everything left out is as it was. Facts may come twice, late and in any order: a status
 * that ended an attempt is never taken back by another of the same attempt; only `lost` is, by any sign of life.
 */
export interface Fact {
  /** The engine's own id: unique within the connection. */
  externalId: string;
  source: FactSource;
  /** When it was so, in milliseconds, by the clock of this machine. */
  at: number;
  /** The engine's count for this id, from 1; 1 unless given. A higher one than before is a new attempt. */
  attempt?: number;
  status?: Exclude<JobStatus, 'pending'>;
  /** Of `waiting`; `remoteWorker` unless given. `until` in milliseconds. */
  wait?: { reason: WaitReason; until: number | null; detail: Message | null };
  title?: string;
  type?: string;
  queue?: string;
  priority?: Priority;
  createdBy?: string;
  /** What started it; `reported` unless given. */
  trigger?: Trigger;
  /** The process that has it. */
  worker?: string | null;
  /** As it is shown for a command, such as `tasks.add(2, 3)`. */
  commandLine?: string;
  queuedAt?: number;
  startedAt?: number;
  endedAt?: number;
  progress?: Progress | null;
  error?: JobError | null;
  input?: unknown;
  result?: unknown;
  /** Replaces the fields it has in the metadata there is. */
  metadata?: Record<string, unknown>;
  steps?: Step[];
  /** For the timeline. An entry of the same time and text is taken once. */
  messages?: { at: number; level: Level; message: Message; context?: unknown }[];
  /** Why an action can't be done to it, in a sentence; null where it can. */
  limits?: Limits;
}

/** A job of the connection that has not ended, or is `lost`, as it is known here. */
export interface OpenJob {
  jobId: string;
  externalId: string;
  /** The engine's count for this id, as far as known. */
  attempt: number;
  status: JobStatus;
  /** Process that has it. */
  worker: string | null;
  queuedAt: number;
  startedAt: number | null;
  /** When it was last heard of. */
  lastActivityAt: number;
  cancelRequested: boolean;
}

/** How the connection stands, as the adapter tells; the rest of a `Connection` is its settings. */
export type ConnectionStatus = Pick<Connection, 'version' | 'notes'> & {
  state: ConnectionState;
  problem: Problem | null;
  /** Milliseconds. */
  confirmedAt: number | null;
  workers: Worker[];
  queues: RemoteQueue[];
};

/** What an adapter tells and asks. Bound to its connection. */
export interface RemoteReports {
  /**
   * Takes facts; those of one call are written together, in their order. Resolves after the commit; waits while the disk
   * is full. Calls of one turn of the event loop commit together.
   */
  take(facts: readonly Fact[]): Promise<void>;
  /** Jobs that have not ended, and `lost` ones of the last day; at most `limit`, oldest first, after the id `after`. */
  open(limit: number, after?: string): OpenJob[];
  /** What is known here of one job, by the engine's id; null when nothing is, or when it has been removed. */
  known(externalId: string): (OpenJob & { input: unknown; metadata: unknown }) | null;
  /** The standing has changed. Cheap: may be called often, and is passed on at most a few times a second. */
  status(standing: ConnectionStatus): void;
}

export interface RemoteDeps {
  reports: RemoteReports;
  clock: { now(): number; after(ms: number, call: () => void): () => void };
  /** What went wrong beside what is told by the standing: into the daemon's log. */
  onProblem(error: unknown, about: string): void;
}

/** What a submit or a retry led to. */
export interface Submitted {
  externalId: string;
}

/** An engine beyond this machine, by one connection. Commands reject with a JobdeckError that has a sentence and a hint. */
export interface RemoteEngine {
  /** Connects, reconciles, watches, and does so again whenever the connection was gone. Never throws. */
  start(): void;
  /** Compares what is known here with the engine now. Rejects when it can't be reached. */
  reconcile(): Promise<void>;
  /** Somebody looks at this job: tells what else there is to know of it (steps, output) by facts. */
  loadDetails?(job: OpenJob): Promise<void>;
  /** Names that can be submitted; `prefix` narrows them. */
  targets(prefix: string): Promise<TargetList['targets']>;
  /**
   * Checks what can be checked before anything is written here, and chooses the id by which it will be known, where the
   * client chooses that; null where the engine does.
   * @throws JobdeckError INVALID_REQUEST, UNKNOWN_TARGET, CONNECTION_FAILED
   */
  prepare(
    request: RemoteSubmitRequest,
  ): Promise<{ externalId: string | null; fact: Omit<Fact, 'externalId' | 'source' | 'at'> }>;
  /** Sends it. `externalId` is the one that `prepare` chose; `key` is the same when it is sent again. */
  submit(request: RemoteSubmitRequest, ids: { externalId: string | null; key: string }): Promise<Submitted>;
  /** Asks for its end, by force where it runs. Resolves when asked; the ending comes as a fact. */
  cancel(job: OpenJob): Promise<void>;
  /** Runs an ended job again. The new run may have another id. */
  retry(
    job: OpenJob & { input: unknown; metadata: unknown },
    how: { fromStep?: FromStep; key: string },
  ): Promise<Submitted>;
  close(): Promise<void>;
}

/** Made of a connection's settings, when it is first needed: so client libraries are loaded only when configured. */
export type RemoteEngineFactory<S> = (settings: S, deps: RemoteDeps) => RemoteEngine;

/** Connects once and lets go again: what is wrong with the settings is thrown as a JobdeckError, what it found returned. */
export type ConnectionTest<S> = (settings: S) => Promise<Pick<ConnectionStatus, 'version' | 'notes'>>;
