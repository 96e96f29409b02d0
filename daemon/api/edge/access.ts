/** Checks who may talk to the daemon: programs on this machine that have a token, never a browser page. */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { proofOf, readChallenge } from '../../../shared/client/proof.ts';
import type { JobdeckError } from '../../../shared/errors.ts';
import { requestProblem } from '../../../shared/messages/requests.ts';
import { proofHeaders } from '../../../shared/wire.ts';

/**
 * What a request may do: nothing, because of `refusal`; everything, if `jobId` is null; or only what is open to that
 * job's token. `proof` answers a challenge: it shows a client that the daemon knows the token before the client sends it.
 */
export type Access = { refusal: JobdeckError; proof?: string } | { refusal: null; jobId: string | null };

/** Checks the headers of a request or a WebSocket upgrade. */
export type EdgeCheck = (headers: IncomingHttpHeaders) => Access;

/**
 * Creates the check for a daemon on `port`. Host and Origin are checked first, so that a page that reached the daemon by
 * DNS rebinding learns nothing about a token.
 */
export function edgeCheck(
  token: string,
  port: () => number,
  tokens: { jobOf(token: string): string | null; tokenOf(jobId: string): string },
): EdgeCheck {
  const refuse = refusal(port);
  const expected = digest(token);
  const prove = (challenge: unknown) => {
    const asked = typeof challenge === 'string' ? readChallenge(challenge) : null;
    if (asked === null) return {};
    const known = asked.jobId === null ? token : tokens.tokenOf(asked.jobId);
    return { proof: proofOf(known, port(), String(challenge)) };
  };
  return ({ host, origin, authorization, [proofHeaders.challenge]: challenge }) => {
    const given = bearer(authorization);
    const forbidden = refuse({ host, origin });
    if (forbidden !== null) return { refusal: forbidden };
    if (timingSafeEqual(digest(given), expected)) return { refusal: null, jobId: null };
    const jobId = tokens.jobOf(given);
    return jobId === null ? { refusal: requestProblem('UNAUTHORIZED'), ...prove(challenge) } : { refusal: null, jobId };
  };
}

/** The error for a request that the job's token does not authorize. */
export function notOpenToJob(jobId: string): JobdeckError {
  return requestProblem('FORBIDDEN_JOB', { id: jobId });
}

function refusal(port: () => number): (headers: Pick<IncomingHttpHeaders, 'host' | 'origin'>) => JobdeckError | null {
  return ({ host, origin }) => {
    if (!isLoopback(host, port())) return requestProblem('FORBIDDEN_HOST', { port: port() });
    return origin === undefined ? null : requestProblem('FORBIDDEN_ORIGIN');
  };
}

function isLoopback(host: string | undefined, port: number): boolean {
  return ['127.0.0.1', 'localhost', '[::1]'].some((name) => host?.toLowerCase() === `${name}:${port}`);
}

function bearer(authorization: string | undefined): string {
  return /^Bearer +(\S+) *$/i.exec(authorization ?? '')?.[1] ?? '';
}

/** Comparing in constant time needs buffers of equal length. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
