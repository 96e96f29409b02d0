/** Sending input to a running job: the checks and the writes. */
import { JobdeckError } from '../../../shared/errors.ts';
import type { InputRequest } from '../../../shared/protocol.ts';
import type { AttemptRef, InputSent } from '../../engines/engine.ts';
import type { Reads } from '../../store/reads.ts';
import type { JobRow } from '../../store/rows.ts';
import type { Tx } from '../../store/tx.ts';
import type { EngineCall } from '../engineCalls.ts';
import { jobRules } from '../kinds/rules.ts';
import { timeline } from '../life/timeline.ts';
import { currentLaunch, refOf, unfinishedAttempt } from '../lookup.ts';

/** @throws JobdeckError INVALID_REQUEST when there is neither text to send nor an end to make */
export function checkInput({ text = '', end = false }: InputRequest): { text: string; end: boolean } {
  if (text !== '' || end) return { text, end };
  throw new JobdeckError('INVALID_REQUEST', 'There is nothing to send.', 'Give a text, or end the input.');
}

/**
 * The attempt that input goes to.
 * @throws JobdeckError ENGINE_NOT_CAPABLE, JOB_NOT_RUNNING
 */
export function inputCall(rows: Reads, job: JobRow): EngineCall<AttemptRef> {
  const attempt = unfinishedAttempt(rows, job);
  if (job.stdin === 0) {
    const hint = 'Submit it with --stdin to be able to send it input.';
    throw new JobdeckError('ENGINE_NOT_CAPABLE', jobRules.capabilities(job).input.reason?.message ?? '', hint);
  }
  if (attempt?.status !== 'running') {
    const hint = 'Input can be sent from its start to its end.';
    throw new JobdeckError('JOB_NOT_RUNNING', `The job ${job.id} does not run: it is ${job.status}.`, hint);
  }
  return { engine: job.engine, what: refOf(job, attempt) };
}

/** Nothing of a text was sent. */
export function inputFull(id: string): JobdeckError {
  return new JobdeckError(
    'INPUT_FULL',
    `The program of the job ${id} does not read its input, which is full.`,
    'Nothing was sent. Send it again when the program has read what there is; its log may say what it waits for.',
  );
}

/** Notes that input was sent, but not the text, which may be a password. Consecutive inputs share one entry. */
export function noteInput(tx: Tx, ref: AttemptRef, { taken, ended }: InputSent, now: number): void {
  if (!currentLaunch(tx, ref)) return;
  const { jobId, attempt } = ref;
  tx.updateJob(jobId, { lastActivityAt: now });
  if (taken > 0) {
    const last = tx.events.last(jobId);
    const before = last?.attempt === attempt ? charactersIn(last.context) : null;
    const entry = { ...timeline.inputSent((before ?? 0) + taken), at: now };
    if (last && before !== null) tx.updateEvent(jobId, last.id, entry);
    else tx.addEvent(jobId, { ...entry, attempt });
  }
  if (ended) tx.addEvent(jobId, { ...timeline.inputEnded(), at: now, attempt });
}

/** How many characters of input an entry of the timeline notes; null for another kind of entry. */
function charactersIn(context: string | null): number | null {
  const { inputCharacters } = (JSON.parse(context ?? 'null') ?? {}) as { inputCharacters?: unknown };
  return typeof inputCharacters === 'number' ? inputCharacters : null;
}
