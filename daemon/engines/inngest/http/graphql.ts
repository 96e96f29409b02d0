/** Queries of a server's GraphQL API, which its web page uses. Servers without v2 lists (before 1.38) have only this. */
import { inngestProblem } from '../../../../shared/messages/inngest.ts';
import { asArray } from '../../untrustedJson.ts';
import { InngestError } from './errors.ts';
import { errorMessage, type InngestApi } from './inngestApi.ts';
import { getPath } from './json.ts';

const runFields = 'id status queuedAt startedAt endedAt';

/** The second query is for servers whose runs don't include their app. */
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
/** `whole` also works on servers that can't rerun from a step. */
export const rerunMutations = {
  whole: 'mutation($id:ULID!){rerun(runID:$id)}',
  fromStep: 'mutation($id:ULID!,$step:RerunFromStepInput){rerun(runID:$id,fromStep:$step)}',
};

/** @throws InngestError `unsupported` if the server doesn't support the query, `serverError` if it fails */
export async function queryGraphql(
  api: InngestApi,
  query: string,
  variables: Record<string, unknown>,
): Promise<unknown> {
  const { graphql, host: address } = api.endpoints;
  const { problem } = inngestProblem;
  if (graphql === null) {
    throw new InngestError('unsupported', problem('CONNECTION_FAILED/noGraphql', { address }));
  }
  const response = await api.request(graphql, { method: 'POST', body: { query, variables } });
  if (asArray(getPath(response.body, 'errors')).length > 0) {
    const reason = errorMessage(response.body);
    // Servers respond to an unsupported query with 422, some with 200.
    const isUnsupported = response.status === 422 || /^(cannot query|unknown|undefined) /i.test(reason ?? '');
    throw new InngestError(
      isUnsupported ? 'unsupported' : 'serverError',
      reason === null
        ? problem('CONNECTION_FAILED/graphqlError', { address })
        : problem('CONNECTION_FAILED/graphqlErrorReason', { address, reason }),
    );
  }
  if (response.status !== 200 || getPath(response.body, 'data') === undefined) throw api.errorFrom(response);
  return response.body;
}
