/** Turns errors into replies: a status and `{"error": {code, message, hint}}`. */
import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { type ErrorBody, JobdeckError, type RequestErrorCode, requestErrors } from '../../shared/errors.ts';

export interface ErrorReply {
  status: number;
  body: { error: ErrorBody };
  /** A defect, which should be logged with its stack. */
  unexpected: boolean;
}

/** The reply to a failed request. */
export function toErrorReply(error: unknown): ErrorReply {
  const known = error instanceof JobdeckError ? error : fromFramework(error);
  const expected = known ?? new JobdeckError('INTERNAL', 'Something failed inside the daemon.', 'See its daemon.log.');
  return { status: statusOf(expected), body: { error: expected.toBody() }, unexpected: known === null };
}

function statusOf(error: JobdeckError): number {
  return error.code in requestErrors ? requestErrors[error.code as RequestErrorCode] : 500;
}

/** Errors that fastify raises before a handler runs; null for all others. */
function fromFramework(error: unknown): JobdeckError | null {
  if (!(error instanceof Error) || !('statusCode' in error) || Number(error.statusCode) >= 500) return null;
  const code = 'code' in error ? String(error.code) : '';
  switch (code) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return new JobdeckError('BODY_TOO_LARGE', 'The body of the request is larger than 4 MiB.');
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return new JobdeckError(
        'INVALID_REQUEST',
        'The body is not JSON.',
        'Send it as “Content-Type: application/json”.',
      );
    case 'FST_ERR_CTP_INVALID_JSON_BODY':
      return new JobdeckError('INVALID_REQUEST', 'The body is not valid JSON.');
    default:
      return new JobdeckError('INVALID_REQUEST', `The request can't be read: ${error.message}.`);
  }
}

export function jobNotFound(id: string): JobdeckError {
  return new JobdeckError('JOB_NOT_FOUND', `There is no job ${id}.`, 'See the jobs there are with “jobdeck ls”.');
}

/** Replies on a raw socket without a response object, and closes it. */
export function refuseRaw(socket: Duplex, error: unknown): void {
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  const { status, body } = toErrorReply(error);
  const text = JSON.stringify(body);
  socket.end(
    [
      `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
      'Connection: close',
      'Content-Type: application/json; charset=utf-8',
      `Content-Length: ${Buffer.byteLength(text)}`,
      '',
      text,
    ].join('\r\n'),
    () => socket.destroy(),
  );
}
