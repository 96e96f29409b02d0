/** Sending text to the input of a job. */
import { fstatSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { JobdeckError } from '../../shared/errors.ts';
import type { Job } from '../../shared/job.ts';
import type { InputReply } from '../../shared/protocol.ts';
import { isTerminal } from '../../shared/status.ts';
import { beginningOf } from '../../shared/text.ts';
import { cliError } from '../problems.ts';
import type { Session } from '../session.ts';
import { reached } from './attempt.ts';

/** UTF-16 code units per request. */
const partLength = 16_384;
/** Milliseconds before text is sent again that the program hasn’t read. */
const retryDelay = 200;

const isCode = (error: unknown, code: JobdeckError['code']) => error instanceof JobdeckError && error.code === code;

/** Whether standard input is a pipe or a file with content, and not a terminal or `/dev/null`. */
export function isInputGiven(): boolean {
  try {
    const stat = fstatSync(0);
    return stat.isFIFO() || (stat.isFile() && stat.size > 0);
  } catch {
    return false;
  }
}

/**
 * Decodes a stream of UTF-8.
 * @throws JobdeckError INVALID_REQUEST for invalid UTF-8
 */
export async function* textOf(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  const decode = (part?: Uint8Array) => {
    try {
      return decoder.decode(part, { stream: part !== undefined });
    } catch {
      throw cliError('INVALID_REQUEST/notText');
    }
  };
  for await (const part of bytes) {
    const text = decode(part);
    if (text !== '') yield text;
  }
  // Fails if the last character is incomplete.
  decode();
}

/** Sends text to a running job, and ends its input if `end` is set. INPUT_FULL if the program doesn’t read all of it. */
export async function sendInput(session: Session, id: string, text: string, end: boolean): Promise<InputReply> {
  let taken = 0;
  for (;;) {
    const part = beginningOf(text.slice(taken), partLength);
    const isLast = taken + part.length === text.length;
    try {
      const reply = await session.once((client) => client.input(id, { text: part, end: end && isLast }));
      taken += reply.taken;
      if (taken === text.length && (reply.ended || !end)) return { taken, ended: reply.ended };
    } catch (error) {
      if (!isCode(error, 'INPUT_FULL') || taken === 0) throw error;
      throw cliError('INPUT_FULL/partlySent', { id, sent: taken, length: text.length });
    }
  }
}

/**
 * Passes a stream of text on to a job from its start, as fast as its program reads, and then ends its input. Later
 * attempts get an empty input. Returns when the job is finished.
 */
export async function pumpInput(
  session: Session,
  job: Pick<Job, 'id'>,
  source: AsyncIterable<string>,
  signal: AbortSignal,
): Promise<void> {
  for await (const text of source) {
    for (let rest = text; rest !== ''; ) {
      const taken = await pumpPart(session, job.id, { text: beginningOf(rest, partLength) }, signal);
      if (taken === null) return;
      rest = rest.slice(taken);
    }
  }
  for (let attempt = 0; ; ) {
    const next = await reached(session, job.id, (now) => runsAfter(now, attempt) || isTerminal(now.status), signal);
    if (isTerminal(next.status) || (await pumpPart(session, job.id, { end: true }, signal)) === null) return;
    attempt = next.attempt;
  }
}

const runsAfter = (job: Job, attempt: number) => job.status === 'running' && job.attempt > attempt;

/** The number of characters that were accepted; null if the job is finished. */
async function pumpPart(
  session: Session,
  id: string,
  part: { text: string } | { end: true },
  signal: AbortSignal,
): Promise<number | null> {
  for (;;) {
    const job = await reached(session, id, (now) => now.status === 'running' || isTerminal(now.status), signal);
    if (isTerminal(job.status)) return null;
    try {
      return (await session.once((client) => client.input(id, part))).taken;
    } catch (error) {
      // The program may read later, and a job between two attempts may run again.
      if (!isCode(error, 'INPUT_FULL') && !isCode(error, 'JOB_NOT_RUNNING')) throw error;
      await pause(retryDelay, undefined, { signal });
    }
  }
}
