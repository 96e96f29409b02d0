/** Entries of a job's timeline. */
import type { Interval } from '../../../shared/backfill.ts';
import type { CancelSignal, Command, JobError, LeftoverProcess, WaitReason } from '../../../shared/job.ts';
import { processNames } from '../../../shared/leftovers.ts';
import { problemMessage } from '../../../shared/messages/nested.ts';
import type { Message } from '../../../shared/messages/schema.ts';
import { timelineMessage as say } from '../../../shared/messages/timeline.ts';
import type { AttemptOutcome, StuckProcess } from '../../engines/engine.ts';
import type { CutReason } from '../../logs/cut.ts';
import type { EventFields } from '../../store/rows.ts';
import type { Outcome } from './life.ts';

type Entry = Omit<EventFields, 'at' | 'attempt'>;

interface EndingFacts {
  exitCode: number | null;
  signal: string | null;
  /** How long the attempt ran; null when it did not. */
  ms: number | null;
  error: JobError | null;
}

function entry(level: Entry['level'], { code, params, message }: Message, context: unknown = null): Entry {
  return { kind: 'status', level, code, params, message, context };
}

/** Why a job waits at its engine, other than for a worker. */
const waitsElsewhere: Partial<Record<WaitReason, Message>> = {
  retryBackoff: say('timeline.waitingForRetry'),
  delay: say('timeline.waitingForStart'),
  rateLimit: say('timeline.waitingForRate'),
};

export const timeline = {
  submitted: (interval: Interval | null) =>
    interval === null
      ? entry('info', say('timeline.submitted'))
      : entry('info', say('timeline.submittedFor', { start: interval.start, end: interval.end }), interval),
  reported: () => entry('info', say('timeline.reported')),
  submittedAgain: (key: string) => entry('info', say('timeline.submittedAgain'), { key }),
  backfill: (count: number, { start, end }: Interval, context: unknown) =>
    entry('info', say('timeline.backfill', { count, start, end }), context),
  groupCreated: () => entry('info', say('timeline.groupCreated')),
  groupRetried: (jobs: number) => entry('info', say('timeline.groupRetried', { count: jobs }), { jobs }),
  notAllCancelled: () => entry('warning', say('timeline.notAllCancelled')),
  retried: (command: Command | undefined) =>
    command ? entry('info', say('timeline.retriedWithCommand'), { command }) : entry('info', say('timeline.retried')),
  environmentLost: () => entry('warning', say('timeline.environmentLost')),
  dependencyFailed: (error: JobError) =>
    entry('warning', say('timeline.dependencyFailed', { reason: problemMessage(error) })),
  retryScheduled: (retry: number, of: number, delay: number) =>
    entry('info', say('timeline.retryScheduled', { retry, of, delay }), { retry }),
  timedOut: (limit: number) => entry('warning', say('timeline.timedOut', { limit })),
  held: () => entry('info', say('timeline.held')),
  released: () => entry('info', say('timeline.released')),
  started: (pid: number | null) =>
    pid === null
      ? entry('info', say('timeline.started'))
      : entry('info', say('timeline.startedProcess', { pid }), { pid }),
  seen: (connection: string) => entry('info', say('timeline.seen', { connection }), { connection }),
  sent: (connection: string) => entry('info', say('timeline.sent', { connection }), { connection }),
  sentAgain: (externalId: string) => entry('info', say('timeline.sentAgain'), { externalId }),
  queuedElsewhere: (reason: WaitReason) =>
    entry('info', waitsElsewhere[reason] ?? say('timeline.waitingForWorker'), { reason }),
  startedElsewhere: (worker: string | null) =>
    worker === null
      ? entry('info', say('timeline.started'))
      : entry('info', say('timeline.startedOnWorker', { worker }), { worker }),
  continued: () => entry('info', say('timeline.continued')),
  workerBack: (worker: string | null) =>
    entry('info', worker === null ? say('timeline.someWorkerBack') : say('timeline.workerBack', { worker })),
  lost: (error: JobError | null) =>
    entry(
      'error',
      error === null ? say('timeline.lost') : say('timeline.lostReason', { reason: problemMessage(error) }),
    ),
  cancelRequested: (signal: CancelSignal | null = null) =>
    entry('info', signal === null ? say('timeline.cancelRequested') : say('timeline.cancelRequestedWith', { signal })),
  paused: () => entry('info', say('timeline.paused')),
  resumed: () => entry('info', say('timeline.resumed')),
  foundPaused: (paused: boolean) =>
    entry('warning', paused ? say('timeline.foundPaused') : say('timeline.foundRunning')),
  inputSent: (characters: number) =>
    entry('info', say('timeline.inputSent', { count: characters }), { inputCharacters: characters }),
  inputEnded: () => entry('info', say('timeline.inputEnded')),
  forceFailed: (reason: string | undefined) =>
    entry(
      'error',
      reason === undefined ? say('timeline.forceStopped') : say('timeline.forceStoppedReason', { reason }),
    ),
  killFailed: (reason: Message) => entry('error', say('timeline.killFailed', { reason })),
  settingRefused: (setting: Message) => entry('warning', setting),
  killed: ({ afterMs, processes }: NonNullable<AttemptOutcome['killed']>) =>
    entry('warning', say('timeline.killed', { grace: afterMs, processes: processNames(processes) })),
  leftovers: (processes: readonly LeftoverProcess[]) =>
    entry('warning', say('timeline.leftovers', { count: processes.length, processes: processNames(processes) })),
  leftoversEnded: () => entry('info', say('timeline.leftoversEnded')),
  leftoversKilled: () => entry('info', say('timeline.leftoversKilled')),
  stuck: ({ pid, name, reason }: StuckProcess) =>
    entry('error', say(reason === 'otherUser' ? 'timeline.stuckOtherUser' : 'timeline.stuck', { pid, name })),
  outputProgressOff: (reason: Message) => entry('warning', reason),
  cancelFailed: (reason: Message) => entry('error', say('timeline.cancelFailed', { reason })),
  neverStarted: () => entry('info', say('timeline.neverStarted')),
  launchedAgain: (launch: number) => entry('warning', say('timeline.launchedAgain'), { launch }),
  logCut: (bytes: number, reason: CutReason) =>
    entry(
      'warning',
      reason === 'limit' ? say('timeline.logCutAtLimit', { bytes }) : say('timeline.logCutOnFullDisk', { bytes }),
    ),
  restored: () => entry('warning', say('timeline.restored')),
  adopted: () => entry('info', say('timeline.adopted')),
  ended: (outcome: Outcome, facts: EndingFacts) =>
    entry(outcome === 'failed' ? 'error' : 'info', endingMessage(outcome, facts), {
      exitCode: facts.exitCode,
      signal: facts.signal,
      durationMs: facts.ms,
    }),
};

function endingMessage(outcome: Outcome, facts: EndingFacts): Message {
  const { ms } = facts;
  if (outcome === 'failed') return failureMessage(facts);
  if (outcome === 'completed') {
    return ms === null ? say('timeline.completed') : say('timeline.completedAfter', { ms });
  }
  return ms === null ? say('timeline.cancelled') : say('timeline.cancelledAfter', { ms });
}

function failureMessage({ exitCode, signal, ms, error }: EndingFacts): Message {
  if (signal !== null)
    return ms === null ? say('timeline.signal', { signal }) : say('timeline.signalAfter', { signal, ms });
  if (exitCode !== null) {
    return ms === null ? say('timeline.exitCode', { exitCode }) : say('timeline.exitCodeAfter', { exitCode, ms });
  }
  if (error === null) return ms === null ? say('timeline.failed') : say('timeline.failedAfter', { ms });
  const reason = problemMessage(error);
  return ms === null ? say('timeline.failedReason', { reason }) : say('timeline.failedReasonAfter', { reason, ms });
}
