/** Sending input to a running job: the checks and the writes. */
import { capabilityReason } from '../../../shared/messages/capabilities.ts';
import { jobProblem } from '../../../shared/messages/jobCommands.ts';
import type { InputRequest } from '../../../shared/protocol.ts';
import type { AttemptRef, InputSent } from '../../engines/engine.ts';
import type { Reads } from '../../store/reads.ts';
import type { JobRow } from '../../store/rows.ts';
import type { Tx } from '../../store/tx.ts';
import type { EngineCall } from '../engineCalls.ts';
import { jobRules } from '../kinds/rules.ts';
import { timeline } from '../life/timeline.ts';
import { currentLaunch, refOf, unfinishedAttempt } from '../lookup.ts';

/** @throws JobdeckError INVALID_REQUEST if there is no text to send and the input is not to be ended */
export function checkInput({ text = '', end = false }: InputRequest): { text: string; end: boolean } {
  if (text !== '' || end) return { text, end };
  throw jobProblem('INVALID_REQUEST/noInput');
}

/**
 * The attempt that input goes to.
 * @throws JobdeckError ENGINE_NOT_CAPABLE, JOB_NOT_RUNNING
 */
export function inputCall(rows: Reads, job: JobRow): EngineCall<AttemptRef> {
  const attempt = unfinishedAttempt(rows, job);
  if (job.stdin === 0) {
    const { reason } = jobRules.capabilities(job).input;
    throw jobProblem('ENGINE_NOT_CAPABLE/noStdin', { reason: reason ?? capabilityReason('capability.noStdin') });
  }
  if (attempt?.status !== 'running') throw jobProblem('JOB_NOT_RUNNING/input', { status: job.status });
  return { engine: job.engine, what: refOf(job, attempt) };
}

/** Records that input was sent, but not the text, which may be a password. Consecutive inputs share one entry. */
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

/** The number of characters of input that a timeline entry records; null for other entries. */
function charactersIn(context: string | null): number | null {
  const { inputCharacters } = (JSON.parse(context ?? 'null') ?? {}) as { inputCharacters?: unknown };
  return typeof inputCharacters === 'number' ? inputCharacters : null;
}
