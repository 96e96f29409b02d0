/** Remote engines by their connections. */
import type { RemoteEngineName } from '../../../shared/connection.ts';
import { JobdeckError } from '../../../shared/errors.ts';
import type { RemoteEngine } from '../../engines/remote.ts';

/** A connection and the kind of its engine. */
export interface Source {
  name: string;
  engine: RemoteEngineName;
}

/** An engine, and whether its connection only reads. */
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
  const hint = 'Add it again without --read-only to change that.';
  throw new JobdeckError('CONNECTION_READ_ONLY', `The connection ${connection} is only for looking.`, hint);
}

/** Without any connections. */
export function noConnections(name: string): never {
  throw new JobdeckError(
    'CONNECTION_NOT_FOUND',
    `There is no connection ${name}.`,
    'Add it with “jobdeck engine add”.',
  );
}
