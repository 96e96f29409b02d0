/** The queries of a server's GraphQL API, which its own page uses. Servers older than the v2 lists (1.38) have only this. */

import { listOf } from '../../untrustedJson.ts';
import type { InngestApi } from './client.ts';
import { messageOf } from './client.ts';
import { InngestError } from './errors.ts';
import { at } from './json.ts';

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
export async function graph(api: InngestApi, query: string, variables: Record<string, unknown>): Promise<unknown> {
  const { graphql, host } = api.addresses;
  if (graphql === null) throw new InngestError('foreign', `${host} has no GraphQL API.`, null);
  const answer = await api.ask(graphql, { method: 'POST', body: { query, variables } });
  if (listOf(at(answer.body, 'errors')).length > 0) {
    const said = messageOf(answer.body) ?? 'no word';
    // A query that it can't understand is answered with 422, by some with 200.
    const isUnknown = answer.status === 422 || /^(cannot query|unknown|undefined) /i.test(said);
    throw new InngestError(isUnknown ? 'foreign' : 'failing', `${host} says: ${said}`, null);
  }
  if (answer.status !== 200 || at(answer.body, 'data') === undefined) throw api.failure(answer);
  return answer.body;
}
