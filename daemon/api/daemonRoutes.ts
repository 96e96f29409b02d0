/** Routes on the daemon itself. */
import { Health, protocolVersion, StopReply, StopRequest } from '../../shared/protocol.ts';
import { version } from '../../shared/version.ts';
import type { QueueCommands } from '../jobs/ports.ts';
import type { StoreReads } from '../store/ports.ts';
import type { Warnings } from '../warnings.ts';
import type { Router } from './router.ts';
import { failures } from './schemas.ts';

export interface DaemonRoutesDeps {
  home: string;
  /** ISO 8601, UTC. */
  startedAt: string;
  /** Known once the daemon listens. */
  port(): number;
  store: Pick<
    StoreReads,
    'counts' | 'bytes' | 'oldestWaiting' | 'lastCleanUp' | 'stale' | 'runningByEngine' | 'enabledSchedules'
  >;
  queues: QueueCommands;
  /** Names of the engines there are. */
  engines: { keys(): Iterable<string> };
  /** Milliseconds after which a job that was not heard of is stale. */
  staleMs: number;
  warnings: Warnings;
  feed: { readonly size: number };
  /** Begins to stop the daemon. */
  stop(reason: StopReply['reason']): void;
}

export function daemonRoutes(router: Router, deps: DaemonRoutesDeps): void {
  router.get('/v1/health', { schema: { response: { 200: Health, ...failures } } }, async () => {
    const warnings = deps.warnings.list();
    return {
      status: warnings.length === 0 ? ('ok' as const) : ('degraded' as const),
      version,
      protocol: protocolVersion,
      pid: process.pid,
      port: deps.port(),
      home: deps.home,
      startedAt: deps.startedAt,
      jobs: deps.store.counts(),
      oldestWaiting: deps.store.oldestWaiting(),
      lastCleanUp: deps.store.lastCleanUp(),
      stale: deps.store.stale(deps.staleMs),
      queues: deps.queues.list(),
      engines: enginesIn(deps),
      schedules: deps.store.enabledSchedules(),
      databaseBytes: deps.store.bytes(),
      clients: deps.feed.size,
      warnings,
    };
  });

  router.post(
    '/v1/daemon/stop',
    { schema: { body: StopRequest, response: { 202: StopReply, ...failures } } },
    async ({ body: { reason = 'stop' } }, reply) => {
      // The answer goes out first.
      reply.raw.once('close', () => deps.stop(reason));
      return reply.code(202).header('connection', 'close').send({ reason });
    },
  );
}

function enginesIn({ store, engines }: DaemonRoutesDeps): Health['engines'] {
  const running = store.runningByEngine();
  return [...engines.keys()].map((name) => ({ name, running: running.get(name) ?? 0 }));
}
