/** Notes on what can't be seen or done with an application because of how it is configured. Pure. */
import { type BrokerAddress, type RedisAddress, schemeOf } from '../brokers/address.ts';
import type { AppConfig } from '../wire/inspectReplies.ts';

/** A constant, so that the translation tool finds each note as one text. */
const eventsOnly = ': progress and results are not seen, only what events tell. A result backend in Redis is seen.';

export const noResultAddress = `No address of the results is set (“resultBackend”)${eventsOnly}`;

export function unreadableBackend(scheme: string): string {
  return `Results are kept by “${scheme}://”, which can't be read here${eventsOnly}`;
}

function backendMismatch(scheme: string): string {
  return scheme === ''
    ? `The application keeps its results by another backend, not where they are looked for${eventsOnly}`
    : `The application keeps its results by “${scheme}”, not where they are looked for${eventsOnly}`;
}

/** Notes that follow from the configuration its workers report. Celery masks secrets in that. */
export function limitationNotes(
  config: AppConfig | null,
  { results, broker }: { results: RedisAddress | null; broker: BrokerAddress },
): string[] {
  const notes: string[] = [];
  if (config === null) return notes;
  const { resultBackend, resultSerializer, serializer } = config;
  if (resultBackend === null) notes.push(`The application keeps no results${eventsOnly}`);
  else if (results !== null && !/^redis/.test(schemeOf(resultBackend))) {
    notes.push(backendMismatch(schemeOf(resultBackend)));
  } else if (results === null && /^redis/.test(schemeOf(resultBackend)) && broker.kind === 'amqp') {
    notes.push('The application keeps its results in Redis: set its address as “resultBackend” and they are seen.');
  } else if (results !== null) notes.push(...databaseMismatch(resultBackend, results.database));
  if (resultSerializer !== null && resultSerializer !== 'json') {
    notes.push(`Results are written as “${resultSerializer}”, and only JSON is read: they are not seen.`);
  }
  if (serializer !== null && serializer !== 'json') {
    notes.push(`Tasks are sent as “${serializer}”, and only JSON is read: their arguments are not seen.`);
  }
  return notes;
}

function databaseMismatch(resultBackend: string, database: number): string[] {
  const there = /\/(\d+)(\?.*)?$/.exec(resultBackend)?.[1] ?? '0';
  if (Number(there) === database) return [];
  return [
    `The application keeps its results in database ${there} of Redis, and they are looked for in ${database}: set “resultBackend”. Until then they are only seen as they come.`,
  ];
}
