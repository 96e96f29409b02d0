/** Inngest: a dev server, a self-hosted one, or Inngest Cloud, over HTTP alone. */
import { plainMessage } from '../../../shared/messages/define.ts';
import type { ConnectionTest, RemoteEngineFactory } from '../remote.ts';
import { InngestEngine } from './engine.ts';
import { accessTo, probe } from './http/server.ts';
import type { InngestConnection } from './http/settings.ts';

export const inngestEngine: RemoteEngineFactory<InngestConnection> = (connection, deps) =>
  new InngestEngine(connection, deps);

/** @throws JobdeckError CONNECTION_INVALID, CONNECTION_FAILED */
export const testInngest: ConnectionTest<InngestConnection> = async (connection) => {
  const access = accessTo(connection, Date.now);
  try {
    const { version, notes } = await probe(access);
    const clock = access.clock.note();
    return { version, notes: (clock === null ? notes : [...notes, clock]).map(plainMessage) };
  } finally {
    access.api.close();
  }
};

// By these names it is a bundle of its own.
export { inngestEngine as open, testInngest as test };
