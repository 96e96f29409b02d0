/** Opens the daemon's port on the loopback. */
import { readFileSync, writeFileSync } from 'node:fs';
import { JobdeckError } from '../../shared/errors.ts';
import type { Router } from '../api/router.ts';

/**
 * Listens on the port, or on any free one for 0. Returns the port.
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
 * As `listen`; for 0 on the port of the daemon before, which `file` remembers, if nobody has it: running jobs know its
 * address. Not being able to remember it is no reason not to start.
 */
export async function listenAgain(api: Router, port: number, file: string): Promise<number> {
  const got = await (port === 0 ? listenAsBefore(api, rememberedPort(file)) : listen(api, port));
  try {
    writeFileSync(file, `${got}\n`, { mode: 0o600 });
  } catch {
    // A full disk, for one: the next daemon takes any port.
  }
  return got;
}

async function listenAsBefore(api: Router, before: number | null): Promise<number> {
  if (before === null) return listen(api, 0);
  try {
    return await listen(api, before);
  } catch {
    return listen(api, 0);
  }
}

function rememberedPort(file: string): number | null {
  try {
    const port = Number(readFileSync(file, 'utf8'));
    return Number.isInteger(port) && port > 0 && port < 65_536 ? port : null;
  } catch {
    return null;
  }
}

function portUnusable(port: number, cause: unknown): JobdeckError {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  const reason = reasons[code] ?? (cause instanceof Error ? cause.message : String(cause));
  const error = new JobdeckError(
    'PORT_UNUSABLE',
    `Jobdeck can't listen on port ${port} of 127.0.0.1: ${reason}.`,
    'Set another “port” in config.json in its folder, or take the setting out: then any free one is used.',
  );
  error.cause = cause;
  return error;
}

const reasons: Record<string, string> = {
  EADDRINUSE: 'another program uses it',
  EACCES: 'this user may not use it',
};
