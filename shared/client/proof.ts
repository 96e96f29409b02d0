/**
 * A daemon proves that it knows a token before a client sends it. Another program, maybe of another user, may have taken
 * over the port, because `daemon.json` and the environments of jobs outlive a daemon that was killed.
 */
import { createHmac } from 'node:crypto';

/** `nonce`, or `nonce.jobId` for the token of a job. */
const challengePattern = /^([A-Za-z0-9_-]{16,64})(?:\.([A-Za-z0-9_-]{1,64}))?$/;

/** A challenge to prove knowledge of `token`, the daemon's or a job's. `nonce` consists of letters, digits, `-` and `_`. */
export function challengeFor(token: string, nonce: string): string {
  const [, jobId] = /^jd1\.([A-Za-z0-9_-]{1,64})\./.exec(token) ?? [];
  return jobId === undefined ? nonce : `${nonce}.${jobId}`;
}

/** Parses a challenge; null if it is invalid. `jobId`: the job whose token it is about, null for the daemon's. */
export function readChallenge(challenge: string): { jobId: string | null } | null {
  const found = challengePattern.exec(challenge);
  return found === null ? null : { jobId: found[2] ?? null };
}

/**
 * The proof: HMAC-SHA-256 (RFC 2104) with the token, in base64url. It includes the port, so that a program on another
 * port can't forward the challenge to the daemon.
 */
export function proofOf(token: string, port: number, challenge: string): string {
  return createHmac('sha256', token).update(`jobdeck-proof-1 ${port} ${challenge}`).digest('base64url');
}
