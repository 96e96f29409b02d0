/** Routes on schedules. Commands answer after the commit. Names in paths are URL-encoded: a slash is `%2F`. */
import { JobDetail } from '../../../shared/job.ts';
import { ClearReply } from '../../../shared/protocol.ts';
import {
  CronQuery,
  CronReply,
  Schedule,
  ScheduleChange,
  ScheduleDetail,
  ScheduleList,
  ScheduleRequest,
} from '../../../shared/schedule.ts';
import type { ScheduleCommands } from '../../jobs/ports.ts';
import type { Router } from '../router.ts';
import { failures, NoBody, NoQuery, ScheduleParams } from '../schemas.ts';

export interface ScheduleRoutesDeps {
  schedules: ScheduleCommands;
}

export function scheduleRoutes(router: Router, { schedules }: ScheduleRoutesDeps): void {
  const one = { 200: Schedule, ...failures };

  router.get(
    '/v1/schedules',
    { schema: { querystring: NoQuery, response: { 200: ScheduleList, ...failures } } },
    async () => ({ schedules: schedules.list() }),
  );

  router.post(
    '/v1/schedules',
    {
      schema: {
        querystring: NoQuery,
        body: ScheduleRequest,
        response: { 200: Schedule, 201: Schedule, ...failures },
      },
    },
    // A dry run creates nothing.
    async ({ body }, reply) => reply.code(body.dryRun === true ? 200 : 201).send(await schedules.add(body)),
  );

  router.get(
    '/v1/schedules/:ref',
    { schema: { params: ScheduleParams, querystring: NoQuery, response: { 200: ScheduleDetail, ...failures } } },
    async ({ params }) => schedules.detail(params.ref),
  );

  for (const [action, paused] of [
    ['pause', true],
    ['resume', false],
  ] as const) {
    router.post(
      `/v1/schedules/:ref/${action}`,
      { schema: { params: ScheduleParams, body: NoBody, response: one } },
      async ({ params }) => schedules.setPaused(params.ref, paused),
    );
  }

  router.post(
    '/v1/schedules/:ref/change',
    { schema: { params: ScheduleParams, body: ScheduleChange, response: one } },
    async ({ params, body }) => schedules.change(params.ref, body),
  );

  router.post(
    '/v1/schedules/:ref/run',
    { schema: { params: ScheduleParams, body: NoBody, response: { 201: JobDetail, ...failures } } },
    async ({ params }, reply) => reply.code(201).send(await schedules.runNow(params.ref)),
  );

  router.delete(
    '/v1/schedules/:ref',
    { schema: { params: ScheduleParams, response: { 200: ClearReply, ...failures } } },
    async ({ params }) => {
      await schedules.remove(params.ref);
      return { removed: 1 };
    },
  );

  router.get(
    '/v1/cron',
    { schema: { querystring: CronQuery, response: { 200: CronReply, ...failures } } },
    async ({ query }) => schedules.preview(query),
  );
}
