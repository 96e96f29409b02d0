/**
 * Sending input to a running job, and ending it. The job reads from the FIFO `in` of its run folder, whose other end its
 * supervisor holds until there is something to read in the FIFO `end`. So any daemon can send, and none has to be there.
 */
import { closeSync, constants, openSync, renameSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { localProblem } from '../../../../shared/messages/localJobs.ts';
import { beginningOf } from '../../../../shared/text.ts';
import { type Clock, wait } from '../../../clock.ts';
import type { InputSent } from '../../engine.ts';
import { isErrno } from '../errno.ts';

/** Bytes that a pipe takes whole or not at all (PIPE_BUF); POSIX promises 512. */
const wholeBytes = process.platform === 'linux' ? 4096 : 512;
/** A UTF-16 unit is at most three bytes of UTF-8. */
const pieceLength = Math.floor(wholeBytes / 3);
/** Milliseconds that a program which reads nothing is waited for, and between two tries. */
const patienceMs = 1_000;
const pauseMs = 20;

export interface InputOptions {
  clock: Clock;
  /** Gives the waiting up. */
  signal: AbortSignal;
}

/**
 * Sends as much of a text as the program takes, and ends its input when all was taken and that was asked for. Null when
 * nothing of the job is there.
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
      if (written === 'full' && (waited >= patienceMs || signal.aborted)) break;
      if (written === 'full') await wait(pauseMs, clock, signal);
      waited = written === 'full' ? waited + pauseMs : 0;
      taken += written === 'taken' ? piece.length : 0;
    }
    return taken;
  } finally {
    closeSync(fd);
  }
}

/** Takes the way in away, so that nothing follows, then asks the supervisor to let go. Whether it is there. */
function endInput(runFolder: string): boolean {
  let asked = false;
  try {
    renameSync(join(runFolder, 'in'), join(runFolder, 'ended'));
  } catch (error) {
    // It was asked before; perhaps by a daemon that did not come to tell the supervisor.
    if (!isErrno(error, 'ENOENT')) throw error;
    asked = true;
  }
  const fd = openFifo(join(runFolder, 'end'));
  // One that has let go need not listen any more.
  if (fd === null) return asked;
  if (fd === 'missing') return false;
  try {
    return writePiece(fd, '\n') !== 'gone';
  } finally {
    closeSync(fd);
  }
}

/** Never waits for a reader; null when there is none. */
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
