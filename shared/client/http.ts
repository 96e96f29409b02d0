/** The daemon's REST API as typed methods. */
import type { BackfillReply, BackfillRequest } from '../backfill.ts';
import type { BulkAction, BulkReply, BulkRequest } from '../bulk.ts';
import type {
  Connection,
  ConnectionList,
  ConnectionSettings,
  FromStep,
  RemoteSubmitRequest,
  TargetList,
} from '../connection.ts';
import type { DaemonInfo, Health } from '../daemon.ts';
import type { DefinitionFile, DefinitionList } from '../definitions/wire.ts';
import type { Command, JobDetail, JobStatus, Priority, Queue } from '../job.ts';
import type {
  CancelRequest,
  CleanReply,
  CleanRequest,
  ClearReply,
  EmergencyReply,
  EmergencyRequest,
  Facets,
  InputReply,
  InputRequest,
  JobList,
  ListQuery,
  QueueList,
  QueueSettings,
  ResolveReply,
  SubmitRequest,
} from '../protocol.ts';
import type { Report, ReportReply, StartReply, StartRequest } from '../reporting.ts';
import type {
  CronQuery,
  CronReply,
  Schedule,
  ScheduleChange,
  ScheduleDetail,
  ScheduleList,
  ScheduleRequest,
} from '../schedule.ts';
import type { Stats, StatsQuery } from '../stats.ts';
import { bulkRoutes, logHeaders, unsavedHeader } from '../wire.ts';
import { connectionPath, inRequests, jobPath, queryString, queuePath, schedulePath } from './paths.ts';
import { ProvenAgent } from './provenConnection.ts';
import { type HttpReply, parseJson, requestTimeout, send, toError } from './request.ts';

/** Milliseconds for removing a long history, or for force-failing many jobs. */
const cleanTimeout = 600_000;
/** Milliseconds for starting many jobs at once. */
const backfillTimeout = 300_000;

/** Milliseconds that a script waits when it reports to an unresponsive daemon. */
const reportTimeout = 5_000;

/** Address of a daemon. */
export type DaemonAddress = Pick<DaemonInfo, 'port' | 'token'>;

/** Part of a log. */
export interface LogChunk {
  /** Offset of the first byte. */
  offset: number;
  bytes: Buffer;
  /** Size of the whole log at the time of reading. */
  size: number;
  /** Whether the log is complete. */
  ended: boolean;
}

export interface LogOptions {
  /** Offset of the first byte; negative counts from the end. */
  offset?: number;
  /** Maximum number of bytes. */
  limit?: number;
  /** Milliseconds that the daemon may delay its reply while there is nothing beyond `offset` and the log is not complete. */
  wait?: number;
  signal?: AbortSignal | undefined;
}

/**
 * A client of one daemon. Every method rejects with a JobdeckError: the daemon's own, or DAEMON_UNREACHABLE if it can't be
 * reached or closes the connection (`neverSent` distinguishes these); after an abort with the reason of the abort.
 * Reads share kept-alive connections. Each write has its own connection, so that none is ever sent twice.
 */
export class DaemonClient {
  readonly address: DaemonAddress;
  readonly #agent: ProvenAgent;
  /** Whether a command was carried out but could not be saved, because the disk is full. It is saved later. */
  hasUnsaved = false;

  constructor(address: DaemonAddress) {
    this.address = address;
    this.#agent = new ProvenAgent(address);
  }

  /** The daemon's health; the sizes of logs only with `logs`. `timeout` in ms. */
  health(timeout = requestTimeout, { logs = false } = {}): Promise<Health> {
    return this.#json<Health>('GET', `/v1/health${queryString(logs ? { logs: 1 } : {})}`, { timeout });
  }

  /** Lists jobs, by default newest first by creation. INVALID_REQUEST. */
  list(query: ListQuery = {}): Promise<JobList> {
    return this.#json<JobList>('GET', `/v1/jobs${queryString(query)}`);
  }

  /** The IDs of the jobs that these references mean, in their order. JOB_NOT_FOUND, AMBIGUOUS_JOB. */
  async resolve(refs: readonly string[]): Promise<string[]> {
    const ids: string[] = [];
    for (const ref of inRequests(refs)) {
      ids.push(...(await this.#json<ResolveReply>('GET', `/v1/jobs/resolve${queryString({ ref })}`)).ids);
    }
    return ids;
  }

  /** The values of each filter. */
  facets(): Promise<Facets> {
    return this.#json<Facets>('GET', '/v1/facets');
  }

  /** Outcomes and durations of finished jobs. INVALID_REQUEST. */
  stats(query: StatsQuery = {}): Promise<Stats> {
    return this.#json<Stats>('GET', `/v1/stats${queryString(query)}`);
  }

  /** Everything about a job; CPU and memory only with `resources`. JOB_NOT_FOUND. */
  get(id: string, { resources = false } = {}): Promise<JobDetail> {
    return this.#json<JobDetail>('GET', jobPath(id) + queryString(resources ? { resources: 1 } : {}));
  }

  /** Submits a job. EMPTY_COMMAND, CWD_MISSING, UNKNOWN_QUEUE, JOB_NOT_FOUND (of a dependency), INVALID_REQUEST. */
  submit(request: SubmitRequest): Promise<JobDetail> {
    return this.#json<JobDetail>('POST', '/v1/jobs', { body: request });
  }

  /** Like `submit`; `created` is false if a job with this idempotency key already exists. */
  async submitOnce(request: SubmitRequest): Promise<{ job: JobDetail; created: boolean }> {
    const reply = await this.#send('POST', '/v1/jobs', { body: request });
    return { job: parseJson<JobDetail>(reply), created: reply.status === 201 };
  }

  /** Reports a job that is already running outside Jobdeck. INVALID_REQUEST. */
  startReported(request: StartRequest): Promise<StartReply> {
    return this.#json<StartReply>('POST', '/v1/jobs/start', { body: request });
  }

  /** Asks a job to stop. JOB_NOT_FOUND, JOB_ALREADY_ENDED, ENGINE_NOT_CAPABLE. */
  cancel(id: string, request: CancelRequest = {}): Promise<JobDetail> {
    return this.#json<JobDetail>('POST', `${jobPath(id)}/cancel`, { body: request });
  }

  /** Pauses a running job. JOB_NOT_FOUND, JOB_NOT_RUNNING, ENGINE_NOT_CAPABLE. */
  pause(id: string): Promise<JobDetail> {
    return this.#json<JobDetail>('POST', `${jobPath(id)}/pause`, { body: {} });
  }

  /** Resumes a paused job. JOB_NOT_FOUND, JOB_NOT_RUNNING, ENGINE_NOT_CAPABLE. */
  resume(id: string): Promise<JobDetail> {
    return this.#json<JobDetail>('POST', `${jobPath(id)}/resume`, { body: {} });
  }

  /** Retries a finished job, with `command` if given. JOB_NOT_FOUND, JOB_STILL_ACTIVE. */
  retry(id: string, command?: Command, fromStep?: FromStep): Promise<JobDetail> {
    const body = { ...(command === undefined ? {} : { command }), ...(fromStep === undefined ? {} : { fromStep }) };
    return this.#json<JobDetail>('POST', `${jobPath(id)}/retry`, { body });
  }

  /** Applies an action to many jobs, in one request. INVALID_REQUEST. */
  each(action: BulkAction, request: BulkRequest): Promise<BulkReply> {
    return this.#json<BulkReply>('POST', bulkRoutes[action], { body: request, timeout: cleanTimeout });
  }

  /** All connections to remote engines, sorted by name. */
  async connections(): Promise<Connection[]> {
    return (await this.#json<ConnectionList>('GET', '/v1/connections')).connections;
  }

  /** A connection by name. CONNECTION_NOT_FOUND. */
  connection(name: string): Promise<Connection> {
    return this.#json<Connection>('GET', connectionPath(name));
  }

  /** Tests a connection, then saves it unless `dryRun`. CONNECTION_INVALID, CONNECTION_FAILED. */
  setConnection(name: string, settings: ConnectionSettings, dryRun = false): Promise<Connection> {
    const path = `${connectionPath(name)}${dryRun ? '?dryRun=1' : ''}`;
    return this.#json<Connection>('PUT', path, { body: settings });
  }

  /** Removes a connection but not its jobs. CONNECTION_NOT_FOUND. */
  async removeConnection(name: string): Promise<void> {
    await this.#json<ClearReply>('DELETE', connectionPath(name));
  }

  /** Reconciles the jobs with the engine now. CONNECTION_NOT_FOUND, CONNECTION_FAILED. */
  reconcile(name: string): Promise<Connection> {
    return this.#json<Connection>('POST', `${connectionPath(name)}/reconcile`, { body: {} });
  }

  /** Names of tasks, functions or events that can be submitted. CONNECTION_NOT_FOUND, CONNECTION_FAILED. */
  async targets(name: string, prefix = ''): Promise<TargetList['targets']> {
    const path = `${connectionPath(name)}/targets?prefix=${encodeURIComponent(prefix)}`;
    return (await this.#json<TargetList>('GET', path)).targets;
  }

  /** Submits a job to a remote engine. UNKNOWN_TARGET, CONNECTION_READ_ONLY, CONNECTION_FAILED, CONNECTION_NOT_FOUND. */
  submitTo(name: string, request: RemoteSubmitRequest): Promise<JobDetail> {
    return this.#json<JobDetail>('POST', `${connectionPath(name)}/jobs`, { body: request });
  }

  /** Sends text to a running job, or ends its input. JOB_NOT_RUNNING, ENGINE_NOT_CAPABLE, INPUT_FULL, INPUT_ENDED. */
  input(id: string, request: InputRequest): Promise<InputReply> {
    return this.#json<InputReply>('POST', `${jobPath(id)}/input`, { body: request });
  }

  /** Marks an unfinished job as failed and kills its processes. JOB_NOT_FOUND, JOB_ALREADY_ENDED. */
  forceFail(id: string, reason?: string): Promise<JobDetail> {
    return this.#json<JobDetail>('POST', `${jobPath(id)}/force-fail`, { body: { reason } });
  }

  /** Force-fails all unfinished jobs. CONFIRMATION_NEEDED. */
  forceFailAll(request: EmergencyRequest): Promise<EmergencyReply> {
    return this.#json<EmergencyReply>('POST', '/v1/recovery/emergency-cleanup', {
      body: request,
      timeout: cleanTimeout,
    });
  }

  /** Holds a job that has not started. JOB_NOT_FOUND, JOB_ALREADY_ENDED, JOB_ALREADY_STARTED. */
  hold(id: string): Promise<JobDetail> {
    return this.#json<JobDetail>('POST', `${jobPath(id)}/hold`, { body: {} });
  }

  /** Releases a held job. JOB_NOT_FOUND, JOB_ALREADY_ENDED, JOB_ALREADY_STARTED. */
  release(id: string): Promise<JobDetail> {
    return this.#json<JobDetail>('POST', `${jobPath(id)}/release`, { body: {} });
  }

  /** Starts a waiting job now. JOB_NOT_FOUND, JOB_ALREADY_ENDED, ENGINE_NOT_CAPABLE if it waits for another job. */
  start(id: string): Promise<JobDetail> {
    return this.#json<JobDetail>('POST', `${jobPath(id)}/start`, { body: {} });
  }

  /** Changes the priority of a job that has not started. JOB_NOT_FOUND, JOB_ALREADY_ENDED, ENGINE_NOT_CAPABLE. */
  setPriority(id: string, priority: Priority): Promise<JobDetail> {
    return this.#json<JobDetail>('POST', `${jobPath(id)}/priority`, { body: { priority } });
  }

  /** Removes a finished job and its logs. JOB_NOT_FOUND, JOB_STILL_ACTIVE. */
  async remove(id: string): Promise<void> {
    await this.#send('DELETE', jobPath(id));
  }

  /** Removes all finished jobs, or those with these statuses; returns how many. */
  async clear(status?: JobStatus[]): Promise<number> {
    const body = status === undefined ? {} : { status };
    return (await this.#json<ClearReply>('POST', '/v1/jobs/clear', { body })).removed;
  }

  /** Removes old finished jobs, or counts them. INVALID_REQUEST. */
  clean(request: CleanRequest): Promise<CleanReply> {
    return this.#json<CleanReply>('POST', '/v1/jobs/clean', { body: request, timeout: cleanTimeout });
  }

  /** All queues, sorted by name. */
  async queues(): Promise<Queue[]> {
    return (await this.#json<QueueList>('GET', '/v1/queues')).queues;
  }

  /** Creates or changes a queue. Omitted settings keep their values. INVALID_REQUEST. */
  setQueue(name: string, settings: QueueSettings): Promise<Queue> {
    return this.#json<Queue>('PUT', queuePath(name), { body: settings });
  }

  /** Pauses a queue: no more jobs start, but running jobs continue. UNKNOWN_QUEUE. */
  pauseQueue(name: string): Promise<Queue> {
    return this.#json<Queue>('POST', `${queuePath(name)}/pause`, { body: {} });
  }

  /** Resumes a paused queue. UNKNOWN_QUEUE. */
  resumeQueue(name: string): Promise<Queue> {
    return this.#json<Queue>('POST', `${queuePath(name)}/resume`, { body: {} });
  }

  /** Removes a queue but not its finished jobs. UNKNOWN_QUEUE, QUEUE_IN_USE. */
  async removeQueue(name: string): Promise<void> {
    await this.#send('DELETE', queuePath(name));
  }

  /** The active definition files and their jobs. */
  definitions(): Promise<DefinitionList> {
    return this.#json<DefinitionList>('GET', '/v1/definitions');
  }

  /**
   * Activates a folder's `.vscode/jobs.json` as it is now; with a digest, only that content. INVALID_DEFINITION,
   * DEFINITION_CHANGED.
   */
  addDefinitions(folder: string, digest?: string): Promise<DefinitionFile> {
    return this.#json<DefinitionFile>('POST', '/v1/definitions/files', { body: { folder, digest } });
  }

  /** Deactivates a folder's `.vscode/jobs.json` and removes its schedules and queues. UNKNOWN_DEFINITION. */
  async removeDefinitions(folder: string): Promise<void> {
    await this.#send('DELETE', `/v1/definitions/files${queryString({ folder })}`);
  }

  /** All schedules, sorted by name. */
  async schedules(): Promise<Schedule[]> {
    return (await this.#json<ScheduleList>('GET', '/v1/schedules')).schedules;
  }

  /** A schedule by name or ID, with its next runs and history. SCHEDULE_NOT_FOUND. */
  schedule(ref: string): Promise<ScheduleDetail> {
    return this.#json<ScheduleDetail>('GET', schedulePath(ref));
  }

  /** Adds a schedule. INVALID_CRON, SCHEDULE_EXISTS, SCHEDULE_DEFINED, UNKNOWN_QUEUE, EMPTY_COMMAND, CWD_MISSING. */
  addSchedule(request: ScheduleRequest): Promise<Schedule> {
    return this.#json<Schedule>('POST', '/v1/schedules', { body: request });
  }

  /** Changes a schedule. SCHEDULE_NOT_FOUND, SCHEDULE_DEFINED, INVALID_CRON, UNKNOWN_QUEUE. */
  changeSchedule(ref: string, change: ScheduleChange): Promise<Schedule> {
    return this.#json<Schedule>('POST', `${schedulePath(ref)}/change`, { body: change });
  }

  /** Pauses a schedule. SCHEDULE_NOT_FOUND. */
  pauseSchedule(ref: string): Promise<Schedule> {
    return this.#json<Schedule>('POST', `${schedulePath(ref)}/pause`, { body: {} });
  }

  /** Resumes a paused schedule, from its next run. SCHEDULE_NOT_FOUND. */
  resumeSchedule(ref: string): Promise<Schedule> {
    return this.#json<Schedule>('POST', `${schedulePath(ref)}/resume`, { body: {} });
  }

  /** Runs a schedule's job now. SCHEDULE_NOT_FOUND, UNKNOWN_QUEUE, CWD_MISSING. */
  runSchedule(ref: string): Promise<JobDetail> {
    return this.#json<JobDetail>('POST', `${schedulePath(ref)}/run`, { body: {} });
  }

  /** Removes a schedule but not its jobs. SCHEDULE_NOT_FOUND, SCHEDULE_DEFINED. */
  async removeSchedule(ref: string): Promise<void> {
    await this.#send('DELETE', schedulePath(ref));
  }

  /** The next runs of a cron expression. INVALID_CRON. */
  cron(query: CronQuery): Promise<CronReply> {
    return this.#json<CronReply>('GET', `/v1/cron${queryString(query)}`);
  }

  /**
   * Starts a job for each interval of a range, or only returns the intervals. INVALID_RANGE, INVALID_CRON,
   * INVALID_REQUEST, UNKNOWN_QUEUE, EMPTY_COMMAND, CWD_MISSING.
   */
  backfill(request: BackfillRequest): Promise<BackfillReply> {
    return this.#json<BackfillReply>('POST', '/v1/backfills', { body: request, timeout: backfillTimeout });
  }

  /** Reads part of an attempt's log. JOB_NOT_FOUND, ATTEMPT_NOT_FOUND, LOG_NOT_FOUND, LOG_UNUSABLE. */
  async readLog(id: string, attempt: number, { signal, ...query }: LogOptions = {}): Promise<LogChunk> {
    const path = `${jobPath(id)}/attempts/${attempt}/log${queryString(query)}`;
    const reply = await this.#send('GET', path, { signal, timeout: requestTimeout + (query.wait ?? 0) });
    return {
      offset: Number(reply.headers[logHeaders.offset]),
      bytes: reply.body,
      size: Number(reply.headers[logHeaders.size]),
      ended: reply.headers[logHeaders.ended] === '1',
    };
  }

  /** Reports on a running job; the reply has its state. JOB_NOT_FOUND, UNKNOWN_STEP, FORBIDDEN_JOB, INVALID_REQUEST. */
  report(id: string, { kind, ...body }: Report): Promise<ReportReply> {
    const path = `${jobPath(id)}/${kind === 'message' ? 'messages' : kind}`;
    return this.#json<ReportReply>('POST', path, { body, timeout: reportTimeout });
  }

  /** Stops the daemon after its reply. Running jobs continue. */
  async stop(reason: 'stop' | 'handover' = 'stop'): Promise<void> {
    await this.#send('POST', '/v1/daemon/stop', { body: { reason } });
  }

  /** Closes idle connections. The client can still be used. */
  close(): void {
    this.#agent.destroy();
  }

  async #json<T>(method: string, path: string, options: SendOptions = {}): Promise<T> {
    return parseJson<T>(await this.#send(method, path, options));
  }

  async #send(method: string, path: string, options: SendOptions = {}): Promise<HttpReply> {
    const reply = await send({ ...this.address, agent: this.#agent, method, path, ...options });
    if (reply.status >= 300) throw toError(reply);
    if (reply.headers[unsavedHeader] === '1') this.hasUnsaved = true;
    return reply;
  }
}

interface SendOptions {
  body?: unknown;
  timeout?: number;
  signal?: AbortSignal | undefined;
}
