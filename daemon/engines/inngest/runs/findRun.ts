/** One run by its id: whether it has ended, what it returned, and whether the server knows it at all. */
import { codeOf, type InngestApi, messageOf } from '../http/client.ts';
import { InngestError } from '../http/errors.ts';
import { graph } from '../http/graphql.ts';
import { at } from '../http/json.ts';
import { hasEnded, type Run, readGraphRun, readRun, readV1Run } from './run.ts';
import type { RunLists } from './runLists.ts';

/** `unknown`: the server answers and does not know it; `unclear`: its answers say neither. */
export type Found = { run: Run } | 'unknown' | 'unclear';

/**
 * The v1 call has the right status, but fails alike for a run that is not there and for one it can't read; the v2 call
 * tells that apart, but has the status of the latest step, which counts only with the time of an ending.
 * @throws InngestError when it can't be asked
 */
export async function findRun(api: InngestApi, kind: RunLists['kind'], id: string): Promise<Found> {
  const { v1, v2 } = api.addresses;
  const first = await api.ask(`${v1}/runs/${encodeURIComponent(id)}`);
  const known = first.status === 200 ? readV1Run(first.body) : null;
  if (known) return { run: known };
  if ([401, 403, 429, 502, 503, 504].includes(first.status)) throw api.failure(first);
  if (kind === 'graphql') return findByGraph(api, id);
  const second = await api.ask(`${v2}/runs/${encodeURIComponent(id)}`);
  if (second.status === 200) {
    const run = readRun(at(second.body, 'data'));
    if (run === null) return 'unclear';
    return hasEnded(run) ? { run } : { run: { ...run, status: 'RUNNING' } };
  }
  if (isUnknownRun(second.status, second.body)) return 'unknown';
  if ([401, 403, 429, 502, 503, 504].includes(second.status)) throw api.failure(second);
  return 'unclear';
}

/** A route or a function that is not there is answered with 404 as well. */
export const isUnknownRun = (status: number, body: unknown): boolean =>
  status === 404 && codeOf(body) === 'not_found' && /run/i.test(messageOf(body) ?? '');

async function findByGraph(api: InngestApi, id: string): Promise<Found> {
  const query = 'query($id:String!){run(runID:$id){id status queuedAt startedAt endedAt}}';
  try {
    const node = at(await graph(api, query, { id }), 'data', 'run');
    const run = readGraphRun(node);
    return run ? { run } : node === null ? 'unknown' : 'unclear';
  } catch (error) {
    if (!(error instanceof InngestError)) throw error;
    if (/no rows|not found/i.test(error.message)) return 'unknown';
    if (error.trouble === 'foreign') return 'unclear';
    throw error;
  }
}

/** What a run that has ended returned, or the error it failed with; undefined when that is not told. */
export async function outputOf(api: InngestApi, id: string): Promise<unknown> {
  const answer = await api.ask(`${api.addresses.v2}/runs/${encodeURIComponent(id)}?includeOutput=true`);
  return answer.status === 200 ? at(answer.body, 'data', 'output') : undefined;
}

/** `call` for each of the items, at most `width` at a time. The first failure ends it. */
export async function inTurns<T>(items: Iterable<T>, width: number, call: (item: T) => Promise<void>): Promise<void> {
  const left = [...items];
  const turn = async () => {
    for (let item = left.shift(); item !== undefined; item = left.shift()) await call(item);
  };
  await Promise.all(Array.from({ length: width }, turn));
}
