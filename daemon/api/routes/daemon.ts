/** Routes on the daemon itself: health, metrics and shutdown. */
import Type from 'typebox';
import { Health, HealthQuery, StopReply, StopRequest } from '../../../shared/daemon.ts';
import { expositionType } from '../monitoring/exposition.ts';
import { type HealthDeps, healthOf } from '../monitoring/health.ts';
import { type MetricsDeps, metricsOf } from '../monitoring/metrics.ts';
import type { Router } from '../router.ts';
import { failures, NoQuery } from '../schemas.ts';

export interface DaemonRoutesDeps extends HealthDeps, MetricsDeps {
  store: HealthDeps['store'] & MetricsDeps['store'];
  /** Begins to stop the daemon. */
  stop(reason: StopReply['reason']): void;
}

export function daemonRoutes(router: Router, deps: DaemonRoutesDeps): void {
  const config = { urgent: true, whileStarting: true };
  router.get(
    '/v1/health',
    { schema: { querystring: HealthQuery, response: { 200: Health, ...failures } }, config },
    ({ query }) => healthOf(deps, query.logs === '1'),
  );

  router.get(
    '/metrics',
    {
      schema: { querystring: NoQuery, response: { 200: Type.String(), ...failures } },
      config: { produces: 'text/plain' },
    },
    async (_request, reply) => reply.type(expositionType).send(metricsOf(deps)),
  );

  router.post(
    '/v1/daemon/stop',
    { schema: { body: StopRequest, response: { 202: StopReply, ...failures } }, config },
    async ({ body: { reason = 'stop' } }, reply) => {
      // Stop only after the reply has been sent.
      reply.raw.once('close', () => deps.stop(reason));
      return reply.code(202).header('connection', 'close').send({ reason });
    },
  );
}
