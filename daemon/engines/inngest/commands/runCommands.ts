/** Cancels runs and runs them again. */
import type { FromStep } from '../../../../shared/connection.ts';
import { JobdeckError } from '../../../../shared/errors.ts';
import { type Answer, codeOf, type InngestApi, messageOf } from '../http/client.ts';
import { InngestError } from '../http/errors.ts';
import { graph, rerunMutations } from '../http/graphql.ts';
import { at, text } from '../http/json.ts';
import { isUnknownRun } from '../runs/findRun.ts';

/** Servers before 1.39 have another call for it. Resolves when asked, also when it was cancelled already. */
export async function cancelRun(api: InngestApi, id: string): Promise<void> {
  const { v1, v2 } = api.addresses;
  const run = encodeURIComponent(id);
  const answer = await api.ask(`${v2}/runs/${run}/cancel`, { method: 'POST', body: {} });
  if (answer.status === 200 && answer.json) return;
  if (answer.status === 409 && codeOf(answer.body) === 'run_already_cancelled') return;
  if (answer.status === 409) throw ended();
  if (isUnknownRun(answer.status, answer.body)) throw unknown();
  if (!lacks(answer)) throw api.failure(answer);
  const older = await api.ask(`${v1}/runs/${run}`, { method: 'DELETE' });
  // With nothing in it.
  if (older.status === 200) return;
  if (older.status === 404) throw unknown();
  if (/ended/i.test(messageOf(older.body) ?? '')) throw ended();
  throw api.failure(older);
}

/** A server that has run into trouble may list runs for ever that it does not run. */
const ended = () =>
  new JobdeckError(
    'JOB_ALREADY_ENDED',
    'Inngest says that this run has ended, so it can’t be cancelled.',
    'When it is listed as running all the same, the server was stopped in the middle of it: end it by force.',
  );

const unknown = () =>
  new JobdeckError(
    'JOB_NOT_FOUND',
    'The Inngest server does not know this run any more.',
    'A dev server forgets its runs when it is started again.',
  );

/** Whether the answer means that there is no such call. */
const lacks = ({ status, json }: Answer): boolean => !json || status === 404 || status === 405 || status === 501;

/** Starts a new run of what a run was of, and returns its id. It has the results of the steps before `fromStep`. */
export async function rerun(api: InngestApi, id: string, fromStep: FromStep | undefined): Promise<string> {
  const step = fromStep && { stepId: fromStep.stepId, ...inputOf(fromStep) };
  const answer = await api.ask(`${api.addresses.v2}/runs/${encodeURIComponent(id)}/rerun`, {
    method: 'POST',
    body: step ? { fromStep: step } : {},
  });
  const runId = text(at(answer.body, 'data', 'runId'), 100);
  if (answer.status === 200 && runId !== null) return runId;
  if (isUnknownRun(answer.status, answer.body)) throw unknown();
  const said = messageOf(answer.body);
  if (answer.status === 501 && /cron/i.test(said ?? '')) {
    const hint = 'Invoke its function instead.';
    throw new JobdeckError('ENGINE_NOT_CAPABLE', 'Inngest does not run again what a cron schedule started.', hint);
  }
  if (answer.status === 400 && step && /unknown|unexpected|fromStep/i.test(said ?? ''))
    return rerunByGraph(api, id, fromStep);
  if (answer.status === 400 && step) throw new JobdeckError('UNKNOWN_STEP', `Inngest says: ${said ?? 'no such step'}.`);
  if (lacks(answer)) return rerunByGraph(api, id, fromStep);
  throw api.failure(answer);
}

/** A step gets what it was called with: a list. Any other value is its one argument. */
const inputOf = ({ input }: FromStep) => (input === undefined ? {} : { input: Array.isArray(input) ? input : [input] });

async function rerunByGraph(api: InngestApi, id: string, fromStep: FromStep | undefined): Promise<string> {
  const { input } = fromStep ? inputOf(fromStep) : { input: undefined };
  const step = fromStep && { stepID: fromStep.stepId, ...(input ? { input: JSON.stringify(input) } : {}) };
  try {
    const body = await (step
      ? graph(api, rerunMutations.fromStep, { id, step })
      : graph(api, rerunMutations.whole, { id }));
    const runId = text(at(body, 'data', 'rerun'), 100);
    if (runId !== null) return runId;
  } catch (error) {
    if (!(error instanceof InngestError) || error.trouble !== 'foreign') throw error;
    const what = fromStep ? 'begin a run with one of its steps' : 'run it again';
    const hint = 'Servers from 1.39 can; the event that triggered it can be sent again.';
    throw new JobdeckError('ENGINE_NOT_CAPABLE', `This server can’t ${what}. ${error.message}`, hint);
  }
  throw new JobdeckError('CONNECTION_FAILED', 'The server did not tell the id of the new run.');
}
