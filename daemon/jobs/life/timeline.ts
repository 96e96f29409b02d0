/** The sentences of a job's timeline. */
import type { Interval } from '../../../shared/backfill.ts';
import { formatDuration } from '../../../shared/format.ts';
import type { Command, JobError, WaitReason } from '../../../shared/job.ts';
import type { EventFields } from '../../store/rows.ts';
import type { Outcome } from './life.ts';

type Entry = Omit<EventFields, 'at' | 'attempt'>;

interface EndingFacts {
  exitCode: number | null;
  signal: string | null;
  /** How long the attempt ran, when it did. */
  ms: number | null;
  error: JobError | null;
}

const entry = (level: Entry['level'], message: string, context: unknown = null): Entry => ({
  kind: 'status',
  level,
  message,
  context,
});

/** Why a job waits at its engine, where that is not for a worker. */
const waitsElsewhere: Partial<Record<WaitReason, string>> = {
  retryBackoff: 'Its engine tries it again later.',
  delay: 'It waits for its time.',
  rateLimit: 'It waits for the rate limit of its engine.',
};

export const timeline = {
  submitted: (range: Interval | null) =>
    range === null
      ? entry('info', 'Submitted.')
      : entry('info', `Submitted for ${range.start} to ${range.end}.`, range),
  reported: () => entry('info', 'Reported by its program.'),
  submittedAgain: (key: string) => entry('info', 'Submitted again with the same key; nothing was started.', { key }),
  backfill: (jobs: number, { start, end }: Interval, context: unknown) =>
    entry('info', `Backfill of ${jobs === 1 ? '1 interval' : `${jobs} intervals`} from ${start} to ${end}.`, context),
  groupCreated: () => entry('info', 'The group was made.'),
  groupRetried: (jobs: number) => entry('info', `Retried: ${jobs === 1 ? '1 job' : `${jobs} jobs`}.`, { jobs }),
  notAllCancelled: () => entry('warning', 'Some of its jobs can’t be cancelled; they go on.'),
  retried: (command: Command | undefined) =>
    command ? entry('info', 'Retried with another command.', { command }) : entry('info', 'Retried.'),
  dependencyFailed: (why: string) => entry('warning', `Cancelled. ${why}`),
  retryScheduled: (retry: number, of: number, delay: string) =>
    entry('info', `Retry ${retry} of ${of} in ${delay}.`, { retry }),
  timedOut: (limit: string) => entry('warning', `The time limit of ${limit} is over; it is being stopped.`),
  held: () => entry('info', 'Held: it waits until it is released.'),
  released: () => entry('info', 'Released.'),
  started: (pid: number | null) =>
    entry('info', pid === null ? 'Started.' : `Started as process ${pid}.`, pid === null ? null : { pid }),
  seen: (connection: string) => entry('info', `Seen at ${connection}.`, { connection }),
  sent: (connection: string) => entry('info', `Sent to ${connection}.`, { connection }),
  sentAgain: (externalId: string) => entry('info', 'Sent again.', { externalId }),
  queuedElsewhere: (reason: WaitReason) =>
    entry('info', waitsElsewhere[reason] ?? 'It waits for a worker.', { reason }),
  startedElsewhere: (worker: string | null) =>
    entry('info', worker === null ? 'Started.' : `Started at ${worker}.`, worker === null ? null : { worker }),
  continued: () => entry('info', 'It goes on.'),
  workerBack: (worker: string | null) => entry('info', worker === null ? 'It is back.' : `${worker} is back.`),
  lost: (why: string) => entry('error', `Lost: ${why}`),
  cancelRequested: () => entry('info', 'Cancel requested.'),
  paused: () => entry('info', 'Paused.'),
  resumed: () => entry('info', 'Resumed.'),
  foundPaused: (paused: boolean) =>
    entry('warning', `It was found ${paused ? 'stopped' : 'running on'} when the daemon started.`),
  inputSent: (characters: number) =>
    entry('info', `Input sent: ${characters} ${characters === 1 ? 'character' : 'characters'}.`, {
      inputCharacters: characters,
    }),
  inputEnded: () => entry('info', 'Its input was ended.'),
  forceFailed: (reason: string | undefined) =>
    entry('error', `Ended by force${reason === undefined ? '.' : `: ${reason}`}`),
  killFailed: (reason: string) => entry('error', `Its processes could not be killed: ${reason}`),
  outputProgressOff: (reason: string) => entry('warning', reason),
  cancelFailed: (reason: string) => entry('error', `The cancel failed: ${reason}`),
  neverStarted: () => entry('info', 'Cancelled before it started.'),
  launchedAgain: (launch: number) =>
    entry('warning', 'It had not started when the daemon stopped; it is launched again.', { launch }),
  adopted: () => entry('info', 'The daemon restarted and follows the running job again.'),
  ended: (outcome: Outcome, facts: EndingFacts) =>
    entry(outcome === 'failed' ? 'error' : 'info', endingSentence(outcome, facts), {
      exitCode: facts.exitCode,
      signal: facts.signal,
      durationMs: facts.ms,
    }),
};

function endingSentence(outcome: Outcome, { exitCode, signal, ms, error }: EndingFacts): string {
  const after = ms === null ? '' : ` after ${formatDuration(ms)}`;
  if (outcome !== 'failed') return `${outcome === 'completed' ? 'Completed' : 'Cancelled'}${after}.`;
  if (signal !== null) return `Failed: ended by ${signal}${after}.`;
  if (exitCode !== null) return `Failed with exit code ${exitCode}${after}.`;
  return `Failed${after}: ${error?.message ?? 'no exit status was recorded.'}`;
}
