/** Entry point of the bundle `dist/celery.js`: opens a connection to a Celery application, or tests one. */
import { celeryMessage } from '../../../shared/messages/celery.ts';
import type { Message } from '../../../shared/messages/schema.ts';
import type { ConnectionTest, RemoteEngineFactory } from '../remote.ts';
import { type CeleryConnection, endpointsOf } from './connection/endpoints.ts';
import { limitationNotes } from './connection/limitations.ts';
import { RemoteControl } from './connection/remoteControl.ts';
import { Session } from './connection/session.ts';
import { CeleryEngine } from './engine.ts';
import { readConfig, readTaskNames } from './wire/inspectReplies.ts';

export type { CeleryConnection } from './connection/endpoints.ts';

export const celeryEngine: RemoteEngineFactory<CeleryConnection> = (settings, deps) => new CeleryEngine(settings, deps);

/** How long to wait for workers to reply, in milliseconds. */
const replyTimeoutMs = 1_000;

/**
 * Connects to the broker and the result backend and counts the workers that reply.
 * @throws JobdeckError INVALID_REQUEST, CONNECTION_FAILED
 */
export const testCelery: ConnectionTest<CeleryConnection> = async (settings) => {
  const endpoints = endpointsOf(settings);
  let control: RemoteControl | null = null;
  const ignore = () => {};
  const session = await Session.open(endpoints, {
    onEvents: ignore,
    onResult: ignore,
    onUnreadableResult: ignore,
    onClosed: ignore,
    onReply: (message) => control?.onReply(message),
  });
  try {
    const clock = {
      now: () => Date.now(),
      after(ms: number, call: () => void) {
        const timer = setTimeout(call, ms);
        return () => clearTimeout(timer);
      },
    };
    control = new RemoteControl(session.broker, { clock, onlineCount: () => 0, onWorkerReplied: ignore });
    const [registered, conf] = await Promise.all([
      control.request('registered', { ms: replyTimeoutMs }),
      control.request('conf', { ms: replyTimeoutMs }),
    ]);
    const [config] = [...conf.values.values()].map(readConfig);
    const tasks = new Set([...registered.values.values()].flatMap(readTaskNames));
    const { kind, version } = session.broker;
    return {
      version: version === null ? kind : `${kind} ${version}`,
      notes: [
        ...workerNotes(registered.values.size, tasks.size),
        ...endpoints.notes,
        ...limitationNotes(config ?? null, endpoints),
      ],
    };
  } finally {
    control?.close();
    await session.close();
  }
};

function workerNotes(workers: number, tasks: number): Message[] {
  if (workers === 0) return [celeryMessage('celery.noWorkers')];
  return [celeryMessage('celery.workers', { count: workers }), celeryMessage('celery.tasks', { count: tasks })];
}

// The daemon loads every engine's bundle by these two names.
export { celeryEngine as open, testCelery as test };
