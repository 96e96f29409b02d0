/** Notes on what can't be shown because of the configuration of an application. Pure. */
import { celeryMessage } from '../../../../shared/messages/celery.ts';
import type { Message } from '../../../../shared/messages/schema.ts';
import { type BrokerAddress, type RedisAddress, schemeOf } from '../brokers/address.ts';
import type { AppConfig } from '../wire/inspectReplies.ts';

/** Notes that follow from the configuration that workers report. Celery masks secrets in it. */
export function limitationNotes(
  config: AppConfig | null,
  endpoints: { results: RedisAddress | null; broker: BrokerAddress },
): Message[] {
  if (config === null) return [];
  const { resultSerializer, serializer } = config;
  const notes = resultBackendNotes(config.resultBackend, endpoints);
  if (resultSerializer !== null && resultSerializer !== 'json') {
    notes.push(celeryMessage('celery.resultSerializer', { serializer: resultSerializer }));
  }
  if (serializer !== null && serializer !== 'json') notes.push(celeryMessage('celery.taskSerializer', { serializer }));
  return notes;
}

function resultBackendNotes(
  reported: string | null,
  { results, broker }: { results: RedisAddress | null; broker: BrokerAddress },
): Message[] {
  if (reported === null) return [celeryMessage('celery.noResultBackend')];
  const scheme = schemeOf(reported);
  const isRedis = scheme.startsWith('redis');
  if (results === null) {
    return isRedis && broker.kind === 'amqp' ? [celeryMessage('celery.resultBackendInRedis')] : [];
  }
  if (isRedis) return databaseNotes(reported, results.database);
  return [
    scheme === ''
      ? celeryMessage('celery.resultBackendUnknown')
      : celeryMessage('celery.resultBackendOther', { backend: scheme }),
  ];
}

function databaseNotes(reported: string, configured: number): Message[] {
  const actual = Number(/\/(\d+)(\?.*)?$/.exec(reported)?.[1] ?? 0);
  return actual === configured ? [] : [celeryMessage('celery.resultDatabase', { actual, configured })];
}
