/** Builders for connections. */
import type { Connection, RemoteQueue, Worker } from '../../../../shared/connection.ts';
import { ago } from '../builders.ts';

/** Connected, without workers and queues unless given. */
export function makeConnection(given: Partial<Connection> = {}): Connection {
  return {
    name: 'prod',
    engine: 'celery',
    url: 'redis://localhost:6379/0',
    readOnly: false,
    state: 'connected',
    problem: null,
    since: ago(60),
    confirmedAt: ago(1),
    version: null,
    notes: [],
    workers: [],
    queues: [],
    ...given,
  };
}

export function makeWorker(given: Partial<Worker> = {}): Worker {
  return {
    name: 'celery@one',
    online: true,
    active: 2,
    concurrency: 4,
    processed: 1200,
    pool: 'prefork',
    version: '5.5.3',
    load: [0.5, 0.4, 0.3],
    queues: ['celery'],
    seenAt: ago(0),
    ...given,
  };
}

export function makeRemoteQueue(given: Partial<RemoteQueue> = {}): RemoteQueue {
  return { name: 'celery', waiting: 3, consumers: 1, ...given };
}
