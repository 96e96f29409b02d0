/**
 * Authentication. A server accepts a signing key as it is, without its prefix `signkey-…-`, or as its SHA-256; Inngest
 * Cloud also accepts API keys. Keys are therefore sent unchanged. They never appear in messages, logs or errors.
 */
import { inngestProblem } from '../../../../shared/messages/inngest.ts';

/** The header for calls; empty if none is needed. */
export function authorization(key: string | undefined, basic: string | null): Record<string, string> {
  const signingKey = cleanKey(key, 'signingKey');
  if (signingKey !== null && basic !== null) throw inngestProblem('CONNECTION_INVALID/keyAndLogin');
  if (signingKey !== null) return { authorization: `Bearer ${signingKey}` };
  return basic === null ? {} : { authorization: basic };
}

/** The key without whitespace and `Bearer`, which may have been copied with it; null if there is none. */
export function cleanKey(key: string | undefined, kind: 'signingKey' | 'eventKey'): string | null {
  const cleaned = (key ?? '').trim().replace(/^Bearer\s+/i, '');
  if (cleaned === '') return null;
  // Other characters are not allowed in headers and addresses.
  if (!/^[\x21-\x7e]+$/.test(cleaned)) throw inngestProblem(`CONNECTION_INVALID/${kind}`);
  return cleaned;
}

/** The variant of the problem when a server denies access, depending on the signing key of the connection. */
export function accessDenied(key: string | undefined): 'inngestKeyRequired' | 'inngestApiKey' | 'inngestKeyRejected' {
  if (cleanKey(key, 'signingKey') === null) return 'inngestKeyRequired';
  return (key ?? '').includes('sk-inn-api-') ? 'inngestApiKey' : 'inngestKeyRejected';
}
