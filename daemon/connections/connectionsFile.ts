/** `connections.json` in the daemon's home: connections with their secrets, readable only by the user (0600). */
import { renameSync } from 'node:fs';
import Type, { type Static } from 'typebox';
import { ConnectionName, ConnectionSettings } from '../../shared/connection.ts';
import { readFileSafelySync } from '../../shared/files/regularFile.ts';
import { replaceFile } from '../../shared/files/replaceFile.ts';
import { connectionProblem } from '../../shared/messages/connections.ts';
import { reasonOf } from '../../shared/messages/nested.ts';
import { compile, mismatchMessage } from '../../shared/validation.ts';

const maxBytes = 16_000_000;

const ConnectionsFile = Type.Object(
  { connections: Type.Record(Type.String(), ConnectionSettings) },
  { additionalProperties: false },
);
const check = compile(ConnectionsFile);
const checkName = compile(ConnectionName);

/** By name. */
export type StoredConnections = Static<typeof ConnectionsFile>['connections'];

/**
 * The stored connections; none if the file doesn't exist.
 * @throws JobdeckError CONFIG_INVALID
 */
export function readConnections(file: string): StoredConnections {
  const text = readText(file);
  if (text === null) return {};
  const { value, problem } = check(parse(file, text));
  if (problem !== null) {
    throw connectionProblem('CONFIG_INVALID/connections', { file, reason: mismatchMessage(problem, 'file') });
  }
  const name = Object.keys(value.connections).find((one) => checkName(one).problem !== null);
  if (name !== undefined) throw connectionProblem('CONFIG_INVALID/connectionName', { file, name });
  return value.connections;
}

/**
 * Replaces the file atomically.
 * @throws JobdeckError STORAGE_FAILED
 */
export function writeConnections(file: string, connections: StoredConnections): void {
  try {
    replaceFile(file, `${JSON.stringify({ connections }, null, 2)}\n`, { flush: true });
  } catch (error) {
    throw connectionProblem('STORAGE_FAILED/connections', { reason: reasonOf(error) });
  }
}

/** Renames a file that can't be read, because it may contain connections and secrets. */
export function setAside(file: string, now: number): void {
  try {
    renameSync(file, `${file}.invalid-${new Date(now).toISOString().replaceAll(':', '-')}`);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return;
    throw connectionProblem('STORAGE_FAILED/connections', { reason: reasonOf(error) });
  }
}

function readText(file: string): string | null {
  try {
    return readFileSafelySync(file, { limit: maxBytes, own: true });
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw connectionProblem('CONFIG_INVALID/connectionsUnreadable', { file, reason: reasonOf(error) });
  }
}

/** The parser's own message is not used because it would quote secrets from the file. */
function parse(file: string, text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch {
    throw connectionProblem('CONFIG_INVALID/connectionsJson', { file });
  }
}
