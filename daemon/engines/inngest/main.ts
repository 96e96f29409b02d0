/** Entry point of the bundle `dist/inngest.js`: opens a connection to an Inngest server, or tests one. */
import type { ConnectionTest, RemoteEngineFactory } from '../remote.ts';
import { InngestEngine } from './engine.ts';
import { type InngestConnection, openAccess } from './http/access.ts';
import { probeServer } from './server.ts';

export const inngestEngine: RemoteEngineFactory<InngestConnection> = (connection, deps) =>
  new InngestEngine(connection, deps);

/** @throws JobdeckError CONNECTION_INVALID, CONNECTION_FAILED */
export const testInngest: ConnectionTest<InngestConnection> = async (connection) => {
  const access = openAccess(connection, Date.now);
  try {
    const { version, notes } = await probeServer(access);
    const skewNote = access.clock.skewNote();
    return { version, notes: skewNote === null ? notes : [...notes, skewNote] };
  } finally {
    access.api.close();
  }
};

// The daemon loads every engine's bundle by these two names.
export { inngestEngine as open, testInngest as test };
