/** All there is to know of one run: its steps, the events that triggered it, what it returned, what it waits for. */

import type { Fact, OpenJob } from '../../remote.ts';
import { listOf } from '../../untrustedJson.ts';
import type { InngestApi } from '../http/client.ts';
import { graph, outputQuery, traceQuery, triggerQuery } from '../http/graphql.ts';
import { at } from '../http/json.ts';
import type { RemoteClock } from '../http/serverClock.ts';
import { failureOf } from './failure.ts';
import { inTurns } from './findRun.ts';
import { bounded, unwrapped } from './output.ts';
import { merged, readGraphTrace, readTrace, stepsOf, type Trace } from './trace.ts';
import { waitOfItems } from './waitReason.ts';

/** Outputs that are fetched one by one, of servers that don't give them with the trace. */
const maxOutputs = 50;
/** Of what triggered a run, and of what it returned, in characters of JSON. */
const maxData = 1 << 20;

/**
 * What is known of it now; null when the server tells nothing. Its status is left to the lists, but for a run that sleeps.
 * @throws InngestError when the server can't be asked
 */
export async function lookAt(api: InngestApi, clock: RemoteClock, job: OpenJob): Promise<Fact | null> {
  const id = job.externalId;
  const open = job.status === 'running' || job.status === 'waiting';
  const [answer, graphTrace, items] = await Promise.all([
    api.ask(`${api.addresses.v2}/runs/${encodeURIComponent(id)}/trace?includeOutput=true`),
    readGraph(api, id),
    open ? api.ask(`${api.addresses.v1}/runs/${encodeURIComponent(id)}/jobs`) : null,
  ]);
  if ([401, 403, 429].includes(answer.status) || answer.status >= 502) throw api.failure(answer);
  const v2 = answer.status === 200 ? readTrace(answer.body) : null;
  const trace = v2 ?? (graphTrace && (await completed(api, id, graphTrace)));
  const ours = (remote: number) => clock.ours(remote);
  const found = items?.status === 200 ? waitOfItems(items.body, clock.theirs(clock.now())) : null;
  const wait = found && { ...found, until: found.until === null ? null : ours(found.until) };
  const about = { externalId: id, source: 'probe', at: clock.now() } as const;
  // A run that has not started has no trace.
  if (trace === null) return wait && { ...about, status: 'waiting', wait };
  const steps = merged(trace.steps, graphTrace?.steps ?? []);
  const running = steps.some(({ kind, status }) => status === 'running' && kind !== 'sleep' && kind !== 'waitForEvent');
  return {
    ...about,
    steps: stepsOf(steps, ours),
    ...(trace.events === undefined
      ? {}
      : { input: bounded(trace.events.length === 1 ? trace.events[0] : trace.events, maxData) }),
    ...(trace.ended && !trace.failed && trace.output !== undefined
      ? { result: bounded(unwrapped(trace.output), maxData) }
      : {}),
    // That it failed is known by the lists. Why, they may not have told.
    ...(!open && trace.failed && trace.output !== undefined
      ? { status: 'failed', error: failureOf(trace.output), ...(trace.endedAt ? { endedAt: ours(trace.endedAt) } : {}) }
      : {}),
    ...(wait && !trace.ended && (wait.reason !== 'delay' || !running) ? { status: 'waiting', wait } : {}),
  };
}

/** null where there is no such API, or it can't read the query. */
const readGraph = async (api: InngestApi, id: string): Promise<Trace | null> =>
  api.addresses.graphql === null ? null : await graph(api, traceQuery, { id }).then(readGraphTrace, () => null);

/** A trace of the GraphQL API with its events and outputs, which are calls of their own. */
async function completed(api: InngestApi, id: string, trace: Trace): Promise<Trace> {
  const events = await graph(api, triggerQuery, { id }).then(
    (body) => listOf(at(body, 'data', 'runTrigger', 'payloads')).map(parsed),
    () => undefined,
  );
  const told = [trace, ...trace.steps].filter(({ outputId }) => outputId !== null).slice(0, maxOutputs);
  const outputs = new Map<string, unknown>();
  await inTurns(told, 4, async ({ outputId }) => {
    const body = await graph(api, outputQuery, { id: outputId }).catch(() => null);
    const output = at(body, 'data', 'runTraceSpanOutputByID');
    outputs.set(outputId ?? '', at(output, 'error') ?? parsed(at(output, 'data')));
  });
  const steps = trace.steps.map((step) => {
    const output = outputs.get(step.outputId ?? '');
    if (output === undefined) return step;
    return step.status === 'failed' ? { ...step, error: failureOf(output) } : { ...step, output: unwrapped(output) };
  });
  const output = outputs.get(trace.outputId ?? '');
  return { ...trace, steps, ...(events === undefined ? {} : { events }), ...(output === undefined ? {} : { output }) };
}

/** JSON as the API carries it: as text. */
function parsed(value: unknown): unknown {
  if (typeof value !== 'string') return value ?? undefined;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}
