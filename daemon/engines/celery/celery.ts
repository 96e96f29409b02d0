/** The Celery adapter, as the rest of the daemon sees it. */
import { plainMessage } from '../../../shared/messages/define.ts';
import type { ConnectionTest, RemoteEngineFactory } from '../remote.ts';
import { ConnectionProblem } from './connection/errors.ts';
import { notesOfConfig } from './connection/limitations.ts';
import { Asking } from './connection/remoteControl.ts';
import { type CeleryConnection, placeOf, Session } from './connection/session.ts';
import { CeleryEngine } from './engine.ts';
import { readConf, readNames } from './wire/inspectReplies.ts';

export type { CeleryConnection } from './connection/session.ts';

export const celeryEngine: RemoteEngineFactory<CeleryConnection> = (settings, deps) => new CeleryEngine(settings, deps);

/** How long workers have to say that they are there. */
const waitMs = 1_000;

/** Connects to broker and results, and asks who is there. @throws JobdeckError INVALID_REQUEST, CONNECTION_FAILED */
export const testCelery: ConnectionTest<CeleryConnection> = async (settings) => {
  const place = placeOf(settings);
  let asking: Asking | null = null;
  const nothing = () => {};
  let session: Session;
  try {
    session = await Session.open(place, {
      ...{ events: nothing, result: nothing, unreadableResult: nothing, gone: nothing },
      reply: (message) => asking?.onReply(message),
    });
  } catch (error) {
    throw error instanceof ConnectionProblem ? error.toError() : error;
  }
  try {
    const clock = {
      now: () => Date.now(),
      after(ms: number, call: () => void) {
        const timer = setTimeout(call, ms);
        return () => clearTimeout(timer);
      },
    };
    asking = new Asking(session.broker, { clock, online: () => 0, heard: nothing });
    const [names, conf] = await Promise.all([
      asking.ask('registered', { ms: waitMs }),
      asking.ask('conf', { ms: waitMs }),
    ]);
    const [config] = [...conf.values.values()].map(readConf);
    const tasks = new Set([...names.values.values()].flatMap(readNames));
    const { kind, version } = session.broker;
    return {
      version: version === null ? kind : `${kind} ${version}`,
      notes: [answered(names.values.size, tasks.size), ...place.notes, ...notesOfConfig(config ?? null, place)].map(
        plainMessage,
      ),
    };
  } finally {
    asking?.close();
    await session.close();
  }
};

function answered(workers: number, tasks: number): string {
  if (workers === 0) return 'No worker answered: tasks wait until one is started.';
  const who = workers === 1 ? 'One worker' : `${workers} workers`;
  return `${who} answered, with ${tasks === 1 ? 'one task' : `${tasks} tasks`}.`;
}
