/** The queries of a server's GraphQL API, which its own page uses. Servers older than the v2 lists (1.38) have only this. */

import { asArray } from '../../untrustedJson.ts';
import { InngestError } from './errors.ts';
import type { InngestApi } from './inngestApi.ts';
import { errorMessage } from './inngestApi.ts';
import { getPath } from './json.ts';

const runFields = 'id status queuedAt startedAt endedAt';

/** The second is for servers whose runs do not tell their app. */
export const runQueries = [
  'triggerIDs eventName cronSchedule function{name slug} app{externalID name}',
  'function{name slug}',
].map(
  (more) =>
    `query($first:Int!,$after:String,$order:[RunsV2OrderBy!]!,$filter:RunsFilterV2!){runs(first:$first,after:$after,orderBy:$order,filter:$filter){edges{node{${runFields} ${more}}} pageInfo{hasNextPage endCursor}}}`,
);

const stepFields =
  'name status stepOp stepID attempts queuedAt startedAt endedAt outputID stepInfo{__typename ... on SleepStepInfo{sleepUntil} ... on WaitForEventStepInfo{timeout} ... on InvokeStepInfo{timeout}}';
export const traceQuery = `query($id:String!){run(runID:$id){id status trace{${stepFields} childrenSpans{${stepFields} childrenSpans{name status attempts startedAt endedAt outputID}}}}}`;
export const triggerQuery = 'query($id:String!){runTrigger(runID:$id){eventName IDs payloads cron}}';
export const outputQuery = 'query($id:String!){runTraceSpanOutputByID(outputID:$id){data error{message name stack}}}';
export const appsQuery =
  'query{apps{externalID name sdkLanguage sdkVersion framework error functions{name slug triggers{type value}}}}';
/** The first is understood by servers that know nothing of steps to begin with. */
export const rerunMutations = {
  whole: 'mutation($id:ULID!){rerun(runID:$id)}',
  fromStep: 'mutation($id:ULID!,$step:RerunFromStepInput){rerun(runID:$id,fromStep:$step)}',
};

/** @throws InngestError `foreign` when the server does not understand the query, `failing` when it can't answer it */
export async function queryGraphql(
  api: InngestApi,
  query: string,
  variables: Record<string, unknown>,
): Promise<unknown> {
  const { graphql, host } = api.endpoints;
  if (graphql === null) throw new InngestError('unsupported', `${host} has no GraphQL API.`, null);
  const response = await api.request(graphql, { method: 'POST', body: { query, variables } });
  if (asArray(getPath(response.body, 'errors')).length > 0) {
    const said = errorMessage(response.body) ?? 'no word';
    // A query that it can't understand is answered with 422, by some with 200.
    const isUnknown = response.status === 422 || /^(cannot query|unknown|undefined) /i.test(said);
    throw new InngestError(isUnknown ? 'unsupported' : 'serverError', `${host} says: ${said}`, null);
  }
  if (response.status !== 200 || getPath(response.body, 'data') === undefined) throw api.errorFrom(response);
  return response.body;
}
