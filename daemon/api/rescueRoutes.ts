/** Routes that end jobs by force. */
import { JobDetail } from '../../shared/job.ts';
import { EmergencyReply, EmergencyRequest, ForceFailRequest } from '../../shared/protocol.ts';
import type { JobCommands } from '../jobs/ports.ts';
import type { Router } from './router.ts';
import { failures, JobParams } from './schemas.ts';

export interface RescueRoutesDeps {
  jobs: Pick<JobCommands, 'forceFail' | 'forceFailAll'>;
}

export function rescueRoutes(router: Router, { jobs }: RescueRoutesDeps): void {
  router.post(
    '/v1/jobs/:id/force-fail',
    { schema: { params: JobParams, body: ForceFailRequest, response: { 200: JobDetail, ...failures } } },
    async ({ params, body }) => jobs.forceFail(params.id, body.reason),
  );

  router.post(
    '/v1/recovery/emergency-cleanup',
    { schema: { body: EmergencyRequest, response: { 200: EmergencyReply, ...failures } } },
    async ({ body }) => jobs.forceFailAll(body),
  );
}
