/** Errors of calls to a server. */
import { JobdeckError } from '../../../../shared/errors.ts';
import { inngestProblem } from '../../../../shared/messages/inngest.ts';
import type { Problem } from '../../../../shared/messages/schema.ts';

/**
 * `unauthorized`: the server requires another key; `rateLimited`: it requires fewer requests; `unsupported`: it is not an
 * Inngest server, or lacks the requested function; `serverError`: it responds with an internal error; `unreachable`: it
 * doesn't respond.
 */
export type ErrorKind = 'unreachable' | 'unauthorized' | 'rateLimited' | 'unsupported' | 'serverError';

export class InngestError extends JobdeckError {
  readonly kind: ErrorKind;
  /** How long the server asked to wait, in milliseconds; null if it didn't. */
  readonly retryAfterMs: number | null;

  constructor(kind: ErrorKind, problem: Problem, retryAfterMs: number | null = null) {
    super(problem);
    this.kind = kind;
    this.retryAfterMs = retryAfterMs;
  }
}

const { problem } = inngestProblem;

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

/** Why a call failed without a response. `address` is the server's host and port. */
export function toUnreachable(address: string, error: unknown, timedOut: boolean): InngestError {
  const unreachable = (why: Problem) => new InngestError('unreachable', why);
  if (timedOut) return unreachable(problem('CONNECTION_FAILED/inngestTimeout', { address }));
  const code = codeOf(error);
  if (code !== null && certificateCodes.has(code)) return unreachable(certificateProblem(address, code));
  if (code?.startsWith('ERR_SSL') || code === 'EPROTO') {
    return unreachable(problem('CONNECTION_FAILED/inngestNoTls', { address }));
  }
  switch (code) {
    case 'ECONNREFUSED':
      return unreachable(problem('CONNECTION_FAILED/inngestNotRunning', { address }));
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return unreachable(problem('CONNECTION_FAILED/inngestHostNotFound', { address }));
    case 'HTTPParserError':
      return new InngestError('unsupported', problem('CONNECTION_FAILED/notHttp', { address }));
    case 'ECONNRESET':
    case 'UND_ERR_SOCKET':
      return unreachable(problem('CONNECTION_FAILED/inngestReset', { address }));
  }
  // `fetch` never connects to certain ports.
  if (messageOf(error) === 'bad port') {
    return new InngestError('unsupported', problem('CONNECTION_FAILED/blockedPort', { address }));
  }
  return unreachable(
    code === null
      ? problem('CONNECTION_FAILED/inngestUnreachable', { address })
      : problem('CONNECTION_FAILED/inngestUnreachableCode', { address, errorCode: code }),
  );
}

function certificateProblem(address: string, code: string): Problem {
  if (code === 'CERT_HAS_EXPIRED') return problem('CONNECTION_FAILED/certificateExpired', { address });
  if (code.includes('ALTNAME')) return problem('CONNECTION_FAILED/certificateName', { address });
  return problem('CONNECTION_FAILED/certificateAuthority', { address });
}

/** The code of the root cause. `fetch` wraps it in causes, of which there may be several. */
function codeOf(error: unknown, depth = 0): string | null {
  if (typeof error !== 'object' || error === null || depth > 4) return null;
  const { name, code, cause, errors } = error as Partial<Record<'name' | 'code' | 'cause' | 'errors', unknown>>;
  // The code of this error depends on the version of Node, and may be missing.
  if (name === 'HTTPParserError') return name;
  if (typeof code === 'string' && code !== '') return code;
  return codeOf(cause, depth + 1) ?? codeOf(Array.isArray(errors) ? errors[0] : null, depth + 1);
}

const messageOf = (error: unknown): string | null => {
  const cause = error instanceof Error ? error.cause : null;
  return cause instanceof Error ? cause.message : null;
};
