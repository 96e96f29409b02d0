/** The daemon's REST routes as typed methods. */
import type { BackfillReply, BackfillRequest } from '../backfill.ts';
import type {
  Connection,
  ConnectionList,
  ConnectionSettings,
  FromStep,
  RemoteSubmitRequest,
  TargetList,
} from '../connection.ts';
import type { DefinitionFile, DefinitionList } from '../definitions/wire.ts';
import type { Command, JobDetail, JobStatus, Queue } from '../job.ts';
import type {
  CleanReply,
  CleanRequest,
  ClearReply,
  DaemonInfo,
  EmergencyReply,
  EmergencyRequest,
  Facets,
  Health,
  InputReply,
  InputRequest,
  JobList,
  ListQuery,
  QueueList,
  QueueSettings,
  Stats,
  StatsQuery,
  SubmitRequest,
} from '../protocol.ts';
import type { Report, ReportReply, StartReply, StartRequest } from '../reporting.ts';
import type { CronQuery, CronReply, Schedule, ScheduleDetail, ScheduleList, ScheduleRequest } from '../schedule.ts';
import { logHeaders } from '../wire.ts';
import { ProvenAgent } from './provenConnection.ts';
import { type HttpReply, parseJson, requestTimeout, send, toError } from './request.ts';

/** Milliseconds that removing a long history, or ending many jobs, may take. */
const cleanTimeout = 600_000;
/** Milliseconds that starting many jobs at once may take. */
const backfillTimeout = 300_000;

/** Milliseconds that a script may have to wait when it reports to a daemon that is stuck. */
const reportTimeout = 5_000;

/** How to reach a daemon. */
export type DaemonAddress = Pick<DaemonInfo, 'port' | 'token'>;

/** Part of a log, from `readLog`. */
export interface LogChunk {
  /** Offset of the first byte. */
  offset: number;
  bytes: Buffer;
  /** Size of the whole log when the daemon read it. */
  size: number;
  /** Nothing can follow beyond `size`. */
  ended: boolean;
}

export interface LogOptions {
  /** First byte wanted; negative counts from the end. */
  offset?: number;
  /** At most this many bytes. */
  limit?: number;
  /** Milliseconds the daemon may hold the answer while there is nothing beyond `offset` and more can follow. */
  wait?: number;
  signal?: AbortSignal | undefined;
}

/**
 * Talks to one daemon. Every method rejects with a JobdeckError: the daemon's own, or DAEMON_UNREACHABLE when it can't
 * be reached or breaks off (`neverSent` tells the two apart); after an abort with the signal's reason.
 * Reads share kept-alive connections; writes use one each, so that none is ever sent twice.
 */
export class DaemonClient {
  readonly address: DaemonAddress;
  readonly #agent: ProvenAgent;

  constructor(address: DaemonAddress) {
    this.address = address;
    this.#agent = new ProvenAgent(address);
  }

  /** How the daemon is. `timeout` in ms: how long it may take to say so. */
  health(timeout = requestTimeout): Promise<Health> {
    return this.#json<Health>('GET', '/v1/health', { timeout });
  }

  /** Jobs, newest first by creation. INVALID_REQUEST. */
  list(query: ListQuery = {}): Promise<JobList> {
    return this.#json<JobList>('GET', `/v1/jobs${queryString(query)}`);
  }

  /** The values jobs have of what they can be filtered by. */
  facets(): Promise<Facets> {
    return this.#json<Facets>('GET', '/v1/facets');
  }

  /** How many jobs ended, how, and how long they took. INVALID_REQUEST. */
  stats(query: StatsQuery = {}): Promise<Stats> {
    return this.#json<Stats>('GET', `/v1/stats${queryString(query)}`);
  }

  /** Everything about one job; what it uses only with `resources`. JOB_NOT_FOUND. */
  get(id: string, { resources = false } = {}): Promise<JobDetail> {
    return this.#json<JobDetail>('GET', jobPath(id) + queryString(resources ? { resources: 1 } : {}));
  }

  /** Runs a command as a new job. EMPTY_COMMAND, CWD_MISSING, UNKNOWN_QUEUE, JOB_NOT_FOUND (to run after), INVALID_REQUEST. */
  submit(request: SubmitRequest): Promise<JobDetail> {
    return this.#json<JobDetail>('POST', '/v1/jobs', { body: request });
  }

  /** As `submit`; `created` is false when the job with this idempotency key was there already. */
  async submitOnce(request: SubmitRequest): Promise<{ job: JobDetail; created: boolean }> {
    const reply = await this.#send('POST', '/v1/jobs', { body: request });
    return { job: parseJson<JobDetail>(reply), created: reply.status === 201 };
  }

  /** Makes known a job that runs already, outside Jobdeck. INVALID_REQUEST. */
  startReported(request: StartRequest): Promise<StartReply> {
    return this.#json<StartReply>('POST', '/v1/jobs/start', { body: request });
  }

  /** Asks a job to stop. JOB_NOT_FOUND, JOB_ALREADY_ENDED, ENGINE_NOT_CAPABLE. */
  cancel(id: string): Promise<JobDetail> {
    return this.#json<JobDetail>('POST', `${jobPath(id)}/cancel`, { body: {} });
  }

  /** Stops a running job where it is. JOB_NOT_FOUND, JOB_NOT_RUNNING, ENGINE_NOT_CAPABLE. */
  pause(id: string): Promise<JobDetail> {
    return this.#json<JobDetail>('POST', `${jobPath(id)}/pause`, { body: {} });
  }

  /** Lets a paused job go on. JOB_NOT_FOUND, JOB_NOT_RUNNING, ENGINE_NOT_CAPABLE. */
  resume(id: string): Promise<JobDetail> {
    return this.#json<JobDetail>('POST', `${jobPath(id)}/resume`, { body: {} });
  }

  /** Adds an attempt to a job that has ended, of `command` when given. JOB_NOT_FOUND, JOB_STILL_ACTIVE. */
  retry(id: string, command?: Command, fromStep?: FromStep): Promise<JobDetail> {
    const body = { ...(command === undefined ? {} : { command }), ...(fromStep === undefined ? {} : { fromStep }) };
    return this.#json<JobDetail>('POST', `${jobPath(id)}/retry`, { body });
  }

  /** Connections to engines beyond this machine, by name. */
  async connections(): Promise<Connection[]> {
    return (await this.#json<ConnectionList>('GET', '/v1/connections')).connections;
  }

  /** CONNECTION_NOT_FOUND. */
  connection(name: string): Promise<Connection> {
    return this.#json<Connection>('GET', connectionPath(name));
  }

  /** Tries a connection, then keeps it unless `dryRun`. CONNECTION_INVALID, CONNECTION_FAILED. */
  setConnection(name: string, settings: ConnectionSettings, dryRun = false): Promise<Connection> {
    const path = `${connectionPath(name)}${dryRun ? '?dryRun=1' : ''}`;
    return this.#json<Connection>('PUT', path, { body: settings });
  }

  /** Its jobs stay. CONNECTION_NOT_FOUND. */
  async removeConnection(name: string): Promise<void> {
    await this.#json<ClearReply>('DELETE', connectionPath(name));
  }

  /** Compares what is known with the engine, now. CONNECTION_NOT_FOUND, CONNECTION_FAILED. */
  reconcile(name: string): Promise<Connection> {
    return this.#json<Connection>('POST', `${connectionPath(name)}/reconcile`, { body: {} });
  }

  /** Names that can be submitted to a connection. CONNECTION_NOT_FOUND, CONNECTION_FAILED. */
  async targets(name: string, prefix = ''): Promise<TargetList['targets']> {
    const path = `${connectionPath(name)}/targets?prefix=${encodeURIComponent(prefix)}`;
    return (await this.#json<TargetList>('GET', path)).targets;
  }

  /** Has an engine run something. UNKNOWN_TARGET, CONNECTION_READ_ONLY, CONNECTION_FAILED, CONNECTION_NOT_FOUND. */
  submitTo(name: string, request: RemoteSubmitRequest): Promise<JobDetail> {
    return this.#json<JobDetail>('POST', `${connectionPath(name)}/jobs`, { body: request });
  }

  /** Sends text to a running job, or ends its input. JOB_NOT_RUNNING, ENGINE_NOT_CAPABLE, INPUT_FULL, INPUT_ENDED. */
  input(id: string, request: InputRequest): Promise<InputReply> {
    return this.#json<InputReply>('POST', `${jobPath(id)}/input`, { body: request });
  }

  /** Ends a job that has not ended as failed, whatever it does, and kills it. JOB_NOT_FOUND, JOB_ALREADY_ENDED. */
  forceFail(id: string, reason?: string): Promise<JobDetail> {
    return this.#json<JobDetail>('POST', `${jobPath(id)}/force-fail`, { body: { reason } });
  }

  /** Does so with everything that has not ended. CONFIRMATION_NEEDED. */
  forceFailAll(request: EmergencyRequest): Promise<EmergencyReply> {
    return this.#json<EmergencyReply>('POST', '/v1/recovery/emergency-cleanup', {
      body: request,
      timeout: cleanTimeout,
    });
  }

  /** Keeps a job that has not started from starting. JOB_NOT_FOUND, JOB_ALREADY_ENDED, JOB_ALREADY_STARTED. */
  hold(id: string): Promise<JobDetail> {
    return this.#json<JobDetail>('POST', `${jobPath(id)}/hold`, { body: {} });
  }

  /** Lets a held job start in its turn. JOB_NOT_FOUND, JOB_ALREADY_ENDED, JOB_ALREADY_STARTED. */
  release(id: string): Promise<JobDetail> {
    return this.#json<JobDetail>('POST', `${jobPath(id)}/release`, { body: {} });
  }

  /** Removes a finished job with its logs. JOB_NOT_FOUND, JOB_STILL_ACTIVE. */
  async remove(id: string): Promise<void> {
    await this.#send('DELETE', jobPath(id));
  }

  /** Removes all finished jobs, or those of these statuses; returns how many. */
  async clear(status?: JobStatus[]): Promise<number> {
    const body = status === undefined ? {} : { status };
    return (await this.#json<ClearReply>('POST', '/v1/jobs/clear', { body })).removed;
  }

  /** Removes old finished jobs, or counts them. INVALID_REQUEST. */
  clean(request: CleanRequest): Promise<CleanReply> {
    return this.#json<CleanReply>('POST', '/v1/jobs/clean', { body: request, timeout: cleanTimeout });
  }

  /** All queues, by name. */
  async queues(): Promise<Queue[]> {
    return (await this.#json<QueueList>('GET', '/v1/queues')).queues;
  }

  /** Makes a queue or changes it; what is left out stays as it is. INVALID_REQUEST. */
  setQueue(name: string, settings: QueueSettings): Promise<Queue> {
    return this.#json<Queue>('PUT', queuePath(name), { body: settings });
  }

  /** Lets no more jobs of a queue start; those that run run on. UNKNOWN_QUEUE. */
  pauseQueue(name: string): Promise<Queue> {
    return this.#json<Queue>('POST', `${queuePath(name)}/pause`, { body: {} });
  }

  /** Lets jobs of a paused queue start again. UNKNOWN_QUEUE. */
  resumeQueue(name: string): Promise<Queue> {
    return this.#json<Queue>('POST', `${queuePath(name)}/resume`, { body: {} });
  }

  /** Removes a queue; jobs that have ended stay. UNKNOWN_QUEUE, QUEUE_IN_USE. */
  async removeQueue(name: string): Promise<void> {
    await this.#send('DELETE', queuePath(name));
  }

  /** The files of definitions in force, and their jobs. */
  definitions(): Promise<DefinitionList> {
    return this.#json<DefinitionList>('GET', '/v1/definitions');
  }

  /** Puts a folder's `.vscode/jobs.json` in force, now and after every change. INVALID_DEFINITION. */
  addDefinitions(folder: string): Promise<DefinitionFile> {
    return this.#json<DefinitionFile>('POST', '/v1/definitions/files', { body: { folder } });
  }

  /** Takes the schedules of a folder's `.vscode/jobs.json` back. UNKNOWN_DEFINITION. */
  async removeDefinitions(folder: string): Promise<void> {
    await this.#send('DELETE', `/v1/definitions/files${queryString({ folder })}`);
  }

  /** All schedules, by name. */
  async schedules(): Promise<Schedule[]> {
    return (await this.#json<ScheduleList>('GET', '/v1/schedules')).schedules;
  }

  /** A schedule by name or id, with its next runs and its history. SCHEDULE_NOT_FOUND. */
  schedule(ref: string): Promise<ScheduleDetail> {
    return this.#json<ScheduleDetail>('GET', schedulePath(ref));
  }

  /** Adds a schedule. INVALID_CRON, SCHEDULE_EXISTS, SCHEDULE_DEFINED, UNKNOWN_QUEUE, EMPTY_COMMAND, CWD_MISSING. */
  addSchedule(request: ScheduleRequest): Promise<Schedule> {
    return this.#json<Schedule>('POST', '/v1/schedules', { body: request });
  }

  /** Keeps a schedule from running until it is resumed. SCHEDULE_NOT_FOUND. */
  pauseSchedule(ref: string): Promise<Schedule> {
    return this.#json<Schedule>('POST', `${schedulePath(ref)}/pause`, { body: {} });
  }

  /** Lets a paused schedule run again, from its next time. SCHEDULE_NOT_FOUND. */
  resumeSchedule(ref: string): Promise<Schedule> {
    return this.#json<Schedule>('POST', `${schedulePath(ref)}/resume`, { body: {} });
  }

  /** Runs a schedule's job now. SCHEDULE_NOT_FOUND, UNKNOWN_QUEUE, CWD_MISSING. */
  runSchedule(ref: string): Promise<JobDetail> {
    return this.#json<JobDetail>('POST', `${schedulePath(ref)}/run`, { body: {} });
  }

  /** Removes a schedule; its jobs stay. SCHEDULE_NOT_FOUND, SCHEDULE_DEFINED. */
  async removeSchedule(ref: string): Promise<void> {
    await this.#send('DELETE', schedulePath(ref));
  }

  /** The next runs of a cron expression. INVALID_CRON. */
  cron(query: CronQuery): Promise<CronReply> {
    return this.#json<CronReply>('GET', `/v1/cron${queryString(query)}`);
  }

  /**
   * Starts a job for each interval of a range, or only tells the intervals. INVALID_RANGE, INVALID_CRON,
   * INVALID_REQUEST, UNKNOWN_QUEUE, EMPTY_COMMAND, CWD_MISSING.
   */
  backfill(request: BackfillRequest): Promise<BackfillReply> {
    return this.#json<BackfillReply>('POST', '/v1/backfills', { body: request, timeout: backfillTimeout });
  }

  /** Bytes of an attempt's log. JOB_NOT_FOUND, ATTEMPT_NOT_FOUND, LOG_NOT_FOUND. */
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

  /** Reports on a running job; the reply says how it stands. JOB_NOT_FOUND, UNKNOWN_STEP, FORBIDDEN_JOB, INVALID_REQUEST. */
  report(id: string, { kind, ...body }: Report): Promise<ReportReply> {
    const path = `${jobPath(id)}/${kind === 'message' ? 'messages' : kind}`;
    return this.#json<ReportReply>('POST', path, { body, timeout: reportTimeout });
  }

  /** Asks the daemon to stop; it answers first. Jobs run on. */
  async stop(reason: 'stop' | 'handover' = 'stop'): Promise<void> {
    await this.#send('POST', '/v1/daemon/stop', { body: { reason } });
  }

  /** Lets go of idle connections. The client can be used again. */
  close(): void {
    this.#agent.destroy();
  }

  async #json<T>(method: string, path: string, options: SendOptions = {}): Promise<T> {
    return parseJson<T>(await this.#send(method, path, options));
  }

  async #send(method: string, path: string, options: SendOptions = {}): Promise<HttpReply> {
    const reply = await send({ ...this.address, agent: this.#agent, method, path, ...options });
    if (reply.status >= 300) throw toError(reply);
    return reply;
  }
}

interface SendOptions {
  body?: unknown;
  timeout?: number;
  signal?: AbortSignal | undefined;
}

function jobPath(id: string): string {
  return `/v1/jobs/${encodeURIComponent(id)}`;
}

function connectionPath(name: string): string {
  return `/v1/connections/${encodeURIComponent(name)}`;
}

function queuePath(name: string): string {
  return `/v1/queues/${encodeURIComponent(name)}`;
}

function schedulePath(ref: string): string {
  return `/v1/schedules/${encodeURIComponent(ref)}`;
}

function queryString(query: Record<string, string | number | readonly string[] | undefined>): string {
  const given = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) for (const one of [value].flat()) given.append(name, String(one));
  }
  return given.size === 0 ? '' : `?${given}`;
}
