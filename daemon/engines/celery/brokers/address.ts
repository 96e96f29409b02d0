/** Parses broker and result backend URLs as Celery does. See kombu/utils/url.py and kombu/transport. Pure. */
import { celeryProblem } from '../../../../shared/messages/celery.ts';

export interface RedisAddress {
  kind: 'redis';
  host: string;
  port: number;
  /** Path of a Unix socket, used instead of host and port. */
  path: string | null;
  username: string | null;
  password: string | null;
  database: number;
  tls: TlsOptions | null;
  /** Host and port, or the socket, as shown in messages. */
  label: string;
}

export interface AmqpAddress {
  kind: 'amqp';
  host: string;
  port: number;
  username: string;
  password: string;
  vhost: string;
  tls: TlsOptions | null;
  label: string;
}

export interface TlsOptions {
  verifyCertificate: boolean;
  /** File with the certificate of the authority. */
  caFile: string | null;
}

export type BrokerAddress = RedisAddress | AmqpAddress;

/** @throws JobdeckError INVALID_REQUEST if the URL is malformed or names an unsupported broker. */
export function brokerAddress(url: string): BrokerAddress {
  const scheme = schemeOf(url);
  if (/^(redis|rediss|redis\+socket)$/.test(scheme)) return redisAddress(url);
  if (/^(py)?amqps?$/.test(scheme)) return amqpAddress(url);
  if (scheme === '') throw celeryProblem('INVALID_REQUEST/brokerScheme');
  throw celeryProblem('INVALID_REQUEST/brokerNotSupported', { scheme });
}

/** The scheme of a URL in lower case; empty if it has none. */
export function schemeOf(url: string): string {
  return /^([a-z][a-z0-9+.-]*):/i.exec(url)?.[1]?.toLowerCase() ?? '';
}

/** @throws JobdeckError INVALID_REQUEST */
export function redisAddress(url: string): RedisAddress {
  const scheme = schemeOf(url);
  const { parts, query } = parseUrl(url);
  const [username, password] = [decode(parts.username), decode(parts.password)];
  const common = { kind: 'redis', username, password } as const;
  if (scheme === 'redis+socket') {
    const database = parseDatabase(query.get('virtual_host') ?? '0');
    return { ...common, host: '', port: 0, path: parts.pathname, database, tls: null, label: parts.pathname };
  }
  const [host, port] = [parts.hostname || 'localhost', Number(parts.port || 6379)];
  const database = parseDatabase(query.get('db') ?? query.get('virtual_host') ?? parts.pathname.replace(/^\/+/, ''));
  const tls = scheme === 'rediss' ? tlsOptions(query) : null;
  return { ...common, host: withoutBrackets(host), port, path: null, database, tls, label: `${host}:${port}` };
}

function amqpAddress(url: string): AmqpAddress {
  const { parts, query } = parseUrl(url);
  const isTls = /^(py)?amqps$/.test(schemeOf(url)) || /^(1|true)$/i.test(query.get('ssl') ?? '');
  const [host, port] = [parts.hostname || 'localhost', Number(parts.port || (isTls ? 5671 : 5672))];
  const vhost = decode(parts.pathname.slice(1)) ?? '/';
  return {
    kind: 'amqp',
    host: withoutBrackets(host),
    port,
    username: decode(parts.username) ?? 'guest',
    password: decode(parts.password) ?? 'guest',
    vhost,
    tls: isTls ? tlsOptions(query) : null,
    label: `${host}:${port}`,
  };
}

/** Parsed under a neutral scheme, because `URL` treats some schemes specially. */
function parseUrl(url: string): { parts: URL; query: URLSearchParams } {
  const rest = url.slice(schemeOf(url).length + 1);
  try {
    // A socket URL has no host: `redis+socket:///run/redis.sock`.
    const parts = new URL(`jobdeck:${rest}`);
    return { parts, query: parts.searchParams };
  } catch {
    // The message must not quote the URL, which may contain a password.
    throw celeryProblem('INVALID_REQUEST/brokerAddress');
  }
}

function decode(text: string): string | null {
  if (text === '') return null;
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Strips the brackets of an IPv6 address. */
const withoutBrackets = (host: string) => host.replace(/^\[(.*)\]$/, '$1');

function parseDatabase(text: string): number {
  if (text === '') return 0;
  if (/^\d{1,6}$/.test(text)) return Number(text);
  throw celeryProblem('INVALID_REQUEST/redisDatabase', { database: text });
}

/** Reads the TLS options that redis-py and py-amqp accept in the query of a URL. */
function tlsOptions(query: URLSearchParams): TlsOptions {
  const verifyCertificate = !/none/i.test(query.get('ssl_cert_reqs') ?? '');
  return { verifyCertificate, caFile: query.get('ssl_ca_certs') ?? query.get('ca_certs') };
}
