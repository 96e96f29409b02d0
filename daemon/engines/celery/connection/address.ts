/** Addresses of brokers and result backends, as Celery writes them. Facts: kombu/utils/url.py, kombu/transport. Pure. */
import { JobdeckError } from '../../../../shared/errors.ts';

export interface RedisAddress {
  kind: 'redis';
  host: string;
  port: number;
  /** Of a socket, instead of host and port. */
  path: string | null;
  username: string | null;
  password: string | null;
  database: number;
  tls: Tls | null;
  /** Host and port, for people. */
  where: string;
}

export interface AmqpAddress {
  kind: 'amqp';
  host: string;
  port: number;
  username: string;
  password: string;
  vhost: string;
  tls: Tls | null;
  where: string;
}

export interface Tls {
  /** Whether the certificate is checked. */
  isChecked: boolean;
  /** File of the authority. */
  caFile: string | null;
}

const example = 'Such as: redis://HOST:6379/0 or amqp://USER:PASSWORD@HOST:5672/VHOST';

/** @throws JobdeckError INVALID_REQUEST when it is no address, or none of a broker that is understood. */
export function brokerAddress(url: string): RedisAddress | AmqpAddress {
  const scheme = schemeOf(url);
  if (/^(redis|rediss|redis\+socket)$/.test(scheme)) return redisAddress(url);
  if (/^(py)?amqps?$/.test(scheme)) return amqpAddress(url);
  const known =
    scheme === ''
      ? 'The address of the broker has no scheme.'
      : `A broker of the kind “${scheme}” is not understood: only Redis and RabbitMQ are.`;
  throw new JobdeckError('INVALID_REQUEST', known, example);
}

/** The scheme of an address in lower case; empty when it has none. */
export function schemeOf(url: string): string {
  return /^([a-z][a-z0-9+.-]*):/i.exec(url)?.[1]?.toLowerCase() ?? '';
}

/** @throws JobdeckError INVALID_REQUEST */
export function redisAddress(url: string): RedisAddress {
  const scheme = schemeOf(url);
  const { parts, query } = parse(url);
  const [username, password] = [decoded(parts.username), decoded(parts.password)];
  const common = { kind: 'redis', username, password } as const;
  if (scheme === 'redis+socket') {
    const database = numbered(query.get('virtual_host') ?? '0');
    return { ...common, host: '', port: 0, path: parts.pathname, database, tls: null, where: parts.pathname };
  }
  const [host, port] = [parts.hostname || 'localhost', Number(parts.port || 6379)];
  const database = numbered(query.get('db') ?? query.get('virtual_host') ?? parts.pathname.replace(/^\/+/, ''));
  const tls = scheme === 'rediss' ? tlsOf(query) : null;
  return { ...common, host: bare(host), port, path: null, database, tls, where: `${host}:${port}` };
}

function amqpAddress(url: string): AmqpAddress {
  const { parts, query } = parse(url);
  const isTls = /^(py)?amqps$/.test(schemeOf(url)) || /^(1|true)$/i.test(query.get('ssl') ?? '');
  const [host, port] = [parts.hostname || 'localhost', Number(parts.port || (isTls ? 5671 : 5672))];
  const vhost = decoded(parts.pathname.slice(1)) ?? '/';
  return {
    ...{ kind: 'amqp', host: bare(host), port, vhost, tls: isTls ? tlsOf(query) : null, where: `${host}:${port}` },
    ...{ username: decoded(parts.username) ?? 'guest', password: decoded(parts.password) ?? 'guest' },
  };
}

/** As an address of the web, so that user, host and port are read whatever the scheme. */
function parse(url: string): { parts: URL; query: URLSearchParams } {
  const rest = url.slice(schemeOf(url).length + 1);
  try {
    // A socket has no host: `redis+socket:///run/redis.sock`.
    const parts = new URL(`jobdeck:${rest}`);
    return { parts, query: parts.searchParams };
  } catch {
    // The address may have a password in it, so it is not quoted.
    throw new JobdeckError('INVALID_REQUEST', 'The address is not understood.', example);
  }
}

function decoded(text: string): string | null {
  if (text === '') return null;
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Without the brackets of IPv6. */
const bare = (host: string) => host.replace(/^\[(.*)\]$/, '$1');

function numbered(text: string): number {
  if (text === '') return 0;
  if (/^\d{1,6}$/.test(text)) return Number(text);
  throw new JobdeckError('INVALID_REQUEST', `“${text}” is no number of a database of Redis.`, example);
}

/** Options of redis-py and py-amqp that an address can carry. */
function tlsOf(query: URLSearchParams): Tls {
  const isChecked = !/none/i.test(query.get('ssl_cert_reqs') ?? '');
  return { isChecked, caFile: query.get('ssl_ca_certs') ?? query.get('ca_certs') };
}
