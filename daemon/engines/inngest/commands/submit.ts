/** Sends events and invokes functions. The same key again starts nothing twice. */
import type { RemoteSubmitRequest } from '../../../../shared/connection.ts';
import { JobdeckError } from '../../../../shared/errors.ts';
import type { Fact } from '../../remote.ts';
import { asArray, asRecord } from '../../untrustedJson.ts';
import { cleanKey } from '../http/auth.ts';
import { type ApiResponse, errorCode, errorMessage, type InngestApi } from '../http/inngestApi.ts';
import { getPath, readText } from '../http/json.ts';

/** What a server takes at most, unless it was told otherwise; in bytes. */
const maxData = 3 << 20;

const invalid = (message: string, hint: string | null = null) => new JobdeckError('INVALID_REQUEST', message, hint);

/** What is asked for, once it is known to be possible. */
export type Submission =
  | { kind: 'event'; name: string; data: Record<string, unknown>; ts: number | null }
  | { kind: 'function'; app: string; function: string; data: Record<string, unknown> };

/** @throws JobdeckError INVALID_REQUEST */
export function parseSubmission(request: RemoteSubmitRequest): Submission {
  const { event, data = {}, notBefore } = request;
  if (request.task !== undefined) throw invalid('Inngest has no tasks.', 'Name a function or an event.');
  if ((event === undefined) === (request.function === undefined)) throw invalid('Name either a function or an event.');
  for (const name of ['args', 'kwargs', 'queue', 'priority'] as const) {
    if (request[name] !== undefined)
      throw invalid(`Inngest takes no ${name}.`, 'What a function needs goes into data.');
  }
  const fields = asRecord(data);
  if (fields === null) throw invalid('The data for Inngest is a JSON object.', 'Such as {"orderId": 1}.');
  const bytes = Buffer.byteLength(JSON.stringify(fields));
  if (bytes > maxData) throw invalid(`The data has ${bytes} bytes; Inngest takes at most ${maxData}.`);
  if (event !== undefined) {
    if (/^inngest\//i.test(event)) throw invalid('Names of events that begin with inngest/ are Inngest’s own.');
    if (/[\p{Cc}]/u.test(event)) throw invalid('The name of an event has no control characters.');
    return { kind: 'event', name: event, data: fields, ts: notBefore === undefined ? null : Date.parse(notBefore) };
  }
  if (notBefore !== undefined)
    throw invalid('A function is invoked at once.', 'An event can be sent for a later time.');
  const [app, ...rest] = (request.function ?? '').split('/');
  if (!app || rest.join('/') === '')
    throw invalid('A function is named by its app and its id.', 'Such as shop/send-receipt.');
  return { kind: 'function', app, function: rest.join('/'), data: fields };
}

/** What a job is before its run exists. */
export function initialFact(submission: Submission): Omit<Fact, 'externalId' | 'source' | 'at'> {
  if (submission.kind === 'function') {
    const path = `${submission.app}/${submission.function}`;
    return { title: submission.function, type: path, queue: path, commandLine: path, input: { data: submission.data } };
  }
  const { name, data, ts } = submission;
  return {
    ...{ title: name, type: name, commandLine: `event ${name}`, input: { name, data }, metadata: { event: name } },
    ...(ts === null ? {} : { status: 'waiting', wait: { reason: 'delay', until: ts, detail: null } }),
  };
}

/** Starts a run of a function and returns its id, also when it was started by the same key before. */
export async function invokeFunction(
  api: InngestApi,
  asked: Submission & { kind: 'function' },
  key: string,
): Promise<string> {
  const { host, v2 } = api.endpoints;
  const path = `${encodeURIComponent(asked.app)}/functions/${encodeURIComponent(asked.function)}`;
  const body = { data: asked.data, idempotencyKey: key };
  const response = await api.request(`${v2}/apps/${path}/invoke`, { method: 'POST', body });
  const runId = readText(getPath(response.body, 'data', 'runId'), 100);
  if ((response.status === 200 || response.status === 409) && runId !== null) return runId;
  if (response.status === 404 && errorCode(response.body) === 'not_found') {
    const name = `${asked.app}/${asked.function}`;
    throw new JobdeckError(
      'UNKNOWN_TARGET',
      `${host} has no function ${name}.`,
      'Is its app running and synchronised?',
    );
  }
  if (response.status === 422) {
    const said = errorMessage(response.body) ?? 'Inngest did not start it.';
    throw new JobdeckError(
      'INVALID_REQUEST',
      `The function was not started: ${said}`,
      hintFor(errorCode(response.body)),
    );
  }
  if (response.status === 404 || response.status === 501 || !response.isJson) {
    const hint = 'Send the event that triggers it.';
    throw new JobdeckError('ENGINE_NOT_CAPABLE', 'This server can’t invoke functions for others: it is too old.', hint);
  }
  throw toRejection(api, response);
}

function hintFor(code: string | null): string | null {
  switch (code) {
    case 'rate_limited':
      return 'Its rate limit is reached: try again later.';
    case 'function_skipped':
      return 'It is paused: let it go on in Inngest.';
    case 'function_debounced':
      return 'It starts when nothing more has come for a while.';
    default:
      return null;
  }
}

/** Sends an event and returns its id there. */
export async function sendEvent(
  api: InngestApi,
  { name, data, ts }: Submission & { kind: 'event' },
  keys: { id: string; eventKey: string | undefined },
): Promise<string> {
  const { events, host, v2 } = api.endpoints;
  const eventKey = cleanKey(keys.eventKey, 'event key');
  const body = { name, data, id: keys.id, ...(ts === null ? {} : { ts }) };
  // With a signing key alone newer servers take it too; a dev server takes it by any key.
  const bySigningKey = eventKey === null && api.hasSigningKey;
  const url = bySigningKey ? `${v2}/events` : `${events}/${encodeURIComponent(eventKey ?? 'dev')}`;
  const response = await api.request(url, { method: 'POST', body, withoutKey: !bySigningKey });
  const id =
    readText(getPath(response.body, 'data', 'eventId'), 100) ??
    readText(asArray(getPath(response.body, 'ids'))[0], 100);
  if (response.status === 200 && id !== null) return id;
  if (bySigningKey && (response.status === 404 || response.status === 501 || !response.isJson)) {
    throw new JobdeckError(
      'CONNECTION_FAILED',
      `${host} takes events by an event key only.`,
      'Give the connection one.',
    );
  }
  if (response.status === 401 || response.status === 403) {
    const hint = eventKey === null ? 'Give the connection an event key.' : 'Check the event key of the connection.';
    throw new JobdeckError('CONNECTION_INVALID', `${host} refuses the event.`, hint);
  }
  throw toRejection(api, response);
}

/** What was refused has started nothing, and is not told as CONNECTION_FAILED, after which nobody knows. */
const toRejection = (api: InngestApi, response: ApiResponse): JobdeckError => {
  const said = errorMessage(response.body);
  const failure = api.errorFrom(response);
  if ((response.status === 400 || response.status === 413) && said !== null) return invalid(`Inngest says: ${said}`);
  if (failure.kind === 'unauthorized') return new JobdeckError('CONNECTION_INVALID', failure.message, failure.hint);
  if (failure.kind === 'rateLimited')
    return new JobdeckError('ENGINE_NOT_CAPABLE', failure.message, 'Try again in a while.');
  return failure;
};
