/** Routes for programs that report their jobs. Each answers after the commit. */
import { JobdeckError } from '../../../shared/errors.ts';
import {
  ProgressReply,
  type Report,
  type ReportKind,
  ReportReply,
  reportBodies,
  StartReply,
  StartRequest,
} from '../../../shared/reporting.ts';
import type { ReportCommands } from '../../jobs/ports.ts';
import type { Router } from '../router.ts';
import { failures, JobParams, NoQuery } from '../schemas.ts';

export interface ReportRoutesDeps {
  programs: ReportCommands;
  tokens: { tokenOf(jobId: string): string };
}

/** The path segment of a kind: its name, except for messages. */
const pathOf = (kind: ReportKind) => (kind === 'message' ? 'messages' : kind);

export function reportRoutes(router: Router, { programs, tokens }: ReportRoutesDeps): void {
  const start = {
    querystring: NoQuery,
    body: StartRequest,
    response: { 200: StartReply, 201: StartReply, ...failures },
  };
  router.post('/v1/jobs/start', { schema: start }, async ({ body }, reply) => {
    const { job, created } = await programs.start(body);
    return reply.code(created ? 201 : 200).send({ job, token: tokens.tokenOf(job.id) });
  });

  for (const kind of Object.keys(reportBodies) as ReportKind[]) {
    const schema = { params: JobParams, body: reportBodies[kind], response: { 200: ReportReply, ...failures } };
    router.post(`/v1/jobs/:id/${pathOf(kind)}`, { schema, config: { openToJobs: true } }, async ({ params, body }) => {
      // The route's schema has validated the body for this kind.
      const [outcome] = await programs.report([{ jobId: params.id, reports: [{ ...body, kind } as Report] }]);
      if (outcome === undefined || outcome instanceof JobdeckError)
        throw outcome ?? new Error('The report has no outcome.');
      return outcome;
    });
  }

  router.get(
    '/v1/jobs/:id/progress',
    {
      schema: { params: JobParams, querystring: NoQuery, response: { 200: ProgressReply, ...failures } },
      config: { openToJobs: true },
    },
    async ({ params }) => programs.progress(params.id),
  );
}
