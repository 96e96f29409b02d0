/** Routes on jobs. Commands answer after the commit with the committed job. */
import { type BulkAction, BulkReply, BulkRequest, bulkRoutes } from '../../../shared/bulk.ts';
import { JobDetail } from '../../../shared/job.ts';
import { requestProblem } from '../../../shared/messages/requests.ts';
import {
  CancelRequest,
  CleanReply,
  CleanRequest,
  ClearReply,
  ClearRequest,
  DetailQuery,
  EmergencyReply,
  EmergencyRequest,
  Facets,
  ForceFailRequest,
  InputReply,
  InputRequest,
  JobList,
  ListQuery,
  PriorityRequest,
  ResolveQuery,
  ResolveReply,
  RetryRequest,
  SubmitRequest,
} from '../../../shared/protocol.ts';
import { Stats, StatsQuery } from '../../../shared/stats.ts';
import type { JobCommands, JobInspection, RetentionCommands, SubmitCommands } from '../../jobs/ports.ts';
import type { StoreReads } from '../../store/ports.ts';
import type { Router } from '../router.ts';
import { failures, JobParams, NoBody, NoQuery } from '../schemas.ts';

export interface JobRoutesDeps {
  store: Pick<StoreReads, 'list' | 'stats' | 'facets' | 'detail' | 'resolve'>;
  jobs: {
    submissions: SubmitCommands;
    commands: JobCommands;
    inspection: JobInspection;
    retention: RetentionCommands;
  };
}

export function jobRoutes(router: Router, { store, jobs }: JobRoutesDeps): void {
  const { submissions, commands, inspection, retention } = jobs;
  const detail = { 200: JobDetail, ...failures };

  router.get(
    '/v1/jobs',
    { schema: { querystring: ListQuery, response: { 200: JobList, ...failures } } },
    async ({ query }) => store.list(query),
  );

  router.get(
    '/v1/jobs/resolve',
    { schema: { querystring: ResolveQuery, response: { 200: ResolveReply, ...failures } } },
    async ({ query }) => ({ ids: store.resolve([query.ref].flat()) }),
  );

  router.get('/v1/facets', { schema: { querystring: NoQuery, response: { 200: Facets, ...failures } } }, async () =>
    store.facets(),
  );

  router.get(
    '/v1/stats',
    { schema: { querystring: StatsQuery, response: { 200: Stats, ...failures } } },
    async ({ query }) => store.stats(query),
  );

  router.post(
    '/v1/jobs',
    {
      schema: { querystring: NoQuery, body: SubmitRequest, response: { 200: JobDetail, 201: JobDetail, ...failures } },
    },
    async ({ body }, reply) => {
      const { job, created } = await submissions.submitOnce(body);
      return reply.code(created ? 201 : 200).send(job);
    },
  );

  router.get(
    '/v1/jobs/:id',
    { schema: { params: JobParams, querystring: DetailQuery, response: detail }, config: { openToJobs: true } },
    async ({ params, query }) => {
      const resources = query.resources === 1 ? await inspection.resources(params.id) : null;
      const job = store.detail(params.id);
      if (job === null) throw requestProblem('JOB_NOT_FOUND', { id: params.id });
      // The job may have ended while its resources were read.
      return { ...job, resources: job.status === 'running' ? resources : null };
    },
  );

  for (const [action, url] of Object.entries(bulkRoutes) as [BulkAction, string][]) {
    router.post(url, { schema: { body: BulkRequest, response: { 200: BulkReply, ...failures } } }, async ({ body }) =>
      commands.each(action, body),
    );
  }

  router.post(
    '/v1/jobs/:id/cancel',
    { schema: { params: JobParams, body: CancelRequest, response: detail } },
    async ({ params, body }) => commands.cancel(params.id, body),
  );

  for (const [action, paused] of [
    ['pause', true],
    ['resume', false],
  ] as const) {
    router.post(
      `/v1/jobs/:id/${action}`,
      { schema: { params: JobParams, body: NoBody, response: detail } },
      async ({ params }) => commands.setPaused(params.id, paused),
    );
  }

  router.post(
    '/v1/jobs/:id/input',
    { schema: { params: JobParams, body: InputRequest, response: { 200: InputReply, ...failures } } },
    async ({ params, body }) => commands.input(params.id, body),
  );

  router.post(
    '/v1/jobs/:id/hold',
    { schema: { params: JobParams, body: NoBody, response: detail } },
    async ({ params }) => commands.hold(params.id),
  );

  router.post(
    '/v1/jobs/:id/release',
    { schema: { params: JobParams, body: NoBody, response: detail } },
    async ({ params }) => commands.release(params.id),
  );

  router.post(
    '/v1/jobs/:id/start',
    { schema: { params: JobParams, body: NoBody, response: detail } },
    async ({ params }) => commands.start(params.id),
  );

  router.post(
    '/v1/jobs/:id/priority',
    { schema: { params: JobParams, body: PriorityRequest, response: detail } },
    async ({ params, body }) => commands.setPriority(params.id, body.priority),
  );

  router.post(
    '/v1/jobs/:id/retry',
    { schema: { params: JobParams, body: RetryRequest, response: detail } },
    async ({ params, body }) => commands.retry(params.id, body),
  );

  router.delete(
    '/v1/jobs/:id',
    { schema: { params: JobParams, response: { 200: ClearReply, ...failures } } },
    async ({ params }) => {
      await commands.remove(params.id);
      return { removed: 1 };
    },
  );

  router.post(
    '/v1/jobs/clear',
    { schema: { body: ClearRequest, response: { 200: ClearReply, ...failures } } },
    async ({ body }) => ({ removed: await retention.clear(body.status) }),
  );

  router.post(
    '/v1/jobs/clean',
    { schema: { body: CleanRequest, response: { 200: CleanReply, ...failures } } },
    async ({ body }) => retention.clean(body),
  );

  router.post(
    '/v1/jobs/:id/force-fail',
    { schema: { params: JobParams, body: ForceFailRequest, response: detail } },
    async ({ params, body }) => commands.forceFail(params.id, body.reason),
  );

  router.post(
    '/v1/recovery/emergency-cleanup',
    { schema: { body: EmergencyRequest, response: { 200: EmergencyReply, ...failures } } },
    async ({ body }) => commands.forceFailAll(body),
  );
}
