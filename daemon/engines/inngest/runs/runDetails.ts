/** Loads the details of a run: its steps, the events that triggered it, its output and what it waits for. */
import { parseCut } from '../../../../shared/nesting.ts';
import type { Fact, OpenJob } from '../../remote.ts';
import { asArray } from '../../untrustedJson.ts';
import { forEachConcurrently } from '../http/forEachConcurrently.ts';
import { outputQuery, queryGraphql, traceQuery, triggerQuery } from '../http/graphql.ts';
import type { InngestApi } from '../http/inngestApi.ts';
import { getPath } from '../http/json.ts';
import type { ServerClock } from '../http/serverClock.ts';
import { toJobError, truncateOutput, unwrapOutput } from './output.ts';
import { mergeSteps, readGraphqlTrace, readTrace, type Trace, toSteps } from './trace.ts';
import { waitFromQueueItems } from './waitReason.ts';

/** Outputs that are fetched one by one from servers whose trace doesn't include them. */
const maxOutputs = 50;
/** Maximum size of the events and of the output, in characters of JSON. */
const maxDataLength = 1 << 20;

/**
 * Returns null if the server has no details. The status comes from the lists, except for a sleeping run.
 * @throws InngestError if the server can't be reached
 */
export async function loadRunDetails(api: InngestApi, clock: ServerClock, job: OpenJob): Promise<Fact | null> {
  const id = job.externalId;
  const open = job.status === 'running' || job.status === 'waiting';
  const [response, graphTrace, items] = await Promise.all([
    api.request(`${api.endpoints.v2}/runs/${encodeURIComponent(id)}/trace?includeOutput=true`),
    fetchGraphqlTrace(api, id),
    open ? api.request(`${api.endpoints.v1}/runs/${encodeURIComponent(id)}/jobs`) : null,
  ]);
  if ([401, 403, 429].includes(response.status) || response.status >= 502) throw api.errorFrom(response);
  const v2 = response.status === 200 ? readTrace(response.body) : null;
  const trace = v2 ?? (graphTrace && (await withEventsAndOutputs(api, id, graphTrace)));
  const toLocal = (remote: number) => clock.toLocal(remote);
  const found = items?.status === 200 ? waitFromQueueItems(items.body, clock.toServer(clock.now())) : null;
  const wait = found && { ...found, until: found.until === null ? null : toLocal(found.until) };
  const fact = { externalId: id, source: 'probe', at: clock.now() } as const;
  // A run that hasn't started has no trace.
  if (trace === null) return wait && { ...fact, status: 'waiting', wait };
  const steps = mergeSteps(trace.steps, graphTrace?.steps ?? []);
  const running = steps.some(({ kind, status }) => status === 'running' && kind !== 'sleep' && kind !== 'waitForEvent');
  return {
    ...fact,
    steps: toSteps(steps, toLocal),
    ...(trace.events === undefined
      ? {}
      : { input: truncateOutput(trace.events.length === 1 ? trace.events[0] : trace.events, maxDataLength) }),
    ...(trace.ended && !trace.failed && trace.output !== undefined
      ? { result: truncateOutput(unwrapOutput(trace.output), maxDataLength) }
      : {}),
    // The lists have the failed status, but may lack the error.
    ...(!open && trace.failed && trace.output !== undefined
      ? {
          status: 'failed',
          error: toJobError(trace.output),
          ...(trace.endedAt ? { endedAt: toLocal(trace.endedAt) } : {}),
        }
      : {}),
    ...(wait && !trace.ended && (wait.reason !== 'delay' || !running) ? { status: 'waiting', wait } : {}),
  };
}

/** Null if the server has no GraphQL API, or doesn't support the query. */
const fetchGraphqlTrace = async (api: InngestApi, id: string): Promise<Trace | null> =>
  api.endpoints.graphql === null
    ? null
    : await queryGraphql(api, traceQuery, { id }).then(readGraphqlTrace, () => null);

/** Adds events and outputs to a GraphQL trace, which take separate calls. */
async function withEventsAndOutputs(api: InngestApi, id: string, trace: Trace): Promise<Trace> {
  const events = await queryGraphql(api, triggerQuery, { id }).then(
    (body) => asArray(getPath(body, 'data', 'runTrigger', 'payloads')).map(parseJsonText),
    () => undefined,
  );
  const withOutput = [trace, ...trace.steps].filter(({ outputId }) => outputId !== null).slice(0, maxOutputs);
  const outputs = new Map<string, unknown>();
  await forEachConcurrently(withOutput, 4, async ({ outputId }) => {
    const body = await queryGraphql(api, outputQuery, { id: outputId }).catch(() => null);
    const output = getPath(body, 'data', 'runTraceSpanOutputByID');
    outputs.set(outputId ?? '', getPath(output, 'error') ?? parseJsonText(getPath(output, 'data')));
  });
  const steps = trace.steps.map((step) => {
    const output = outputs.get(step.outputId ?? '');
    if (output === undefined) return step;
    return step.status === 'failed'
      ? { ...step, error: toJobError(output) }
      : { ...step, output: unwrapOutput(output) };
  });
  const output = outputs.get(trace.outputId ?? '');
  return { ...trace, steps, ...(events === undefined ? {} : { events }), ...(output === undefined ? {} : { output }) };
}

/** Parses JSON that the API returns as text. */
function parseJsonText(value: unknown): unknown {
  if (typeof value !== 'string') return value ?? undefined;
  try {
    return parseCut(value);
  } catch {
    return value;
  }
}
