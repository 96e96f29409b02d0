/** Turns errors into replies: a status and `{"error": {code, message, hint}}`. */
import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { type ErrorBody, JobdeckError, type RequestErrorCode, requestErrors } from '../../shared/errors.ts';
import { requestProblem } from '../../shared/messages/requests.ts';

/** Bytes that the body of a request may have. Environments and input can be large. */
export const bodyLimit = 4 * 1024 * 1024;

export interface ErrorReply {
  status: number;
  body: { error: ErrorBody };
  /** A defect, which should be logged with its stack. */
  unexpected: boolean;
}

/** The reply to a failed request. */
export function toErrorReply(error: unknown): ErrorReply {
  const known = error instanceof JobdeckError ? error : fromFramework(error);
  const expected = known ?? requestProblem('INTERNAL');
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
      return requestProblem('BODY_TOO_LARGE', { limit: bodyLimit });
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return requestProblem('INVALID_REQUEST/contentType');
    case 'FST_ERR_CTP_INVALID_JSON_BODY':
      return requestProblem('INVALID_REQUEST/json');
    default:
      return requestProblem('INVALID_REQUEST/unreadable', { reason: error.message });
  }
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
