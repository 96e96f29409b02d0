/** Routes on jobs. Commands answer after the commit with the job as committed. */
import { JobDetail } from '../../shared/job.ts';
import { ClearReply, ClearRequest, JobList, ListQuery, RetryRequest, SubmitRequest } from '../../shared/protocol.ts';
import type { JobCommands } from '../jobs/ports.ts';
import type { StoreReads } from '../store/ports.ts';
import { jobNotFound } from './errors.ts';
import type { Router } from './router.ts';
import { failures, JobParams, NoBody, NoQuery } from './schemas.ts';

export interface JobRoutesDeps {
  store: Pick<StoreReads, 'list' | 'detail'>;
  jobs: JobCommands;
}

export function jobRoutes(router: Router, { store, jobs }: JobRoutesDeps): void {
  const detail = { 200: JobDetail, ...failures };

  router.get(
    '/v1/jobs',
    { schema: { querystring: ListQuery, response: { 200: JobList, ...failures } } },
    async ({ query }) => store.list(query),
  );

  router.post(
    '/v1/jobs',
    { schema: { querystring: NoQuery, body: SubmitRequest, response: { 201: JobDetail, ...failures } } },
    async ({ body }, reply) => reply.code(201).send(await jobs.submit(body)),
  );

  router.get('/v1/jobs/:id', { schema: { params: JobParams, response: detail } }, async ({ params }) => {
    const job = store.detail(params.id);
    if (job === null) throw jobNotFound(params.id);
    return job;
  });

  router.post(
    '/v1/jobs/:id/cancel',
    { schema: { params: JobParams, body: NoBody, response: detail } },
    async ({ params }) => jobs.cancel(params.id),
  );

  router.post(
    '/v1/jobs/:id/hold',
    { schema: { params: JobParams, body: NoBody, response: detail } },
    async ({ params }) => jobs.hold(params.id),
  );

  router.post(
    '/v1/jobs/:id/release',
    { schema: { params: JobParams, body: NoBody, response: detail } },
    async ({ params }) => jobs.release(params.id),
  );

  router.post(
    '/v1/jobs/:id/retry',
    { schema: { params: JobParams, body: RetryRequest, response: detail } },
    async ({ params, body }) => jobs.retry(params.id, body.command),
  );

  router.delete(
    '/v1/jobs/:id',
    { schema: { params: JobParams, response: { 200: ClearReply, ...failures } } },
    async ({ params }) => {
      await jobs.remove(params.id);
      return { removed: 1 };
    },
  );

  router.post(
    '/v1/jobs/clear',
    { schema: { body: ClearRequest, response: { 200: ClearReply, ...failures } } },
    async ({ body }) => ({ removed: await jobs.clear(body.status) }),
  );
}
