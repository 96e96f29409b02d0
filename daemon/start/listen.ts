/** Opens the daemon's port on the loopback address. */
import type { JobdeckError } from '../../shared/errors.ts';
import { replaceFile } from '../../shared/files/replaceFile.ts';
import { readSmallFile } from '../../shared/files/smallFile.ts';
import type { Message } from '../../shared/messages/schema.ts';
import { portReason, startProblem } from '../../shared/messages/start.ts';
import type { Router } from '../api/router.ts';

/**
 * Listens on a port, or on any free port if it is 0. Returns the port.
 * @throws JobdeckError PORT_UNUSABLE
 */
export async function listen(api: Router, port: number): Promise<number> {
  try {
    await api.listen({ host: '127.0.0.1', port });
  } catch (cause) {
    throw portUnusable(port, cause);
  }
  const address = api.server.address();
  if (address === null || typeof address === 'string') throw portUnusable(port, new Error('it has no address'));
  return address.port;
}

/**
 * Like `listen`, but for 0 it prefers the port of the previous daemon, which is recorded in `file`, because running jobs
 * know that address. If the port cannot be recorded, the daemon starts anyway.
 */
export async function listenAgain(api: Router, port: number, file: string): Promise<number> {
  const got = await (port === 0 ? listenOnSamePort(api, recordedPort(file)) : listen(api, port));
  try {
    replaceFile(file, `${got}\n`);
  } catch {
    // For example because the disk is full. The next daemon will use any free port.
  }
  return got;
}

async function listenOnSamePort(api: Router, previous: number | null): Promise<number> {
  if (previous === null) return listen(api, 0);
  try {
    return await listen(api, previous);
  } catch {
    return listen(api, 0);
  }
}

function recordedPort(file: string): number | null {
  const port = Number(readSmallFile(file));
  return Number.isInteger(port) && port > 0 && port < 65_536 ? port : null;
}

function portUnusable(port: number, cause: unknown): JobdeckError {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  const reason = reasons[code] ?? (cause instanceof Error ? cause.message : String(cause));
  const error = startProblem('PORT_UNUSABLE', { port, reason });
  error.cause = cause;
  return error;
}

const reasons: Readonly<Record<string, Message>> = {
  EADDRINUSE: portReason('port.inUse'),
  EACCES: portReason('port.notAllowed'),
};
