/** The daemon as a process: its start line, signals and uncaught errors. */

import type { StartLine } from '../../shared/daemon.ts';
import { JobdeckError } from '../../shared/errors.ts';
import { startProblem } from '../../shared/messages/start.ts';
import { exitProcess } from '../files/threadPool.ts';
import type { Log } from '../log.ts';

/** Prints the line that the client waits for. Resolves when it is written, or when nothing reads it. */
export function printStartLine(line: StartLine): Promise<void> {
  return new Promise((settle) => {
    process.stdout.write(`${JSON.stringify(line)}\n`, () => settle());
  });
}

/** The error that the client gets when the daemon could not start. */
export function toStartError(error: unknown): JobdeckError {
  if (error instanceof JobdeckError) return error;
  const reason = error instanceof Error ? error.message : String(error);
  return startProblem('DAEMON_START_FAILED/unexpectedError', { reason });
}

/** Keeps Node's warnings out of the output: the client closes its end after the start line. They go to the log. */
export function quietOutput(log: Log): void {
  // The client that started the daemon may be gone; the daemon keeps running.
  process.stdout.on('error', () => undefined);
  process.stderr.on('error', () => undefined);
  process.removeAllListeners('warning');
  process.on('warning', (warning) => log.warning(warning.message, { name: warning.name }));
}

/**
 * An uncaught error leaves the daemon in an unknown state, so it exits at once. Jobs keep running, the database is
 * consistent at any moment, and the next daemon, started by any client, recovers every attempt.
 */
export function exitOnUncaughtErrors(log: Log, beforeExit: (error: unknown) => Promise<void>): void {
  let exiting = false;
  const exit = (message: string) => (error: unknown) => {
    log.error(message, error);
    if (exiting) return;
    exiting = true;
    void beforeExit(error).finally(() => exitProcess(1));
  };
  process.on('uncaughtException', exit('The daemon exits because of an uncaught error.'));
  process.on('unhandledRejection', exit('The daemon exits because of an unhandled rejection.'));
}

/** Stops the daemon on a signal from the system or the user. */
export function stopOnSignals(stop: () => void): void {
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, stop);
}
