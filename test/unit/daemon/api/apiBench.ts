/** The API on a real store with fake commands. It does not listen on a port. */
import { join } from 'node:path';
import { buildApi } from '../../../../daemon/api/api.ts';
import { edgeCheck } from '../../../../daemon/api/edge/access.ts';
import { Sockets } from '../../../../daemon/api/edge/sockets.ts';
import { systemClock } from '../../../../daemon/clock.ts';
import type { DefinitionCommands } from '../../../../daemon/definitions/ports.ts';
import { Histogram } from '../../../../daemon/histogram.ts';
import type {
  BackfillCommands,
  JobCommands,
  JobInspection,
  QueueCommands,
  ReportCommands,
  RetentionCommands,
  ScheduleCommands,
  SubmitCommands,
} from '../../../../daemon/jobs/ports.ts';
import { JobTokens } from '../../../../daemon/jobTokens.ts';
import { AttemptLogs } from '../../../../daemon/logs/files.ts';
import { Warnings } from '../../../../daemon/warnings.ts';
import type { JobDetail, Queue } from '../../../../shared/job.ts';
import type { ScheduleDetail } from '../../../../shared/schedule.ts';
import { noConnections } from '../jobs/remote/scripted.ts';
import { openTemporary } from '../store/temporary.ts';

export type Method = 'GET' | 'POST' | 'DELETE' | 'PUT';
type Headers = Record<string, string>;

/** Returned by commands on queues. */
export const aQueue: Queue = {
  name: 'gpu',
  concurrency: 1,
  rate: null,
  paused: false,
  timeLimitMs: null,
  running: 1,
  waiting: 2,
  cancelAllowed: true,
  retryAllowed: true,
  throttled: false,
};

/** Returned by commands on schedules. */
export const aSchedule: ScheduleDetail = {
  id: 's1',
  name: 'nightly backup',
  cron: '0 3 * * *',
  timezone: 'UTC',
  paused: false,
  source: null,
  catchUp: 'none',
  overlap: 'skip',
  workspace: null,
  createdBy: null,
  createdAt: '2026-01-01T00:00:00.000Z',
  job: {
    command: { argv: ['ls'] },
    title: null,
    type: null,
    cwd: '/',
    queue: 'default',
    priority: 'normal',
    tags: [],
    retry: null,
    timeLimitMs: null,
  },
  nextRunAt: '2026-01-02T03:00:00.000Z',
  nextRuns: ['2026-01-02T03:00:00.000Z'],
  lastRun: null,
  runs: [],
};

export class ApiBench {
  readonly db = openTemporary();
  readonly logs = new AttemptLogs(join(this.db.folder, 'logs'));
  readonly tokens = new JobTokens('secret');
  readonly stopping = new AbortController();
  /** Requests wait for it. */
  ready: Promise<void> = Promise.resolve();
  /** The commands that were called, with their arguments. */
  readonly calls: unknown[][] = [];
  /** Errors in daemon.log. */
  readonly logged: unknown[] = [];
  /** Number of authorized requests in progress. */
  requests = 0;
  /** Whether a submitted job is reported as new. */
  created = true;
  /** Returned by commands on jobs. */
  answer: () => Promise<JobDetail>;
  readonly #api = this.#build();

  constructor(answer: (bench: ApiBench) => Promise<JobDetail>) {
    this.answer = () => answer(this);
  }

  /** Sends a request with the token. The body is sent as JSON, or unchanged if it is a string. */
  async inject(method: Method, url: string, body?: unknown, more: Headers = {}) {
    const headers = { host: '127.0.0.1:4711', authorization: 'Bearer s3cret', ...more };
    if (body === undefined) return this.#api.inject({ method, url, headers });
    const payload = typeof body === 'string' ? body : JSON.stringify(body);
    return this.#api.inject({ method, url, payload, headers: { 'content-type': 'application/json', ...headers } });
  }

  /** All registered routes, such as `GET /v1/jobs/:id`. */
  routes(): string[] {
    return routesOf(this.#api.printRoutes({ commonPrefix: false }));
  }

  async end(): Promise<void> {
    await this.#api.close();
    this.db.end();
  }

  #queue(call: unknown[]): Queue {
    this.calls.push(call);
    return aQueue;
  }

  #build() {
    const command =
      (name: string) =>
      (...args: unknown[]) => {
        this.calls.push([name, ...args]);
        return this.answer();
      };
    const submissions: SubmitCommands = {
      submit: command('submit'),
      submitOnce: async (...args) => ({ job: await command('submit')(...args), created: this.created }),
    };
    const commands: JobCommands = {
      cancel: command('cancel'),
      retry: command('retry'),
      setPaused: command('setPaused'),
      hold: command('hold'),
      release: command('release'),
      start: command('start'),
      setPriority: command('setPriority'),
      forceFail: command('forceFail'),
      input: async (...args) => {
        this.calls.push(['input', ...args]);
        return { taken: 3, ended: false };
      },
      forceFailAll: async (request) => {
        this.calls.push(['forceFailAll', request]);
        return { failed: ['a', 'b'] };
      },
      remove: async (id) => void this.calls.push(['remove', id]),
      each: async (...args) => {
        this.calls.push(['each', ...args]);
        return { done: ['a'], failed: [] };
      },
    };
    const retention: RetentionCommands = {
      settingsChanged: () => undefined,
      cleanLogs: async () => 0,
      clean: async (request) => {
        this.calls.push(['clean', request]);
        return { removed: 5, dryRun: request.dryRun ?? false };
      },
      clear: async (statuses) => {
        this.calls.push(['clear', statuses]);
        return 7;
      },
    };
    const inspection: JobInspection = {
      resources: async (id) => {
        this.calls.push(['resources', id]);
        return { cpuPercent: 12.5, memoryBytes: 2_000, peakMemoryBytes: 3_000, processes: 2 };
      },
    };
    const jobs = { submissions, commands, retention, inspection };
    const queues: QueueCommands = {
      list: () => [aQueue],
      set: async (name, settings) => this.#queue(['set', name, settings]),
      pause: async (name) => this.#queue(['pause', name]),
      resume: async (name) => this.#queue(['resume', name]),
      remove: async (name) => void this.calls.push(['removeQueue', name]),
    };
    const aFile = { path: '/app/.vscode/jobs.json', workspace: '/app', problems: [], names: ['build'], pending: null };
    const definitions: DefinitionCommands = {
      list: () => ({ files: [aFile], jobs: [] }),
      add: async (folder) => {
        this.calls.push(['addDefinitions', folder]);
        return aFile;
      },
      remove: async (folder) => void this.calls.push(['removeDefinitions', folder]),
    };
    const answered = (call: unknown[]) => {
      this.calls.push(call);
      return aSchedule;
    };
    const schedules: ScheduleCommands = {
      list: () => [aSchedule],
      detail: (ref) => answered(['detail', ref]),
      preview: (query) => {
        this.calls.push(['preview', query]);
        return { timezone: 'UTC', nextRuns: aSchedule.nextRuns };
      },
      add: async (request) => answered(['add', request]),
      change: async (ref, change) => answered(['changeSchedule', ref, change]),
      setPaused: async (ref, paused) => answered(['setSchedulePaused', ref, paused]),
      runNow: (ref) => command('runNow')(ref),
      remove: async (ref) => void this.calls.push(['removeSchedule', ref]),
    };
    const backfills: BackfillCommands = {
      start: async (asked) => {
        this.calls.push(['backfill', asked]);
        const group = asked.dryRun === true ? null : await this.answer();
        const range = { start: '2026-01-01T00:00:00.000Z', end: '2026-01-02T00:00:00.000Z' };
        return { group, count: 1, range, intervals: [range] };
      },
    };
    const programs: ReportCommands = {
      start: async (request) => ({ job: await command('start')(request), created: this.created }),
      report: async (reported) => {
        this.calls.push(['report', ...reported]);
        return reported.map(({ jobId }) => ({ jobId, taken: true, status: 'running', cancelRequested: false }));
      },
      progress: (id) => {
        this.calls.push(['progress', id]);
        return { jobId: id, taken: false, status: 'running', cancelRequested: false, progress: null, steps: [] };
      },
    };
    return buildApi({
      programs,
      tokens: this.tokens,
      startDelays: new Histogram([1]),
      jobs: { ...jobs, hasUnsaved: () => false },
      queues,
      schedules,
      backfills,
      definitions,
      connections: noConnections(this.db.folder),
      logs: this.logs,
      store: this.db.store,
      warnings: new Warnings(),
      feed: { size: 2 },
      readiness: { starting: null, wait: () => this.ready },
      clock: systemClock,
      stopping: this.stopping.signal,
      engines: new Map([['local', null]]),
      staleMs: 600_000,
      cancelGraceMs: 10_000,
      logGrewAt: (jobId, attempt) => this.logs.grewAt(jobId, attempt),
      home: this.db.folder,
      startedAt: '2026-01-01T00:00:00.000Z',
      port: () => 4711,
      sockets: new Sockets(),
      check: edgeCheck('s3cret', () => 4711, this.tokens),
      stop: (reason) => this.calls.push(['stop', reason]),
      onRequest: (change) => {
        this.requests += change;
      },
      log: { info() {}, warning() {}, error: (_message, error) => this.logged.push(error) },
    });
  }
}

/** Parses the routes from the router's printed tree. */
function routesOf(tree: string): string[] {
  const path: string[] = [];
  return tree.split('\n').flatMap((line) => {
    const [, indent = '', segment = '', methods = ''] = /^([│ ]*)[├└]── (\S*)(?: \((.*)\))?$/u.exec(line) ?? [];
    if (segment === '' && methods === '') return [];
    path.length = indent.length / 4;
    path.push(segment);
    return methods === '' ? [] : methods.split(', ').map((method) => `${method} ${path.join('')}`);
  });
}
