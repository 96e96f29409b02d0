/** Passing text on to the input of a job. */
import { setTimeout as pause } from 'node:timers/promises';
import { JobdeckError } from '../../shared/errors.ts';
import type { Job } from '../../shared/job.ts';
import type { InputReply } from '../../shared/protocol.ts';
import { isTerminal } from '../../shared/status.ts';
import { beginningOf } from '../../shared/text.ts';
import type { Session } from '../session.ts';
import { reached } from './attempt.ts';

/** UTF-16 units sent at once. */
const partLength = 16_384;
/** Milliseconds before a program that does not read is sent the same again. */
const patience = 200;

const isCode = (error: unknown, code: JobdeckError['code']) => error instanceof JobdeckError && error.code === code;

/**
 * The text of a stream of bytes.
 * @throws JobdeckError INVALID_REQUEST for bytes that are no UTF-8
 */
export async function* textOf(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  const decode = (part?: Uint8Array) => {
    try {
      return decoder.decode(part, { stream: part !== undefined });
    } catch {
      throw new JobdeckError('INVALID_REQUEST', 'This input is no text in UTF-8.', 'Have the job read it from a file.');
    }
  };
  for await (const part of bytes) {
    const text = decode(part);
    if (text !== '') yield text;
  }
  // Fails when the last character was not whole.
  decode();
}

/** Sends a text to a running job, then ends its input when asked to. INPUT_FULL when its program does not read all. */
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
      const message = `The program of the job ${id} does not read its input, which is full.`;
      const hint = `Of ${text.length} characters the first ${taken} were sent. Send the rest when it has read them.`;
      throw new JobdeckError('INPUT_FULL', message, hint);
    }
  }
}

/**
 * Passes a stream of text on to a job, from its start on and as fast as its program reads, then ends its input; that of
 * later attempts at once. Returns when the job has ended.
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

/** How much of it was taken, at last; null when the job has ended. */
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
      // A full one is read in time; one that runs no more runs again, or has ended.
      if (!isCode(error, 'INPUT_FULL') && !isCode(error, 'JOB_NOT_RUNNING')) throw error;
      await pause(patience, undefined, { signal });
    }
  }
}
