/** The route that starts a backfill. It answers after the commit with the committed group. */
import { BackfillReply, BackfillRequest } from '../../../shared/backfill.ts';
import type { BackfillCommands } from '../../jobs/ports.ts';
import type { Router } from '../router.ts';
import { failures, NoQuery } from '../schemas.ts';

export interface BackfillRoutesDeps {
  backfills: BackfillCommands;
}

export function backfillRoutes(router: Router, { backfills }: BackfillRoutesDeps): void {
  router.post(
    '/v1/backfills',
    {
      schema: {
        querystring: NoQuery,
        body: BackfillRequest,
        response: { 200: BackfillReply, 201: BackfillReply, ...failures },
      },
    },
    async ({ body }, reply) => {
      const done = await backfills.start(body);
      return reply.code(done.group === null ? 200 : 201).send(done);
    },
  );
}
