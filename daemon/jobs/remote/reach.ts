/** Remote engines by their connections. */
import type { RemoteEngineName } from '../../../shared/connection.ts';
import { connectionProblem } from '../../../shared/messages/remoteJobs.ts';
import type { RemoteEngine } from '../../engines/remote.ts';

/** A connection and the kind of its engine. */
export interface Source {
  name: string;
  engine: RemoteEngineName;
}

/** An engine, and whether its connection is read-only. */
export interface Reached {
  engine: RemoteEngine;
  readOnly: boolean;
}

/** @throws JobdeckError CONNECTION_NOT_FOUND */
export type Reach = (connection: string) => Reached;

/** @throws JobdeckError CONNECTION_NOT_FOUND, CONNECTION_READ_ONLY */
export function writableEngine(reach: Reach, connection: string): RemoteEngine {
  const { engine, readOnly } = reach(connection);
  if (!readOnly) return engine;
  throw connectionProblem('CONNECTION_READ_ONLY', { connection });
}

/** For a daemon without connections. */
export function noConnections(name: string): never {
  throw connectionProblem('CONNECTION_NOT_FOUND/noEngines', { connection: name });
}
