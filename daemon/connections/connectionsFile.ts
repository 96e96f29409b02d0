/** `connections.json` in the daemon's home: connections with their secrets. Only its user can read it (0600). */
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import Type, { type Static } from 'typebox';
import { ConnectionName, ConnectionSettings } from '../../shared/connection.ts';
import { JobdeckError } from '../../shared/errors.ts';
import { compile, sentence } from '../../shared/validation.ts';

const ConnectionsFile = Type.Object(
  { connections: Type.Record(Type.String(), ConnectionSettings) },
  { additionalProperties: false },
);
const check = compile(ConnectionsFile);
const checkName = compile(ConnectionName);

/** By name. */
export type StoredConnections = Static<typeof ConnectionsFile>['connections'];

/**
 * The connections that are kept; none when there is no file.
 * @throws JobdeckError CONFIG_INVALID
 */
export function readConnections(file: string): StoredConnections {
  const text = readText(file);
  if (text === null) return {};
  const { value, problem } = check(parse(file, text));
  if (problem !== null) throw invalid(file, sentence(problem, 'The file'));
  const wrong = Object.keys(value.connections).find((name) => checkName(name).problem !== null);
  if (wrong !== undefined) throw invalid(file, `“${wrong}” can't be the name of a connection.`);
  return value.connections;
}

/** Replaces the file, all of it or nothing. Throws what the disk says. */
export function writeConnections(file: string, connections: StoredConnections): void {
  const part = `${file}.${process.pid}.tmp`;
  try {
    writeFileSync(part, `${JSON.stringify({ connections }, null, 2)}\n`, { mode: 0o600, flush: true });
    renameSync(part, file);
  } catch (error) {
    rmSync(part, { force: true });
    const why = error instanceof Error ? error.message : String(error);
    throw new JobdeckError('STORAGE_FAILED', `The connection could not be kept: ${why}.`, 'Nothing was changed.');
  }
}

function readText(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw invalid(file, `It can't be read: ${error instanceof Error ? error.message : String(error)}.`);
  }
}

/** The file has secrets in it, which a parser's message would quote. */
function parse(file: string, text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch {
    throw invalid(file, 'It is not valid JSON.');
  }
}

function invalid(file: string, what: string): JobdeckError {
  return new JobdeckError(
    'CONFIG_INVALID',
    `Jobdeck can't use its connections in ${file}. ${what}`,
    'Correct or delete the file.',
  );
}
