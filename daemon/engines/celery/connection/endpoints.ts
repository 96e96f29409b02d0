/** Where a Celery application keeps its messages and results, as the settings of the connection say. Pure. */
import type { CelerySettings } from '../../../../shared/connection.ts';
import { celeryMessage } from '../../../../shared/messages/celery.ts';
import type { Message } from '../../../../shared/messages/schema.ts';
import { type BrokerAddress, brokerAddress, type RedisAddress, redisAddress, schemeOf } from '../brokers/address.ts';
import { type Names, namesOf } from '../wire/names.ts';

/** A connection as it is stored. */
export interface CeleryConnection {
  url: string;
  settings?: CelerySettings;
}

export interface Endpoints {
  broker: BrokerAddress;
  /** Null when results are stored somewhere this engine can't read. */
  results: RedisAddress | null;
  names: Names;
  /** Limitations that follow from where the results are stored. */
  notes: Message[];
}

/** @throws JobdeckError INVALID_REQUEST */
export function endpointsOf({ url, settings = {} }: CeleryConnection): Endpoints {
  const broker = brokerAddress(url);
  const names = namesOf(settings, broker.kind === 'redis' ? broker.database : 0);
  const { resultBackend } = settings;
  if (resultBackend === undefined) {
    if (broker.kind === 'redis') return { broker, results: broker, names, notes: [] };
    return { broker, results: null, names, notes: [celeryMessage('celery.resultBackendNotSet')] };
  }
  // A backend such as `db+postgresql` may be named without an address.
  const scheme = schemeOf(resultBackend) || resultBackend.replace(/[^a-z+]/gi, '').slice(0, 20);
  if (/^(redis|rediss|redis\+socket)$/.test(scheme)) {
    return { broker, results: redisAddress(resultBackend), names, notes: [] };
  }
  return {
    broker,
    results: null,
    names,
    notes: [celeryMessage('celery.resultBackendNotSupported', { backend: scheme })],
  };
}
