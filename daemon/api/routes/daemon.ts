/** Routes on the daemon itself. */
import { Health, StopReply, StopRequest } from '../../../shared/protocol.ts';
import { type HealthDeps, healthOf } from '../monitoring/health.ts';
import type { Router } from '../router.ts';
import { failures } from '../schemas.ts';

export interface DaemonRoutesDeps extends HealthDeps {
  /** Begins to stop the daemon. */
  stop(reason: StopReply['reason']): void;
}

export function daemonRoutes(router: Router, deps: DaemonRoutesDeps): void {
  router.get('/v1/health', { schema: { response: { 200: Health, ...failures } } }, () => healthOf(deps));

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
