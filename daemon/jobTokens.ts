/** Tokens of jobs: each is good for reports on that job, and for reading it. */
import { createHmac, timingSafeEqual } from 'node:crypto';

/**
 * `jd1.<jobId>.<mac>`, the mac being the HMAC-SHA-256 (RFC 2104) of the id in base64url. Nothing is kept of a token, and
 * it stays good as long as the secret does.
 */
export class JobTokens {
  readonly #secret: string;

  constructor(secret: string) {
    this.#secret = secret;
  }

  tokenOf(jobId: string): string {
    return `jd1.${jobId}.${this.#mac(jobId)}`;
  }

  /** The job whose token it is; null when it is none of these. Compared in constant time. */
  jobOf(token: string): string | null {
    const [, jobId, mac] = /^jd1\.([A-Za-z0-9_-]{1,64})\.([A-Za-z0-9_-]{43})$/.exec(token) ?? [];
    if (jobId === undefined || mac === undefined) return null;
    // As text: four of the last characters there may be stand for the same bytes, and only one is that of the token.
    return timingSafeEqual(Buffer.from(mac), Buffer.from(this.#mac(jobId))) ? jobId : null;
  }

  #mac(jobId: string): string {
    return createHmac('sha256', this.#secret).update(`jd1.${jobId}`).digest('base64url');
  }
}
