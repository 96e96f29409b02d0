/** Who may talk to the daemon: programs of this machine that have the token, and no browser page. */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { JobdeckError } from '../../shared/errors.ts';

/** Checks the headers of a request or an upgrade; returns why it is refused, or null. */
export type EdgeCheck = (headers: IncomingHttpHeaders) => JobdeckError | null;

/**
 * The check for a daemon on `port`. Host and Origin come first, so that a page that got here by DNS rebinding learns
 * nothing about its token.
 */
export function edgeCheck(token: string, port: () => number): EdgeCheck {
  const expected = digest(token);
  return ({ host, origin, authorization }) => {
    if (!isLoopback(host, port())) {
      return new JobdeckError(
        'FORBIDDEN_HOST',
        'Only requests to the loopback address are answered.',
        `Use http://127.0.0.1:${port()}.`,
      );
    }
    if (origin !== undefined) {
      return new JobdeckError('FORBIDDEN_ORIGIN', 'Requests of web pages are refused.', 'Send no Origin header.');
    }
    if (!timingSafeEqual(digest(bearer(authorization)), expected)) {
      return new JobdeckError(
        'UNAUTHORIZED',
        'The token is missing or wrong.',
        'Send “Authorization: Bearer …” with the token in daemon.json; each start of the daemon makes a new one.',
      );
    }
    return null;
  };
}

function isLoopback(host: string | undefined, port: number): boolean {
  return ['127.0.0.1', 'localhost', '[::1]'].some((name) => host?.toLowerCase() === `${name}:${port}`);
}

function bearer(authorization: string | undefined): string {
  return /^Bearer +(\S+) *$/i.exec(authorization ?? '')?.[1] ?? '';
}

/** Of one length whatever the text's, as the comparison in constant time needs. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
