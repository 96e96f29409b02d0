/** Cancels runs. */
import { inngestProblem } from '../../../../shared/messages/inngest.ts';
import { errorCode, errorMessage, type InngestApi, isMissingRoute } from '../http/inngestApi.ts';
import { isUnknownRun, unknownRunError } from '../runs/findRun.ts';

/** Resolves once the server has accepted the request, or if the run has been cancelled already. */
export async function cancelRun(api: InngestApi, id: string): Promise<void> {
  const { v1, v2 } = api.endpoints;
  const run = encodeURIComponent(id);
  const response = await api.request(`${v2}/runs/${run}/cancel`, { method: 'POST', body: {} });
  if (response.status === 200 && response.isJson) return;
  if (response.status === 409 && errorCode(response.body) === 'run_already_cancelled') return;
  if (response.status === 409) throw alreadyEndedError();
  if (isUnknownRun(response)) throw unknownRunError();
  if (!isMissingRoute(response)) throw api.errorFrom(response);
  // Servers before 1.39. The response has no body.
  const older = await api.request(`${v1}/runs/${run}`, { method: 'DELETE' });
  if (older.status === 200) return;
  if (older.status === 404) throw unknownRunError();
  if (/ended/i.test(errorMessage(older.body) ?? '')) throw alreadyEndedError();
  throw api.errorFrom(older);
}

/** A server that was stopped during a run may list that run as running forever. */
const alreadyEndedError = () => inngestProblem('JOB_ALREADY_ENDED/run');
