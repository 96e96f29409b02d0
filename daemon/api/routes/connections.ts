/** Routes on connections to remote engines. No reply contains a secret. */
import Type from 'typebox';
import {
  Connection,
  ConnectionList,
  ConnectionName,
  ConnectionQuery,
  ConnectionSettings,
  RemoteSubmitRequest,
  TargetList,
} from '../../../shared/connection.ts';
import { JobDetail } from '../../../shared/job.ts';
import { ClearReply } from '../../../shared/protocol.ts';
import type { Connections } from '../../connections/connections.ts';
import type { Router } from '../router.ts';
import { failures, NoBody, NoQuery } from '../schemas.ts';

export interface ConnectionRoutesDeps {
  connections: Connections;
}

const Params = Type.Object({ name: ConnectionName });
const TargetQuery = Type.Object(
  { prefix: Type.Optional(Type.String({ maxLength: 500 })) },
  { additionalProperties: false },
);

export function connectionRoutes(router: Router, { connections }: ConnectionRoutesDeps): void {
  const one = { 200: Connection, ...failures };

  router.get(
    '/v1/connections',
    { schema: { querystring: NoQuery, response: { 200: ConnectionList, ...failures } } },
    async () => ({ connections: connections.list() }),
  );

  router.get(
    '/v1/connections/:name',
    { schema: { params: Params, querystring: NoQuery, response: one } },
    async ({ params }) => connections.get(params.name),
  );

  router.put(
    '/v1/connections/:name',
    { schema: { params: Params, querystring: ConnectionQuery, body: ConnectionSettings, response: one } },
    async ({ params, query, body }) => connections.set(params.name, body, query.dryRun === 1),
  );

  router.delete(
    '/v1/connections/:name',
    { schema: { params: Params, response: { 200: ClearReply, ...failures } } },
    async ({ params }) => {
      await connections.remove(params.name);
      return { removed: 1 };
    },
  );

  router.post(
    '/v1/connections/:name/reconcile',
    { schema: { params: Params, body: NoBody, response: one } },
    async ({ params }) => connections.reconcile(params.name),
  );

  router.get(
    '/v1/connections/:name/targets',
    { schema: { params: Params, querystring: TargetQuery, response: { 200: TargetList, ...failures } } },
    async ({ params, query }) => ({ targets: await connections.targets(params.name, query.prefix ?? '') }),
  );

  router.post(
    '/v1/connections/:name/jobs',
    { schema: { params: Params, body: RemoteSubmitRequest, response: { 201: JobDetail, ...failures } } },
    async ({ params, body }, reply) => reply.code(201).send(await connections.submit(params.name, body)),
  );
}
