/**
 * How a daemon proves that it knows a token before it is sent it. Its port may have passed to another program, which
 * may be another user's: `daemon.json` and the environment of a job outlive a daemon that was killed.
 */
import { createHmac } from 'node:crypto';

/** `nonce` or `nonce.jobId`: the id says that the token is that job's. */
const challengePattern = /^([A-Za-z0-9_-]{16,64})(?:\.([A-Za-z0-9_-]{1,64}))?$/;

/** A challenge for the holder of `token`, which is the daemon's or a job's. `nonce`: of letters, digits, `-` and `_`. */
export function challengeFor(token: string, nonce: string): string {
  const [, jobId] = /^jd1\.([A-Za-z0-9_-]{1,64})\./.exec(token) ?? [];
  return jobId === undefined ? nonce : `${nonce}.${jobId}`;
}

/** What a challenge asks for; null when it is none. `jobId`: whose token is to be known, null for the daemon's. */
export function readChallenge(challenge: string): { jobId: string | null } | null {
  const found = challengePattern.exec(challenge);
  return found === null ? null : { jobId: found[2] ?? null };
}

/**
 * The answer: HMAC-SHA-256 (RFC 2104) by the token, in base64url. With the port in it, whoever listens on another port
 * can't pass the challenge on and have it answered there.
 */
export function proofOf(token: string, port: number, challenge: string): string {
  return createHmac('sha256', token).update(`jobdeck-proof-1 ${port} ${challenge}`).digest('base64url');
}
