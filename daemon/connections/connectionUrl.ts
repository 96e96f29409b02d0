/** What of a connection may be shown, and what an address must be. Pure. */
import type { ConnectionSettings } from '../../shared/connection.ts';
import { JobdeckError } from '../../shared/errors.ts';

const schemes = {
  celery: ['redis', 'rediss', 'amqp', 'amqps'],
  inngest: ['http', 'https'],
} as const;

/** The address without user, password, and what else it may carry a secret in; as it is when it is none. */
export function redactUrl(url: string): string {
  const parsed = URL.parse(url);
  if (parsed === null) return url.replace(/\/\/[^@/]*@/, '//');
  parsed.username = '';
  parsed.password = '';
  parsed.search = '';
  parsed.hash = '';
  return parsed.toString().replace(/\/$/, '');
}

/**
 * The address can be one of the engine's.
 * @throws JobdeckError CONNECTION_INVALID
 */
export function validateUrl({ engine, url }: ConnectionSettings): void {
  const known = schemes[engine];
  const parsed = URL.parse(url);
  const scheme = parsed?.protocol.slice(0, -1) ?? '';
  if (parsed !== null && parsed.hostname !== '' && known.some((one) => one === scheme)) return;
  const example =
    engine === 'celery' ? 'redis://localhost:6379/0 or amqp://user:password@host:5672/vhost' : 'http://localhost:8288';
  const what = scheme !== '' && parsed?.hostname !== '' ? `has the scheme ${scheme}` : 'is none';
  throw new JobdeckError(
    'CONNECTION_INVALID',
    `The address of a ${engine} connection begins with ${known.join(', ')}; this one ${what}.`,
    `Such as ${example}.`,
  );
}
