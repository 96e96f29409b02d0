/** Why a broker or a result backend can't be used, in a sentence. */
import { readFile } from 'node:fs/promises';
import { JobdeckError } from '../../../../shared/errors.ts';

export class ConnectionError extends Error {
  /** `refused`: it answers, but not to us. */
  readonly state: 'unreachable' | 'refused';
  readonly hint: string;

  constructor(state: 'unreachable' | 'refused', message: string, hint: string) {
    super(message);
    this.name = 'ConnectionProblem';
    this.state = state;
    this.hint = hint;
  }

  toError(): JobdeckError {
    return new JobdeckError('CONNECTION_FAILED', this.message, this.hint);
  }
}

export type ServerKind = 'Redis' | 'RabbitMQ';

/** In the order in which they are looked for. Texts: those of Redis, RabbitMQ, ioredis, amqplib and Node. */
const causes: [RegExp, (who: ServerKind, where: string) => ConnectionError][] = [
  [
    /NOAUTH/,
    (who, where) =>
      refused(`${who} at ${where} wants a password.`, 'Put it into the address: redis://:PASSWORD@HOST:PORT/0'),
  ],
  [
    /WRONGPASS|invalid password|ACCESS.REFUSED|403/i,
    (who, where) => refused(`${who} at ${where} refuses the user or the password.`, 'Correct them in the address.'),
  ],
  [
    /NOPERM/,
    (who, where) =>
      refused(
        `${who} at ${where} does not let this user do what is needed.`,
        'Give the user the rights of a Celery worker.',
      ),
  ],
  [
    /DB index is out of range|invalid DB/i,
    (who, where) =>
      refused(`${who} at ${where} has no database of this number.`, 'Correct the number at the end of the address.'),
  ],
  [
    /ConnectionOpenOk|no access to this vhost|vhost/i,
    (who, where) =>
      refused(
        `${who} at ${where} has no such virtual host, or this user may not use it.`,
        'Correct the end of the address: amqp://USER:PASSWORD@HOST:5672/VHOST',
      ),
  ],
  [
    /RESP type|Protocol error|Frame size|frame|opening handshake|handshake response|ERR unknown command/i,
    (who, where) =>
      refused(
        `What answers at ${where} is not ${who}.`,
        'See whether host and port are right, and whether TLS is wanted there (rediss://, amqps://).',
      ),
  ],
  [
    /certificate|self.signed|CERT_|UNABLE_TO_|ERR_TLS|altname/i,
    (who, where) =>
      refused(
        `The certificate of ${who} at ${where} is not trusted.`,
        'Give its authority by ssl_ca_certs=FILE in the address, or ssl_cert_reqs=none to trust it as it is.',
      ),
  ],
  [
    /EPROTO|wrong version number|ssl3_|SSL routines/i,
    (who, where) =>
      refused(`${who} at ${where} does not speak TLS.`, 'Use the address without TLS: redis:// or amqp://'),
  ],
  [
    /ENOTFOUND|EAI_AGAIN/,
    (who, where) =>
      unreachable(
        `The host of ${who} at ${where} was not found.`,
        'See whether its name is right and whether this machine can look it up.',
      ),
  ],
  [
    /ECONNREFUSED/,
    (who, where) =>
      unreachable(`${who} does not answer at ${where}.`, 'See whether it runs and whether the port is right.'),
  ],
  [
    /ECONNRESET/,
    (who, where) =>
      unreachable(
        `The connection to ${who} at ${where} was cut.`,
        'If that goes on: see whether TLS is wanted there (rediss://, amqps://).',
      ),
  ],
  [
    /TIMEDOUT|timed? ?out/i,
    (who, where) =>
      unreachable(
        `${who} at ${where} did not answer in time.`,
        'See whether it can be reached from here, and whether TLS is wanted there (rediss://, amqps://).',
      ),
  ],
];

/** The file of the authority, of the address. @throws ConnectionProblem */
export async function readCaFile(tls: { caFile: string | null } | null): Promise<Buffer | undefined> {
  if (tls?.caFile == null) return undefined;
  const { caFile } = tls;
  return await readFile(caFile).catch(() => {
    throw refused(`The certificate file ${caFile} can’t be read.`, 'Correct ssl_ca_certs in the address.');
  });
}

/** What an error of a client library means. */
export function toConnectionError(error: unknown, server: ServerKind, where: string): ConnectionError {
  if (error instanceof ConnectionError) return error;
  const text =
    error instanceof Error ? `${(error as NodeJS.ErrnoException).code ?? ''} ${error.message}` : String(error);
  const cause = causes.find(([pattern]) => pattern.test(text));
  if (cause) return cause[1](server, where);
  return unreachable(
    `The connection to ${server} at ${where} was lost: ${text.trim()}`,
    'It is tried again by itself.',
  );
}

/** Whether a command was not answered in its time, by the words of ioredis. */
export function isTimeout(error: unknown): boolean {
  return error instanceof Error && error.message === 'Command timed out';
}

function refused(message: string, hint: string): ConnectionError {
  return new ConnectionError('refused', message, hint);
}

function unreachable(message: string, hint: string): ConnectionError {
  return new ConnectionError('unreachable', message, hint);
}
