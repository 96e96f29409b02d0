/** What can be wrong with a server, and what it is told as. */
import { JobdeckError } from '../../../../shared/errors.ts';

/**
 * `refused`: it wants another key; `busy`: it wants fewer calls; `foreign`: it is no Inngest server, or has not what was
 * asked for; `failing`: it answers with an error of its own; `unreachable`: it does not response.
 */
export type ErrorKind = 'unreachable' | 'unauthorized' | 'rateLimited' | 'unsupported' | 'serverError';

export class InngestError extends JobdeckError {
  readonly kind: ErrorKind;
  /** How long it wants to be left alone, in milliseconds, where it said so. */
  readonly retryAfterMs: number | null;

  constructor(trouble: ErrorKind, message: string, hint: string | null, retryAfterMs: number | null = null) {
    super('CONNECTION_FAILED', message, hint);
    this.kind = trouble;
    this.retryAfterMs = retryAfterMs;
  }
}

const certificateCodes = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'CERT_HAS_EXPIRED',
  'CERT_NOT_YET_VALID',
  'ERR_TLS_CERT_ALTNAME_INVALID',
]);

/** Why a call did not come through. `timedOut` when it was given up by us. */
export function toUnreachable(host: string, error: unknown, timedOut: boolean): InngestError {
  if (timedOut) {
    return new InngestError(
      'unreachable',
      `${host} did not answer in time.`,
      'It may be busy, or a firewall drops it.',
    );
  }
  const code = codeOf(error);
  if (code !== null && certificateCodes.has(code)) {
    return certificateError(host, code);
  }
  if (code?.startsWith('ERR_SSL') || code === 'EPROTO') {
    return new InngestError('unreachable', `${host} does not speak TLS there.`, 'Try the address with http://.');
  }
  switch (code) {
    case 'ECONNREFUSED':
      return new InngestError('unreachable', `Nothing listens at ${host}.`, 'Is the Inngest server running?');
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return new InngestError('unreachable', `There is no host of the name in ${host}.`, 'Check the address.');
    case 'HTTPParserError':
      return new InngestError('unsupported', `What listens at ${host} is no web server.`, 'Check the port.');
    case 'ECONNRESET':
    case 'UND_ERR_SOCKET':
      return new InngestError(
        'unreachable',
        `${host} closed the connection.`,
        'If it speaks TLS, the address begins with https://.',
      );
    default:
      // `fetch` has a list of ports that it never uses.
      if (messageOf(error) === 'bad port') {
        return new InngestError(
          'unsupported',
          `The port of ${host} is one that is kept for something else.`,
          'Check the port.',
        );
      }
      return new InngestError('unreachable', `${host} can't be reached${code ? ` (${code})` : ''}.`, null);
  }
}

function certificateError(host: string, code: string): InngestError {
  if (code === 'CERT_HAS_EXPIRED') {
    return new InngestError('unreachable', `The certificate of ${host} has expired.`, null);
  }
  if (code.includes('ALTNAME')) {
    return new InngestError('unreachable', `The certificate of ${host} is for another name.`, null);
  }
  return new InngestError(
    'unreachable',
    `The certificate of ${host} is not signed by anybody this machine trusts.`,
    'Start the daemon with NODE_EXTRA_CA_CERTS naming the file of its authority.',
  );
}

/** The code of what is at the bottom of it: `fetch` hides it in causes, which may be several. */
function codeOf(error: unknown, depth = 0): string | null {
  if (typeof error !== 'object' || error === null || depth > 4) return null;
  const { name, code, cause, errors } = error as Partial<Record<'name' | 'code' | 'cause' | 'errors', unknown>>;
  // Its code depends on the version of Node, and may be missing.
  if (name === 'HTTPParserError') return name;
  if (typeof code === 'string' && code !== '') return code;
  return codeOf(cause, depth + 1) ?? codeOf(Array.isArray(errors) ? errors[0] : null, depth + 1);
}

const messageOf = (error: unknown): string | null => {
  const cause = error instanceof Error ? error.cause : null;
  return cause instanceof Error ? cause.message : null;
};
