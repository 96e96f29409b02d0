/** Tokens of jobs. The token of a job is only valid for reading that job and reporting on it. */
import { createHmac, timingSafeEqual } from 'node:crypto';

/**
 * A token is `jd1.<jobId>.<mac>`, where the MAC is the HMAC-SHA-256 (RFC 2104) of `jd1.<jobId>` in base64url. Tokens are
 * not stored, and stay valid as long as the secret does not change.
 */
export class JobTokens {
  readonly #secret: string;

  constructor(secret: string) {
    this.#secret = secret;
  }

  tokenOf(jobId: string): string {
    return `jd1.${jobId}.${this.#mac(jobId)}`;
  }

  /** The job that the token belongs to; null if it is not valid. Compares in constant time. */
  jobOf(token: string): string | null {
    const [, jobId, mac] = /^jd1\.([A-Za-z0-9_-]{1,64})\.([A-Za-z0-9_-]{43})$/.exec(token) ?? [];
    if (jobId === undefined || mac === undefined) return null;
    // Compared as text, because several base64url texts decode to the same bytes and only one of them is the token.
    return timingSafeEqual(Buffer.from(mac), Buffer.from(this.#mac(jobId))) ? jobId : null;
  }

  #mac(jobId: string): string {
    return createHmac('sha256', this.#secret).update(`jd1.${jobId}`).digest('base64url');
  }
}
