/** The daemon's HTTP side, built without listening. */
import type { Socket } from 'node:net';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import fastify, { type FastifyReply, type FastifyRequest } from 'fastify';
import { requestProblem } from '../../shared/messages/requests.ts';
import { isNestedTooDeep, maxNesting } from '../../shared/nesting.ts';
import { proofHeaders, unsavedHeader } from '../../shared/wire.ts';
import type { Log } from '../log.ts';
import { type EdgeCheck, notOpenToJob } from './edge/access.ts';
import type { Sockets } from './edge/sockets.ts';
import { bodyLimit, refuseRaw, toErrorReply } from './errors.ts';
import type { Router } from './router.ts';
import { type BackfillRoutesDeps, backfillRoutes } from './routes/backfills.ts';
import { type ConnectionRoutesDeps, connectionRoutes } from './routes/connections.ts';
import { type DaemonRoutesDeps, daemonRoutes } from './routes/daemon.ts';
import { type DefinitionRoutesDeps, definitionRoutes } from './routes/definitions.ts';
import { type JobRoutesDeps, jobRoutes } from './routes/jobs.ts';
import { type LogRouteDeps, logRoute } from './routes/log.ts';
import { openapiRoute } from './routes/openapi.ts';
import { type QueueRoutesDeps, queueRoutes } from './routes/queues.ts';
import { type ReportRoutesDeps, reportRoutes } from './routes/reports.ts';
import { type ScheduleRoutesDeps, scheduleRoutes } from './routes/schedules.ts';
import { compilersFactory } from './validator.ts';

/** Milliseconds a client may take to send its request. */
const requestTimeout = 30_000;

export interface ApiDeps
  extends DaemonRoutesDeps,
    JobRoutesDeps,
    QueueRoutesDeps,
    ScheduleRoutesDeps,
    BackfillRoutesDeps,
    ReportRoutesDeps,
    DefinitionRoutesDeps,
    ConnectionRoutesDeps,
    LogRouteDeps {
  logs: DaemonRoutesDeps['logs'] & LogRouteDeps['logs'];
  jobs: JobRoutesDeps['jobs'] & { hasUnsaved(): boolean };
  queues: QueueRoutesDeps['queues'];
  store: DaemonRoutesDeps['store'] & JobRoutesDeps['store'] & LogRouteDeps['store'];
  check: EdgeCheck;
  sockets: Sockets;
  /** Requests wait until the daemon is ready. */
  readiness: DaemonRoutesDeps['readiness'] & { wait(): Promise<void> };
  /** Called when an authorized request begins (1) and ends (-1). */
  onRequest(change: 1 | -1): void;
  log: Log;
}

/** Registers every route behind the access check. All errors are sent as `{"error": {code, message, hint}}`. */
export function buildApi(deps: ApiDeps): Router {
  const app = fastify({
    bodyLimit,
    requestTimeout,
    exposeHeadRoutes: false,
    return503OnClosing: false,
    routerOptions: { maxParamLength: 200 },
    // Set so that fastify does not load its default compilers, which are not in the bundle.
    schemaController: { compilersFactory },
    clientErrorHandler: (error, socket) => refuseUnreadable(error, socket),
    // Requests that the router itself refuses bypass the hooks.
    frameworkErrors: (error, request, reply) =>
      sendError(reply, deps.check(request.headers).refusal ?? error, deps.log),
  }).withTypeProvider<TypeBoxTypeProvider>();
  deps.sockets.attach(app.server);
  acceptEmptyBodies(app);

  app.addHook('onRequest', async (request, reply) => {
    const access = deps.check(request.headers);
    if (access.refusal !== null) {
      if (access.proof !== undefined) reply.header(proofHeaders.proof, access.proof);
      throw access.refusal;
    }
    const isReserved = deps.sockets.admit(request.raw.socket, request.routeOptions.config?.urgent === true);
    if (isReserved) reply.header('connection', 'close');
    if (access.jobId !== null && !isOpenTo(access.jobId, request)) throw notOpenToJob(access.jobId);
    if (deps.stopping.aborted) throw requestProblem('DAEMON_STOPPING');
    const end = deps.sockets.begin(request.raw.socket);
    deps.onRequest(1);
    reply.raw.once('close', () => {
      end();
      deps.onRequest(-1);
    });
    if (request.routeOptions.config?.whileStarting === true) return;
    await deps.readiness.wait();
    if (deps.stopping.aborted) throw requestProblem('DAEMON_STOPPING');
  });
  app.addHook('onSend', async ({ method }, reply) => {
    if (method !== 'GET' && reply.statusCode < 300 && deps.jobs.hasUnsaved()) reply.header(unsavedHeader, '1');
    // A keep-alive connection would delay shutdown.
    if (deps.stopping.aborted) reply.header('connection', 'close');
  });
  app.setErrorHandler((error, _request, reply) => sendError(reply, error, deps.log));
  app.setNotFoundHandler(({ method, url }) => {
    throw requestProblem('ROUTE_NOT_FOUND', { method, url: url.slice(0, 200) });
  });

  openapiRoute(app, deps);
  daemonRoutes(app, deps);
  jobRoutes(app, deps);
  queueRoutes(app, deps);
  scheduleRoutes(app, deps);
  backfillRoutes(app, deps);
  reportRoutes(app, deps);
  logRoute(app, deps);
  definitionRoutes(app, deps);
  connectionRoutes(app, deps);
  return app;
}

/** Whether the job's own token authorizes this request. */
function isOpenTo(jobId: string, { routeOptions, params }: FastifyRequest): boolean {
  return routeOptions.config?.openToJobs === true && (params as { id?: string }).id === jobId;
}

/** Accepts an empty JSON body for commands without parameters. */
function acceptEmptyBodies(app: Router): void {
  const parse = app.getDefaultJsonParser('error', 'error');
  app.removeContentTypeParser('text/plain');
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (body.length === 0) done(null, undefined);
    else if (isNestedTooDeep(String(body))) done(requestProblem('INVALID_REQUEST/bodyNesting', { limit: maxNesting }));
    else parse(request, String(body), done);
  });
}

function sendError(reply: FastifyReply, error: unknown, log: Log): void {
  const { status, body, unexpected } = toErrorReply(error);
  if (unexpected) log.error('A request failed.', error, { request: `${reply.request.method} ${reply.request.url}` });
  if (status === 401) reply.header('www-authenticate', 'Bearer');
  // Closing the connection in the middle of an oversized body would hide the reply from the client.
  reply.removeHeader('connection');
  void reply.code(status).type('application/json; charset=utf-8').send(body);
}

/** Malformed or timed-out requests. */
function refuseUnreadable(error: Error, socket: Socket): void {
  refuseRaw(socket, requestProblem('INVALID_REQUEST/http', { reason: error.message }));
}
