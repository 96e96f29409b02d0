/** Routes on queues. Commands answer after the commit with the committed queue. */
import { Queue } from '../../../shared/job.ts';
import { ClearReply, QueueList, QueueSettings } from '../../../shared/protocol.ts';
import type { QueueCommands } from '../../jobs/ports.ts';
import type { Router } from '../router.ts';
import { failures, NoBody, NoQuery, QueueParams } from '../schemas.ts';

export interface QueueRoutesDeps {
  queues: QueueCommands;
}

export function queueRoutes(router: Router, { queues }: QueueRoutesDeps): void {
  const one = { 200: Queue, ...failures };

  router.get(
    '/v1/queues',
    { schema: { querystring: NoQuery, response: { 200: QueueList, ...failures } } },
    async () => ({ queues: queues.list() }),
  );

  router.put(
    '/v1/queues/:name',
    { schema: { params: QueueParams, body: QueueSettings, response: one } },
    async ({ params, body }) => queues.set(params.name, body),
  );

  router.delete(
    '/v1/queues/:name',
    { schema: { params: QueueParams, response: { 200: ClearReply, ...failures } } },
    async ({ params }) => {
      await queues.remove(params.name);
      return { removed: 1 };
    },
  );

  router.post(
    '/v1/queues/:name/pause',
    { schema: { params: QueueParams, body: NoBody, response: one } },
    async ({ params }) => queues.pause(params.name),
  );

  router.post(
    '/v1/queues/:name/resume',
    { schema: { params: QueueParams, body: NoBody, response: one } },
    async ({ params }) => queues.resume(params.name),
  );
}
