/** Why a broker or a result backend can't be used. */
import { readFile } from 'node:fs/promises';
import { JobdeckError } from '../../../../shared/errors.ts';
import { celeryProblem } from '../../../../shared/messages/celery.ts';
import type { Problem } from '../../../../shared/messages/schema.ts';

/** `refused`: the server responds, but rejects the connection. */
type FailedState = 'unreachable' | 'refused';

export class ConnectionError extends JobdeckError {
  readonly state: FailedState;

  constructor(state: FailedState, problem: Problem) {
    super(problem);
    this.state = state;
  }
}

export type ServerKind = 'Redis' | 'RabbitMQ';

type Cause =
  | 'passwordRequired'
  | 'loginRejected'
  | 'noPermission'
  | 'noDatabase'
  | 'noVirtualHost'
  | 'otherServer'
  | 'certificate'
  | 'noTls'
  | 'hostNotFound'
  | 'unreachable'
  | 'reset'
  | 'timeout';

/** Error texts of Redis, RabbitMQ, ioredis, amqplib and Node; the first match counts. */
const causes: [RegExp, FailedState, Cause][] = [
  [/NOAUTH/, 'refused', 'passwordRequired'],
  [/WRONGPASS|invalid password|ACCESS.REFUSED|403/i, 'refused', 'loginRejected'],
  [/NOPERM/, 'refused', 'noPermission'],
  [/DB index is out of range|invalid DB/i, 'refused', 'noDatabase'],
  [/ConnectionOpenOk|no access to this vhost|vhost/i, 'refused', 'noVirtualHost'],
  [
    /RESP type|Protocol error|Frame size|frame|opening handshake|handshake response|ERR unknown command/i,
    'refused',
    'otherServer',
  ],
  [/certificate|self.signed|CERT_|UNABLE_TO_|ERR_TLS|altname/i, 'refused', 'certificate'],
  [/EPROTO|wrong version number|ssl3_|SSL routines/i, 'refused', 'noTls'],
  [/ENOTFOUND|EAI_AGAIN/, 'unreachable', 'hostNotFound'],
  [/ECONNREFUSED/, 'unreachable', 'unreachable'],
  [/ECONNRESET/, 'unreachable', 'reset'],
  [/TIMEDOUT|timed? ?out/i, 'unreachable', 'timeout'],
];

/** Reads the certificate file of an address. @throws ConnectionError */
export async function readCaFile(tls: { caFile: string | null } | null): Promise<Buffer | undefined> {
  if (tls?.caFile == null) return undefined;
  const { caFile } = tls;
  return await readFile(caFile).catch(() => {
    throw new ConnectionError('refused', celeryProblem.problem('CONNECTION_FAILED/certificateFile', { file: caFile }));
  });
}

/** Explains an error of a client library; null if the server just closed the connection. `address`: host and port. */
export function toConnectionError(error: unknown, server: ServerKind, address: string): ConnectionError {
  if (error instanceof ConnectionError) return error;
  if (error == null) {
    return new ConnectionError('unreachable', celeryProblem.problem('CONNECTION_FAILED/closed', { server, address }));
  }
  const text =
    error instanceof Error ? `${(error as NodeJS.ErrnoException).code ?? ''} ${error.message}` : String(error);
  const known = causes.find(([pattern]) => pattern.test(text));
  if (known === undefined) {
    const params = { server, address, reason: text.trim() };
    return new ConnectionError('unreachable', celeryProblem.problem('CONNECTION_FAILED/lost', params));
  }
  const [, state, cause] = known;
  return new ConnectionError(state, celeryProblem.problem(`CONNECTION_FAILED/${cause}`, { server, address }));
}

/** Whether ioredis gave up a command. */
export function isTimeout(error: unknown): boolean {
  return error instanceof Error && error.message === 'Command timed out';
}
