/** Connection addresses: validation, and a form that is safe to show. Pure. */
import type { ConnectionSettings } from '../../shared/connection.ts';
import { connectionProblem } from '../../shared/messages/connections.ts';

const schemes = {
  celery: ['redis', 'rediss', 'amqp', 'amqps'],
  inngest: ['http', 'https'],
} as const;

/** The address without user name, password, query and fragment, which may contain secrets. */
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
 * Checks that the engine supports addresses of this form.
 * @throws JobdeckError CONNECTION_INVALID
 */
export function validateUrl({ engine, url }: ConnectionSettings): void {
  const parsed = URL.parse(url);
  const scheme = parsed?.protocol.slice(0, -1) ?? '';
  if (parsed !== null && parsed.hostname !== '' && schemes[engine].some((one) => one === scheme)) return;
  throw connectionProblem(`CONNECTION_INVALID/${engine}Address`);
}
