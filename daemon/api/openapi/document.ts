/** Generates the OpenAPI 3.1 document (https://spec.openapis.org/oas/v3.1.1.html) from the routes' schemas. */
import type { TSchema } from 'typebox';
import { type RequestErrorCode, requestErrors } from '../../../shared/errors.ts';
import { version } from '../../../shared/version.ts';
import { ErrorReply } from '../schemas.ts';
import { streamMessages } from './streamMessages.ts';
import { summaries } from './summaries.ts';

/** A route as it was registered. */
export interface DescribedRoute {
  method: string;
  /** With parameters as `:id`. */
  url: string;
  params?: TSchema;
  querystring?: TSchema;
  body?: TSchema;
  response?: Readonly<Record<string, TSchema>>;
  summary?: string;
  openToJobs?: boolean;
  produces?: string;
}

type Json = Record<string, unknown>;

/** `port` is the daemon's. */
export function openApiDocument(routes: readonly DescribedRoute[], port: number): Json {
  const paths: Record<string, Json> = {};
  for (const route of routes) {
    const path = route.url.replaceAll(/:(\w+)/g, '{$1}');
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operation(route) };
  }
  paths['/v1/stream'] = { get: streamOperation };
  return {
    openapi: '3.1.0',
    info: {
      title: 'Jobdeck',
      version,
      description: 'Jobs on this machine, and jobs that programs report. Times are ISO 8601, UTC.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: `http://127.0.0.1:${port}` }],
    security: [{ daemonToken: [] }],
    paths,
    components: {
      schemas: { ErrorReply: plain(ErrorReply), ...plain(streamMessages) },
      responses: Object.fromEntries(
        errorStatuses().map(([status, codes]) => [errorName(status), errorResponse(codes)]),
      ),
      securitySchemes: {
        daemonToken: { type: 'http', scheme: 'bearer', description: '`token` in daemon.json; changes with each start' },
        jobToken: {
          type: 'http',
          scheme: 'bearer',
          description: "The job's `token` from `POST /v1/jobs/start`, or its JOBDECK_TOKEN; only valid for that job",
        },
      },
    },
  };
}

function operation(route: DescribedRoute): Json {
  const parameters = [...parametersOf(route.params, 'path'), ...parametersOf(route.querystring, 'query')];
  const { body } = route;
  const summary = route.summary ?? summaries[`${route.method} ${route.url}`];
  return {
    ...(summary === undefined ? {} : { summary }),
    operationId: operationId(route),
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(body === undefined ? {} : { requestBody: { required: needsBody(body), content: json(body) } }),
    responses: responsesOf(route),
    ...(route.openToJobs ? { security: [{ daemonToken: [] }, { jobToken: [] }] } : {}),
  };
}

/** `POST /v1/jobs/:id/progress` → `postJobsIdProgress`. */
function operationId({ method, url }: DescribedRoute): string {
  const words = url.split(/[^A-Za-z0-9]+/).filter((word) => word !== '' && word !== 'v1');
  return [method.toLowerCase(), ...words.map((word) => word.charAt(0).toUpperCase() + word.slice(1))].join('');
}

function parametersOf(schema: TSchema | undefined, place: 'path' | 'query'): Json[] {
  const { properties = {}, required = [] } = plain(schema ?? {}) as { properties?: Json; required?: string[] };
  return Object.entries(properties).map(([name, own]) => ({
    name,
    in: place,
    required: place === 'path' || required.includes(name),
    schema: own,
  }));
}

function needsBody(body: TSchema): boolean {
  return ((plain(body) as { required?: string[] }).required ?? []).length > 0;
}

function responsesOf({ response = {}, produces }: DescribedRoute): Json {
  const good = Object.entries(response).filter(([status]) => /^\d+$/.test(status));
  const described = good.map(([status, schema]) => {
    const content = produces === undefined ? json(schema) : { [produces]: { schema: plain(schema) } };
    return [status, { description: status === '201' ? 'Created' : 'OK', content }];
  });
  const errors = errorStatuses().map(([status]) => [status, { $ref: `#/components/responses/${errorName(status)}` }]);
  return Object.fromEntries([...described, ...errors]) as Json;
}

/** HTTP error statuses with their error codes. */
function errorStatuses(): [number, RequestErrorCode[]][] {
  const codes = Object.keys(requestErrors) as RequestErrorCode[];
  const statuses = [...new Set(Object.values(requestErrors))].sort((a, b) => a - b);
  return statuses.map((status) => [status, codes.filter((code) => requestErrors[code] === status)]);
}

const errorName = (status: number) => `Error${status}`;

function errorResponse(codes: readonly string[]): Json {
  return {
    description: codes.join(', '),
    content: { 'application/json': { schema: { $ref: '#/components/schemas/ErrorReply' } } },
  };
}

function json(schema: TSchema): Json {
  return { 'application/json': { schema: plain(schema) } };
}

/** The schema as JSON, without TypeBox's own properties. */
function plain(schema: unknown): Json {
  return JSON.parse(JSON.stringify(schema)) as Json;
}

const streamOperation = {
  summary: 'The change feed, and reports in batches, over a WebSocket',
  operationId: 'getStream',
  description: `Messages are JSON. A client sends ${linkTo('Subscribe')} once and ${linkTo('ReportBatch')} any number of times.
It receives ${Object.keys(streamMessages)
    .filter((name) => name !== 'Subscribe' && name !== 'ReportBatch')
    .map(linkTo)
    .join(', ')}. With the token of a job it may only report on that job.`,
  responses: {
    '101': { description: 'The connection is upgraded to a WebSocket (RFC 6455)' },
    ...responsesOf({ method: 'GET', url: '/v1/stream' }),
  },
  security: [{ daemonToken: [] }, { jobToken: [] }],
};

function linkTo(name: string): string {
  return `\`#/components/schemas/${name}\``;
}
