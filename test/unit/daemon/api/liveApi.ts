/** The API on a real store and real jobs, with a fake engine. It does not listen on a port. */
import { join } from 'node:path';
import { buildApi } from '../../../../daemon/api/api.ts';
import { edgeCheck } from '../../../../daemon/api/edge/access.ts';
import { Sockets } from '../../../../daemon/api/edge/sockets.ts';
import { systemClock } from '../../../../daemon/clock.ts';
import { Definitions } from '../../../../daemon/definitions/definitions.ts';
import { JobTokens } from '../../../../daemon/jobTokens.ts';
import { AttemptLogs } from '../../../../daemon/logs/files.ts';
import { type Bench, openBench } from '../jobs/bench.ts';
import { noConnections } from '../jobs/remote/scripted.ts';

const token = 's3cret';

export class LiveApi {
  readonly bench: Bench;
  /** Errors in daemon.log. */
  readonly logged: unknown[] = [];
  readonly #api;

  static async open(): Promise<LiveApi> {
    return new LiveApi(await openBench());
  }

  constructor(bench: Bench) {
    this.bench = bench;
    const { store, jobs, warnings } = bench;
    const tokens = new JobTokens(store.jobTokenSecret());
    this.#api = buildApi({
      store,
      jobs,
      queues: jobs.queues,
      programs: jobs.programs,
      warnings,
      definitions: definitionsOf(bench),
      connections: noConnections(bench.folder),
      schedules: jobs.schedules,
      backfills: jobs.backfills,
      logGrewAt: async () => null,
      logs: new AttemptLogs(join(bench.folder, 'logs')),
      tokens,
      startDelays: bench.startDelays,
      feed: { size: 0 },
      readiness: { starting: null, wait: async () => {} },
      clock: systemClock,
      staleMs: 600_000,
      cancelGraceMs: 10_000,
      stopping: new AbortController().signal,
      engines: new Map([['local', null]]),
      home: '/home',
      startedAt: '2026-01-01T00:00:00.000Z',
      port: () => 4711,
      stop: () => undefined,
      sockets: new Sockets(),
      check: edgeCheck(token, () => 4711, tokens),
      onRequest: () => undefined,
      log: { info() {}, warning() {}, error: (_message, error) => this.logged.push(error) },
    });
  }

  /** Sends a request with the token, or another one if given. The body is sent as JSON. */
  async ask(method: string, url: string, body?: unknown, bearer = token) {
    return this.send(method, url, body === undefined ? undefined : JSON.stringify(body), bearer);
  }

  /** As `ask`, with a body that is sent as it is. */
  async send(method: string, url: string, payload?: string, bearer = token) {
    const headers = { host: '127.0.0.1:4711', authorization: `Bearer ${bearer}` };
    const type = payload === undefined ? {} : { 'content-type': 'application/json' };
    const sent = payload === undefined ? {} : { payload };
    return this.#api.inject({ method: method as 'GET', url, headers: { ...headers, ...type }, ...sent });
  }

  async end(): Promise<void> {
    await this.#api.close();
    this.bench.end();
  }
}

function definitionsOf({ store, jobs, clock, warnings, folder, problems }: Bench): Definitions {
  return new Definitions({
    store,
    clock,
    warnings,
    queues: jobs.queues,
    schedules: jobs.schedules,
    env: {},
    homeFile: join(folder, 'jobs.json'),
    onProblem: (error: unknown) => problems.push(error),
    log: { info() {}, warning() {}, error() {} },
  });
}
