/** Sends events and invokes functions, each key once. */
import type { RemoteSubmitRequest } from '../../../../shared/connection.ts';
import type { JobdeckError } from '../../../../shared/errors.ts';
import { readInstant } from '../../../../shared/isoTime.ts';
import { inngestProblem } from '../../../../shared/messages/inngest.ts';
import type { Fact } from '../../remote.ts';
import { asArray, asRecord } from '../../untrustedJson.ts';
import { cleanKey } from '../http/auth.ts';
import { type ApiResponse, errorCode, errorMessage, type InngestApi } from '../http/inngestApi.ts';
import { getPath, readText } from '../http/json.ts';

/** The default limit of servers, in bytes. */
const maxDataBytes = 3 << 20;

/** A valid request. */
export type Submission =
  | { kind: 'event'; name: string; data: Record<string, unknown>; ts: number | null }
  | { kind: 'function'; app: string; function: string; data: Record<string, unknown> };

/** @throws JobdeckError INVALID_REQUEST */
export function parseSubmission(request: RemoteSubmitRequest): Submission {
  const { event, data = {}, notBefore } = request;
  if (request.task !== undefined) throw inngestProblem('INVALID_REQUEST/taskNotSupported');
  if ((event === undefined) === (request.function === undefined))
    throw inngestProblem('INVALID_REQUEST/functionOrEvent');
  for (const field of ['args', 'kwargs', 'queue', 'priority'] as const) {
    if (request[field] !== undefined) throw inngestProblem('INVALID_REQUEST/fieldNotSupported', { field });
  }
  const fields = asRecord(data);
  if (fields === null) throw inngestProblem('INVALID_REQUEST/dataNotObject', { example: '{"orderId": 1}' });
  const size = Buffer.byteLength(JSON.stringify(fields));
  if (size > maxDataBytes) throw inngestProblem('INVALID_REQUEST/dataTooLarge', { size, limit: maxDataBytes });
  if (event !== undefined) {
    if (/^inngest\//i.test(event)) throw inngestProblem('INVALID_REQUEST/reservedEvent');
    if (/[\p{Cc}]/u.test(event)) throw inngestProblem('INVALID_REQUEST/eventName');
    const ts = notBefore === undefined ? null : readInstant(notBefore);
    if (notBefore !== undefined && ts === null) throw inngestProblem('INVALID_REQUEST/eventTime', { text: notBefore });
    return { kind: 'event', name: event, data: fields, ts };
  }
  if (notBefore !== undefined) throw inngestProblem('INVALID_REQUEST/functionTime');
  const [app, ...rest] = (request.function ?? '').split('/');
  if (!app || rest.join('/') === '') throw inngestProblem('INVALID_REQUEST/functionName');
  return { kind: 'function', app, function: rest.join('/'), data: fields };
}

/** The job before its run exists. */
export function initialFact(submission: Submission): Omit<Fact, 'externalId' | 'source' | 'at'> {
  if (submission.kind === 'function') {
    const path = `${submission.app}/${submission.function}`;
    return { title: submission.function, type: path, queue: path, commandLine: path, input: { data: submission.data } };
  }
  const { name, data, ts } = submission;
  return {
    title: name,
    type: name,
    commandLine: `event ${name}`,
    input: { name, data },
    metadata: { event: name },
    ...(ts === null ? {} : { status: 'waiting', wait: { reason: 'delay', until: ts, detail: null } }),
  };
}

/** Starts a run of a function and returns its ID. If the key was used before, returns the ID of that run. */
export async function invokeFunction(
  api: InngestApi,
  submission: Submission & { kind: 'function' },
  key: string,
): Promise<string> {
  const { host: address, v2 } = api.endpoints;
  const name = `${encodeURIComponent(submission.app)}/functions/${encodeURIComponent(submission.function)}`;
  const body = { data: submission.data, idempotencyKey: key };
  const response = await api.request(`${v2}/apps/${name}/invoke`, { method: 'POST', body });
  const runId = readText(getPath(response.body, 'data', 'runId'), 100);
  if ((response.status === 200 || response.status === 409) && runId !== null) return runId;
  if (response.status === 404 && errorCode(response.body) === 'not_found') {
    const path = `${submission.app}/${submission.function}`;
    throw inngestProblem('UNKNOWN_TARGET/functionOnServer', { address, function: path });
  }
  if (response.status === 422) throw notStarted(response.body);
  if (response.status === 404 || response.status === 501 || !response.isJson) {
    throw inngestProblem('ENGINE_NOT_CAPABLE/invoke');
  }
  throw toRejection(api, response);
}

function notStarted(body: unknown): JobdeckError {
  switch (errorCode(body)) {
    case 'rate_limited':
      return inngestProblem('INVALID_REQUEST/functionRateLimited');
    case 'function_skipped':
      return inngestProblem('INVALID_REQUEST/functionPaused');
    case 'function_debounced':
      return inngestProblem('INVALID_REQUEST/functionDebounced');
  }
  const reason = errorMessage(body);
  return reason === null
    ? inngestProblem('INVALID_REQUEST/functionNotStarted')
    : inngestProblem('INVALID_REQUEST/functionNotStartedReason', { reason });
}

/** Sends an event and returns its internal ID. */
export async function sendEvent(
  api: InngestApi,
  { name, data, ts }: Submission & { kind: 'event' },
  keys: { id: string; eventKey: string | undefined },
): Promise<string> {
  const { events, host: address, v2 } = api.endpoints;
  const eventKey = cleanKey(keys.eventKey, 'eventKey');
  const body = { name, data, id: keys.id, ...(ts === null ? {} : { ts }) };
  // Newer servers also accept events with only a signing key; a dev server accepts any event key.
  const bySigningKey = eventKey === null && api.hasSigningKey;
  const url = bySigningKey ? `${v2}/events` : `${events}/${encodeURIComponent(eventKey ?? 'dev')}`;
  const response = await api.request(url, { method: 'POST', body, withoutKey: !bySigningKey });
  const id =
    readText(getPath(response.body, 'data', 'eventId'), 100) ??
    readText(asArray(getPath(response.body, 'ids'))[0], 100);
  if (response.status === 200 && id !== null) return id;
  if (bySigningKey && (response.status === 404 || response.status === 501 || !response.isJson)) {
    throw inngestProblem('CONNECTION_FAILED/eventKeyOnly', { address });
  }
  if (response.status === 401 || response.status === 403) {
    const variant = eventKey === null ? 'eventKeyRequired' : 'eventKeyRejected';
    throw inngestProblem(`CONNECTION_INVALID/${variant}`, { address });
  }
  throw toRejection(api, response);
}

/** A rejected request has had no effect. Its code is not CONNECTION_FAILED, which leaves that open. */
function toRejection(api: InngestApi, response: ApiResponse): JobdeckError {
  const reason = errorMessage(response.body);
  const error = api.errorFrom(response);
  if ((response.status === 400 || response.status === 413) && reason !== null) {
    return inngestProblem('INVALID_REQUEST/rejected', { reason });
  }
  if (error.kind === 'unauthorized') return api.accessDenied('CONNECTION_INVALID');
  if (error.kind === 'rateLimited') {
    return inngestProblem('ENGINE_NOT_CAPABLE/rateLimited', { address: api.endpoints.host });
  }
  return error;
}
