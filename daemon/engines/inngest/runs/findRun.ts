/** Looks up single runs by ID. */
import { inngestProblem } from '../../../../shared/messages/inngest.ts';
import { InngestError } from '../http/errors.ts';
import { queryGraphql } from '../http/graphql.ts';
import { type ApiResponse, errorCode, errorMessage, type InngestApi } from '../http/inngestApi.ts';
import { getPath } from '../http/json.ts';
import { hasEnded, type Run, readGraphqlRun, readRun, readV1Run } from './run.ts';
import type { RunLists } from './runLists.ts';

/** `unknown`: the server reports that there is no such run; `unclear`: its responses don't show whether there is. */
export type FindResult = { run: Run } | 'unknown' | 'unclear';

/**
 * Needs two calls: v1 reports the correct status but fails in the same way for a missing run and for one it can't read.
 * v2 distinguishes these, but reports the status of the latest step, which is the run's only once it has an end time.
 * @throws InngestError if the server can't be reached
 */
export async function findRun(api: InngestApi, kind: RunLists['kind'], id: string): Promise<FindResult> {
  const { v1, v2 } = api.endpoints;
  const first = await api.request(`${v1}/runs/${encodeURIComponent(id)}`);
  const known = first.status === 200 ? readV1Run(first.body) : null;
  if (known) return { run: known };
  if ([401, 403, 429, 502, 503, 504].includes(first.status)) throw api.errorFrom(first);
  if (kind === 'graphql') return findByGraphql(api, id);
  const second = await api.request(`${v2}/runs/${encodeURIComponent(id)}`);
  if (second.status === 200) {
    const run = readRun(getPath(second.body, 'data'));
    if (run === null) return 'unclear';
    return hasEnded(run) ? { run } : { run: { ...run, status: 'RUNNING' } };
  }
  if (isUnknownRun(second)) return 'unknown';
  if ([401, 403, 429, 502, 503, 504].includes(second.status)) throw api.errorFrom(second);
  return 'unclear';
}

/** Missing routes and functions lead to a 404 as well, so the message decides. */
export const isUnknownRun = ({ status, body }: ApiResponse): boolean =>
  status === 404 && errorCode(body) === 'not_found' && /run/i.test(errorMessage(body) ?? '');

async function findByGraphql(api: InngestApi, id: string): Promise<FindResult> {
  const query = 'query($id:String!){run(runID:$id){id status queuedAt startedAt endedAt}}';
  try {
    const node = getPath(await queryGraphql(api, query, { id }), 'data', 'run');
    const run = readGraphqlRun(node);
    return run ? { run } : node === null ? 'unknown' : 'unclear';
  } catch (error) {
    if (!(error instanceof InngestError)) throw error;
    if (/no rows|not found/i.test(String(error.params?.reason))) return 'unknown';
    if (error.kind === 'unsupported') return 'unclear';
    throw error;
  }
}

/** The output of a finished run, or its error if it failed; undefined if the server doesn't report it. */
export async function fetchOutput(api: InngestApi, id: string): Promise<unknown> {
  const response = await api.request(`${api.endpoints.v2}/runs/${encodeURIComponent(id)}?includeOutput=true`);
  return response.status === 200 ? getPath(response.body, 'data', 'output') : undefined;
}

export const unknownRunError = () => inngestProblem('JOB_NOT_FOUND/run');
