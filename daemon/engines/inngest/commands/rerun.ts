/** Runs a run again, from its beginning or from one of its steps. */
import type { FromStep } from '../../../../shared/connection.ts';
import { inngestProblem } from '../../../../shared/messages/inngest.ts';
import { problemMessage } from '../../../../shared/messages/nested.ts';
import { InngestError } from '../http/errors.ts';
import { queryGraphql, rerunMutations } from '../http/graphql.ts';
import { errorMessage, type InngestApi, isMissingRoute } from '../http/inngestApi.ts';
import { getPath, readText } from '../http/json.ts';
import { isUnknownRun, unknownRunError } from '../runs/findRun.ts';

/** Starts a new run and returns its ID. With `fromStep` it reuses the results of the steps before that one. */
export async function rerun(api: InngestApi, id: string, fromStep: FromStep | undefined): Promise<string> {
  const step = fromStep && { stepId: fromStep.stepId, ...stepInput(fromStep) };
  const response = await api.request(`${api.endpoints.v2}/runs/${encodeURIComponent(id)}/rerun`, {
    method: 'POST',
    body: step ? { fromStep: step } : {},
  });
  const runId = readText(getPath(response.body, 'data', 'runId'), 100);
  if (response.status === 200 && runId !== null) return runId;
  if (isUnknownRun(response)) throw unknownRunError();
  const reason = errorMessage(response.body);
  if (response.status === 501 && /cron/i.test(reason ?? '')) throw inngestProblem('ENGINE_NOT_CAPABLE/scheduledRun');
  if (response.status === 400 && step && /unknown|unexpected|fromStep/i.test(reason ?? ''))
    return rerunByGraphql(api, id, fromStep);
  if (response.status === 400 && step) {
    throw reason === null
      ? inngestProblem('UNKNOWN_STEP/missing')
      : inngestProblem('UNKNOWN_STEP/rejected', { reason });
  }
  if (isMissingRoute(response)) return rerunByGraphql(api, id, fromStep);
  throw api.errorFrom(response);
}

/** The input of a step is its argument list; any other value is taken as its only argument. */
const stepInput = ({ input }: FromStep) =>
  input === undefined ? {} : { input: Array.isArray(input) ? input : [input] };

async function rerunByGraphql(api: InngestApi, id: string, fromStep: FromStep | undefined): Promise<string> {
  const { input } = fromStep ? stepInput(fromStep) : { input: undefined };
  const step = fromStep && { stepID: fromStep.stepId, ...(input ? { input: JSON.stringify(input) } : {}) };
  try {
    const body = await (step
      ? queryGraphql(api, rerunMutations.fromStep, { id, step })
      : queryGraphql(api, rerunMutations.whole, { id }));
    const runId = readText(getPath(body, 'data', 'rerun'), 100);
    if (runId !== null) return runId;
  } catch (error) {
    if (!(error instanceof InngestError) || error.kind !== 'unsupported') throw error;
    const variant = fromStep ? 'rerunFromStep' : 'rerun';
    throw inngestProblem(`ENGINE_NOT_CAPABLE/${variant}`, { reason: problemMessage(error.toBody()) });
  }
  throw inngestProblem('CONNECTION_FAILED/noRunId');
}
