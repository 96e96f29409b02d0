/** The daemon as a process: its one line of output, signals, and what nobody caught. */

import { JobdeckError } from '../../shared/errors.ts';
import type { StartLine } from '../../shared/protocol.ts';
import type { Log } from '../log.ts';

/** Prints the one line a client waits for; resolves when it is out, or when nobody reads it. */
export function say(line: StartLine): Promise<void> {
  return new Promise((settle) => {
    process.stdout.write(`${JSON.stringify(line)}\n`, () => settle());
  });
}

/** What kept the daemon from starting, as a client is told. */
export function toStartError(error: unknown): JobdeckError {
  if (error instanceof JobdeckError) return error;
  const reason = error instanceof Error ? error.message : String(error);
  return new JobdeckError(
    'DAEMON_START_FAILED',
    `The Jobdeck daemon could not start: ${reason}.`,
    'See its daemon.log.',
  );
}

/** After the start line nothing is written there: the client closes its end, and Node's warnings go to the log. */
export function quietOutput(log: Log): void {
  // Whoever started the daemon may be gone; that is no reason to end.
  process.stdout.on('error', () => undefined);
  process.stderr.on('error', () => undefined);
  process.removeAllListeners('warning');
  process.on('warning', (warning) => log.warning(warning.message, { name: warning.name }));
}

/**
 * What nobody caught leaves the daemon in an unknown state, so it ends at once: jobs run on, the database is whole at
 * any moment, and the next daemon, which any client starts, finds out what became of every attempt.
 */
export function endOnDefects(log: Log, beforeEnd: (error: unknown) => Promise<void>): void {
  let ending = false;
  const end = (what: string) => (error: unknown) => {
    log.error(what, error);
    if (ending) return;
    ending = true;
    void beforeEnd(error).finally(() => process.exit(1));
  };
  process.on('uncaughtException', end('The daemon ends because of an error nobody caught.'));
  process.on('unhandledRejection', end('The daemon ends because of a rejection nobody handled.'));
}

/** Stops the daemon when the system or the user asks for it. */
export function stopOnSignals(stop: () => void): void {
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, stop);
}
