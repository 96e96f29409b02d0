/**
 * Sends input to a running job and closes it. The job reads from the FIFO `in` in its run folder. The supervisor holds
 * the other end open until it can read something from the FIFO `end`, so the input does not depend on a running daemon.
 */
import { closeSync, constants, openSync, renameSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { localProblem } from '../../../../shared/messages/localJobs.ts';
import { beginningOf } from '../../../../shared/text.ts';
import { type Clock, wait } from '../../../clock.ts';
import type { InputSent } from '../../engine.ts';
import { isErrno } from '../errno.ts';

/** Bytes that a pipe accepts atomically (PIPE_BUF). POSIX guarantees 512. */
const atomicBytes = process.platform === 'linux' ? 4096 : 512;
/** A UTF-16 code unit takes at most three bytes in UTF-8. */
const pieceLength = Math.floor(atomicBytes / 3);
/** Milliseconds to wait for a program that reads nothing, and between two tries. */
const timeoutMs = 1_000;
const retryIntervalMs = 20;

export interface InputOptions {
  clock: Clock;
  /** Stops the waiting. */
  signal: AbortSignal;
}

/**
 * Sends as much of a text as the program reads in time. If `end` is set and all was sent, closes the input. Null if the
 * job has no processes.
 * @throws JobdeckError INPUT_ENDED
 */
export async function sendInput(
  runFolder: string,
  text: string,
  end: boolean,
  options: InputOptions,
): Promise<InputSent | null> {
  const taken = text === '' ? 0 : await sendText(join(runFolder, 'in'), text, options);
  if (taken === null) return null;
  if (!end || taken < text.length) return { taken, ended: false };
  return endInput(runFolder) ? { taken, ended: true } : null;
}

async function sendText(fifo: string, text: string, { clock, signal }: InputOptions): Promise<number | null> {
  const fd = openFifo(fifo);
  if (fd === 'missing') throw localProblem('INPUT_ENDED');
  if (fd === null) return null;
  try {
    let taken = 0;
    for (let waited = 0; taken < text.length; ) {
      const piece = beginningOf(text.slice(taken), pieceLength);
      const written = writePiece(fd, piece);
      if (written === 'gone') return null;
      if (written === 'full' && (waited >= timeoutMs || signal.aborted)) break;
      if (written === 'full') await wait(retryIntervalMs, clock, signal);
      waited = written === 'full' ? waited + retryIntervalMs : 0;
      taken += written === 'taken' ? piece.length : 0;
    }
    return taken;
  } finally {
    closeSync(fd);
  }
}

/** Renames `in`, so that nothing more can be sent, then asks the supervisor to close its end. False if there is none. */
function endInput(runFolder: string): boolean {
  let renamedBefore = false;
  try {
    renameSync(join(runFolder, 'in'), join(runFolder, 'ended'));
  } catch (error) {
    // An earlier daemon may have exited between renaming it and asking the supervisor.
    if (!isErrno(error, 'ENOENT')) throw error;
    renamedBefore = true;
  }
  const fd = openFifo(join(runFolder, 'end'));
  // A supervisor that has closed its end no longer reads from `end`.
  if (fd === null) return renamedBefore;
  if (fd === 'missing') return false;
  try {
    return writePiece(fd, '\n') !== 'gone';
  } finally {
    closeSync(fd);
  }
}

/** Opens a FIFO for writing without waiting for a reader. Null if it has no reader. */
function openFifo(path: string): number | 'missing' | null {
  try {
    return openSync(path, constants.O_WRONLY | constants.O_NONBLOCK);
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return 'missing';
    if (isErrno(error, 'ENXIO')) return null;
    throw error;
  }
}

function writePiece(fd: number, piece: string): 'taken' | 'full' | 'gone' {
  try {
    writeSync(fd, piece);
    return 'taken';
  } catch (error) {
    if (isErrno(error, 'EAGAIN')) return 'full';
    if (isErrno(error, 'EPIPE')) return 'gone';
    throw error;
  }
}
