/**
 * How a server knows us. A signing key is taken as it is, with or without its `signkey-…-` in front, or as the SHA-256 of
 * it; Inngest Cloud also takes API keys. So it is sent as it was given. Keys are in no message, log or error.
 */
import { JobdeckError } from '../../../../shared/errors.ts';

/** The header for calls, empty where none is needed. */
export function authorization(key: string | undefined, basic: string | null): Record<string, string> {
  const signingKey = cleanKey(key, 'signing key');
  if (signingKey !== null && basic !== null) {
    throw new JobdeckError(
      'CONNECTION_INVALID',
      'A server can be told either a signing key or a user and password, not both.',
      'Leave the user and password out of the address, or the signing key.',
    );
  }
  if (signingKey !== null) return { authorization: `Bearer ${signingKey}` };
  return basic === null ? {} : { authorization: basic };
}

/** A key without what copying leaves around it; null when there is none. */
export function cleanKey(key: string | undefined, name: string): string | null {
  const cleaned = (key ?? '').trim().replace(/^Bearer\s+/i, '');
  if (cleaned === '') return null;
  // Anything else can't be in a header, or in an address.
  if (!/^[\x21-\x7e]+$/.test(cleaned)) {
    throw new JobdeckError('CONNECTION_INVALID', `The ${name} has characters that no key has.`, 'Copy it once more.');
  }
  return cleaned;
}

/** What to do about a refusal. */
export function refusalHint(key: string | undefined): string {
  if (cleanKey(key, 'signing key') === null) {
    return 'Give the connection the signing key that the server was started with (INNGEST_SIGNING_KEY).';
  }
  return (key ?? '').includes('sk-inn-api-')
    ? 'API keys are known to Inngest Cloud alone. Elsewhere it takes the signing key.'
    : 'Check that the signing key is that of this server and environment (INNGEST_SIGNING_KEY).';
}
